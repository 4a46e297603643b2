"""The words of a quote are marked where a reader of the page sees them, however the page is turned and cut."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest

from ingest.convert import ocr
from ingest.convert.formats.pdf.drawing import draw
from ingest.convert.formats.pdf.marks import NO_TEXT, NOT_THERE, OUTSIDE, marks
from ingest.convert.page_view import Marked
from ingest.convert.parts.boxes import Box
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.formats.test_pdf import encrypted
from tests.ingest.convert.growing.pdfs import PDF_STRUCTURES, stream
from tests.ingest.convert.parts.test_png import pixels_of
from tests.ingest.convert.pdf_files import Body, drawn, lines, pdf, picture
from tests.ingest.convert.scans import needs_ocr
from tests.ingest.convert.test_growth import calls_of

WIDTH, HEIGHT = 612, 792
HERONS = "Herons eat frogs and fish."
PAGE = drawn(Body(lines((72, 700, 12, HERONS), (72, 600, 12, "Storks eat mice."))))


def marked(content: bytes, quote: str, first: int = 1, last: int | None = None) -> Marked:
    return marks(BytesIO(content), "a.pdf", quote, first, last or first)


def with_entries(content: bytes, entries: str) -> bytes:
    """A page with other entries; the table of objects is left out, so that the reader finds them."""
    changed = content.replace(b"/MediaBox [0 0 612 792]", entries.encode())
    assert changed != content
    return changed[: changed.rindex(b"xref\n0 ")] + changed[changed.rindex(b"trailer") :]


def ink(content: bytes, page: int, box: Box) -> tuple[int, int]:
    """How many dark dots there are within a box on the picture of a page, and on the rest of it."""
    width, height, kind, pixels = pixels_of(draw(BytesIO(content), "a.pdf", page, 600)[1])
    assert kind == 0
    within = without = 0
    for y in range(height):
        for x in range(width):
            if pixels[y * width + x] < 128:
                if box.left - 0.01 <= x / width <= box.left + box.width + 0.01 and (
                    box.top - 0.01 <= y / height <= box.top + box.height + 0.01
                ):
                    within += 1
                else:
                    without += 1
    return within, without


def only_box(found: Marked) -> Box:
    [page] = found.pages
    [box] = page.boxes
    return box


def test_the_words_are_marked_and_no_others() -> None:
    found = marked(PAGE, "eat frogs")
    box = only_box(found)
    assert (found.page_count, found.match, found.reason) == (1, "exact", None)
    assert (found.pages[0].number, found.pages[0].width, found.pages[0].height) == (1, WIDTH, HEIGHT)
    assert box.left * WIDTH == pytest.approx(72 + 43, abs=3)  # behind "Herons "
    assert box.width * WIDTH == pytest.approx(46, abs=2)
    assert 700 - 4 < HEIGHT - (box.top + box.height) * HEIGHT < 700 < HEIGHT - box.top * HEIGHT < 712


@pytest.mark.parametrize(
    "entries",
    [
        "/MediaBox [0 0 612 792]\n",
        "/MediaBox [0 0 612 792] /Rotate 90",
        "/MediaBox [0 0 612 792] /Rotate 180",
        "/MediaBox [0 0 612 792] /Rotate 270",
        "/MediaBox [0 0 612 792] /CropBox [50 500 400 750]",
        "/MediaBox [0 0 612 792] /CropBox [50 500 400 750] /Rotate 90",
        "/MediaBox [-100 -50 700 900]",
        "/MediaBox [0 0 612 792] /UserUnit 3",
    ],
)
def test_a_mark_is_where_the_page_shows_the_words(entries: str) -> None:
    content = with_entries(drawn(Body(lines((72, 700, 12, HERONS)))), entries)
    within, without = ink(content, 1, only_box(marked(content, HERONS)))
    assert within > 100
    assert without == 0


def test_a_line_in_several_fonts_has_one_box() -> None:
    parts = (72, 700, 12, "Herons eat "), (133, 700, 12, "frogs", "F2"), (167, 700, 12, "and fish.")
    assert len(marked(drawn(Body(lines(*parts))), HERONS).pages[0].boxes) == 1


def test_each_line_has_a_box_of_its_own_and_so_has_each_column() -> None:
    parts = (72, 700, 12, "Herons eat"), (72, 686, 12, "frogs"), (400, 686, 12, "and fish.")
    boxes = marked(drawn(Body(lines(*parts))), HERONS).pages[0].boxes
    assert len(boxes) == 3
    assert boxes[0].top < boxes[1].top == pytest.approx(boxes[2].top, abs=0.005)


def test_the_same_words_twice_on_a_page_are_both_marked() -> None:
    page = drawn(Body(lines((72, 700, 12, HERONS), (72, 300, 12, HERONS))))
    assert [round(box.top, 1) for box in marked(page, HERONS).pages[0].boxes] == [0.1, 0.6]


def test_a_quote_that_goes_on_on_the_next_page_is_marked_on_both() -> None:
    content = pdf("A cover.", "Herons eat frogs and", "fish of all kinds.")
    found = marked(content, HERONS, 2, 3)
    assert (found.match, found.page_count, [page.number for page in found.pages]) == ("exact", 3, [2, 3])
    assert [len(page.boxes) for page in found.pages] == [1, 1]
    assert marked(content, "all kinds", 2, 3).pages[0].boxes == []


def test_what_was_filled_in_is_marked() -> None:
    form = PDF_STRUCTURES["form fields"](1)
    assert isinstance(form, bytes)
    filled_in = form.replace(b"/V (words) /Rect [72 0 90 9]", b"/V (heron) /Rect [300 396 400 411]")
    assert filled_in != form
    box = only_box(marked(filled_in, "heron"))
    assert (box.left, box.top) == pytest.approx((300 / WIDTH, 0.49), abs=0.02)


def test_pages_that_are_not_there_are_left_out() -> None:
    assert [page.number for page in marked(pdf("One.", "Two."), "Two", 2, 9).pages] == [2]
    beyond = marked(pdf("One.", "Two."), "Two", 3, 9)
    assert (beyond.page_count, beyond.match, beyond.pages) == (2, "none", [])


def test_why_there_are_no_marks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    assert marked(PAGE, "Gulls eat chips.")[1:3] == ("none", NOT_THERE)
    assert marked(drawn(picture()), HERONS)[1:3] == ("none", NO_TEXT)
    beyond = with_entries(PAGE, "/MediaBox [0 0 612 792] /CropBox [50 400 400 650]")
    assert marked(beyond, HERONS)[1:3] == ("none", OUTSIDE)
    assert marked(beyond, "Storks")[1:3] == ("exact", None)


def test_a_box_ends_at_the_edge_of_the_page() -> None:
    box = only_box(marked(with_entries(PAGE, "/MediaBox [0 0 612 792] /CropBox [50 500 130 750]"), HERONS))
    assert box.left + box.width == 1


def cmap(code: str, text: str) -> Sequence[str]:
    """A font with one letter, and what that is."""
    said = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def "
        "1 begincodespacerange <00> <ff> endcodespacerange "
        f"1 beginbfchar <{code}> <{text}> endbfchar endcmap end end"
    )
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 8 0 R >>"
    return [font, stream(said)]


@pytest.mark.parametrize("text", ["D842DFB7", "D835DC00"], ids=["𠮷", "bold A"])
def test_letters_beyond_sixteen_bits_are_found(text: str) -> None:
    letter = bytes.fromhex(text).decode("utf-16-be")
    page = drawn(Body("BT /F9 12 Tf 72 700 Td (A) Tj /F1 12 Tf ( is a letter) Tj ET"), more=cmap("41", text))
    content = page.replace(b"/F1 3 0 R", b"/F1 3 0 R /F9 7 0 R")
    found = marked(content, f"{letter} is a letter")
    assert found.match == "exact"
    assert only_box(found).left * WIDTH == pytest.approx(72, abs=2)


def test_what_cannot_be_shown_is_refused_in_words() -> None:
    with pytest.raises(ConversionFailed, match="protected by a password: its pages cannot be shown"):
        marked(encrypted("user"), "A secret.")
    assert marked(encrypted(""), "A secret.").match == "exact"
    for damaged in (b"%PDF-1.4 and no more", PAGE[:200], drawn()):
        with pytest.raises(ConversionFailed, match="damaged"):
            marked(damaged, HERONS)
        with pytest.raises(ConversionFailed, match="damaged"):
            draw(BytesIO(damaged), "a.pdf", 1, 600)
    assert draw(BytesIO(PAGE), "a.pdf", 2, 600) == (1, b"")


@pytest.mark.parametrize(
    ("box", "size"), [("0 0 612 792", (600, 777)), ("0 0 100 14400", (69, 10_000)), ("0 0 14400 10", (600, 1))]
)
def test_a_picture_is_as_wide_as_asked_for_unless_it_is_very_high(box: str, size: tuple[int, int]) -> None:
    content = with_entries(PAGE, f"/MediaBox [{box}]\n")
    assert pixels_of(draw(BytesIO(content), "a.pdf", 1, 600)[1])[:2] == pytest.approx(size, abs=1)


@needs_ocr
def test_words_on_a_scan_are_marked_where_they_are_seen(german: Any) -> None:
    scan = scans.scanned(german, askew=2, noise=1)
    content = scans.joined(pdf("The first page was typed."), scans.as_pdf([scan]))
    found = marked(content, "Für größere Fahrzeuge mit mehr als drei Achsen", 1, 2)
    assert (found.match, found.pages[0].boxes) == ("exact", [])
    first, second = found.pages[1].boxes
    assert second.left < first.left
    assert second.left * scan.width == pytest.approx(
        121, abs=12
    )  # where two degrees bring the margin, high on the page
    around = first.around(second)
    seen = scan.crop(
        (
            int(around.left * scan.width),
            int(around.top * scan.height),
            int((around.left + around.width) * scan.width),
            int((around.top + around.height) * scan.height),
        )
    )
    assert 1 < seen.height / 40 < 4  # two lines, askew
    assert marked(content, "The first page was typed.", 1, 2).pages[1].boxes == []


@pytest.mark.parametrize("structure", ["lines", "words of a line", "letters", "pages", "annotations", "fonts"])
def test_twice_as_much_is_at_most_some_twice_the_work(structure: str) -> None:
    def work(n: int) -> int:
        content = PDF_STRUCTURES[structure](n)
        assert isinstance(content, bytes)
        return calls_of(lambda: (marked(content, "words " * n, 1, 20), draw(BytesIO(content), "a.pdf", 1, 200)))

    work(40)  # what is made once
    assert work(160) <= 2.6 * work(80) + 1_500
