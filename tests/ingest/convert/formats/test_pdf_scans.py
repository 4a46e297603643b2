"""What is recognised on the pages of PDFs, and on pictures on them; nearly all tests need the extra `ocr`."""

import io
from random import Random
from typing import Any

import pytest

from ingest.convert import ocr
from ingest.convert.formats import pdf as pdf_converter
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.pdf_files import Body, drawn, lines, pdf, picture
from tests.ingest.convert.scans import (
    ENGLISH,
    GERMAN,
    LEFT,
    MARGIN,
    as_pdf,
    character_errors,
    joined,
    needs_ocr,
    page,
    saved,
    text_of,
)


@needs_ocr
def test_only_pages_that_are_pictures_are_recognised(convert: Convert, german: Any) -> None:
    typed = "The first page was typed, and says more than a stamp would."
    other = page((MARGIN, MARGIN, LEFT), font=scans.font(36))
    scan = as_pdf([german, page(font=scans.font(40)), other])
    document = convert("mixed.pdf", joined(pdf(typed), scan))
    first, second, third, fourth = text_of(document).split("\f")
    assert first == typed
    assert third == ""
    assert character_errors(second, GERMAN) <= 0.01
    assert character_errors(fourth, LEFT) <= 0.01
    assert "note" not in document.meta  # the page that is empty lacks nothing


@needs_ocr
@pytest.mark.parametrize("gap", [150, 195])
def test_figures_of_a_single_digit_stay_in_their_rows(convert: Convert, gap: int) -> None:
    said = "Ties are decided by goals. The season ended in May and the cup\nwas given to the winners in the town hall."
    rows = [
        (team, "9", str(won), str(9 - won - lost), str(lost), str(2 * won + 9 - lost))
        for team, won, lost in (("Leeds", 6, 1), ("Derby", 5, 2), ("Luton", 4, 4), ("York", 2, 3), ("Bath", 1, 8))
    ]
    placed = [
        (MARGIN + (column and 170) + gap * column, 420 + 52 * row, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    league = page((MARGIN, MARGIN, said), (MARGIN, 360, "Team"), *placed, font=scans.font(28))
    found = text_of(convert("league.png", saved(league, "PNG"))).split("\n")
    assert found[-len(rows) :] == list(map(" ".join, rows))


@needs_ocr
def test_a_page_of_which_a_part_is_not_read_says_so(convert: Convert, english: Any) -> None:
    """As of a second script, of which no language is installed; here the letters are none."""
    from PIL import ImageDraw

    strange = english.copy()
    draw = ImageDraw.Draw(strange)
    for place in range(24):
        x, y = MARGIN + place % 8 * 160, 900 + place // 8 * 90
        draw.line([(x, y), (x + 24, y + 34), (x + 30, y + 4), (x + 2, y + 30), (x + 40, y + 18)], fill=20, width=4)
    document = convert("strange.png", saved(strange, "PNG"))
    assert document.meta.get("note") == "It has a part that could not be read."
    assert character_errors(text_of(document)[: len(ENGLISH)], ENGLISH) <= 0.01
    assert "note" not in convert("plain.png", saved(english, "PNG")).meta


@needs_ocr
def test_a_stamp_on_a_scan_is_not_all_its_text(convert: Convert, german: Any) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(as_pdf([german])))
    writer.pages[0].merge_page(pypdf.PdfReader(io.BytesIO(drawn(Body(lines((400, 30, 8, "Seite 1 von 1")))))).pages[0])
    out = io.BytesIO()
    writer.write(out)
    assert "beträgt 417 Euro" in text_of(convert("stamped.pdf", out.getvalue()))


STAMP = "Downloaded from the archive of the harbour on 12 May 2024 by user 4471"


def stamped(image: Any, *printed: tuple[float, float, float, str], mode: int = 0) -> bytes:
    """A scan on which something was printed; in mode 3, it is not seen."""
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(as_pdf([image])))
    text = pypdf.PdfReader(io.BytesIO(drawn(Body(f"{mode} Tr\n{lines(*printed)}")))).pages[0]
    writer.pages[0].merge_page(text)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@needs_ocr
def test_a_long_stamp_on_a_scan_is_not_all_its_text(convert: Convert, english: Any) -> None:
    found = text_of(convert("stamped.pdf", stamped(english, (60, 20, 8, STAMP))))
    assert character_errors(found, f"{ENGLISH}\n{STAMP}") <= 0.01
    assert found.count("Downloaded") == 1


HEADING = "Exhibit A to the agreement between the parties, dated 3 March 2024"


BELOW = "The parties have read this exhibit, and have nothing to add to what it says."


def pasted(image: Any, box: tuple[float, float, float, float], *printed: tuple[float, float, float, str]) -> bytes:
    """A page of text with a picture in this box: left, bottom, width, height."""
    import pypdf

    scan = pypdf.PdfReader(io.BytesIO(as_pdf([image]))).pages[0]
    left, bottom, width, height = box
    scale = width / float(scan.mediabox.width), height / float(scan.mediabox.height)
    writer = pypdf.PdfWriter(io.BytesIO(drawn(Body(lines(*printed)))))
    place = pypdf.Transformation().scale(*scale).translate(left, bottom)
    writer.pages[0].merge_transformed_page(scan, place)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


AROUND = (60, 740, 12, HEADING), (60, 100, 12, BELOW)


@needs_ocr
def test_a_picture_of_text_on_a_page_of_text_is_read_at_its_place(convert: Convert, english: Any) -> None:
    exhibit = pasted(english.crop((100, 100, 1600, 700)), (60, 400, 480, 192), *AROUND)
    document = convert("exhibit.pdf", joined(exhibit, pdf("The second page has no picture, only these words.")))
    first, second = text_of(document).split("\f")
    above, *read, below = first.split("\n")
    assert (above, below) == (HEADING, BELOW)
    assert character_errors("\n".join(read), ENGLISH) <= 0.01
    assert second == "The second page has no picture, only these words."
    assert "note" not in document.meta


@needs_ocr
def test_a_picture_of_text_on_a_page_that_is_turned_is_read(convert: Convert, english: Any) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(pasted(english.crop((100, 100, 1600, 700)), (60, 400, 480, 192), *AROUND)))
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    found = text_of(convert("exhibit.pdf", out.getvalue()))
    read = found[found.index("The committee") : found.index("been raised.")]
    assert character_errors(read, ENGLISH.removesuffix("been raised.")) <= 0.01


@needs_ocr
def test_a_photo_on_a_page_of_text_adds_nothing(convert: Convert) -> None:
    from PIL import Image

    noise = Random(5).randbytes(300 * 200)
    leaves = Image.frombytes("L", (300, 200), noise).resize((1500, 1000))
    document = convert("report.pdf", pasted(leaves, (60, 300, 480, 320), *AROUND))
    assert text_of(document).split() == [*HEADING.split(), *BELOW.split()]
    assert "note" not in document.meta


@needs_ocr
def test_a_small_picture_on_a_page_of_text_is_not_looked_at(convert: Convert, english: Any) -> None:
    document = convert("logo.pdf", pasted(english.crop((100, 100, 1600, 700)), (60, 400, 200, 80), *AROUND))
    assert "tesserocr" not in document.meta["converter"]
    assert "note" not in document.meta


def test_without_recognition_a_picture_on_a_page_of_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    page = picture()._replace(content=f"{picture().content}\n{lines(*AROUND)}")
    found = pdf_converter.convert(io.BytesIO(drawn(page, Body(lines(*AROUND)))), "exhibit.pdf")
    told = "1 of 2 pages (1) has a picture with no text read; if there is some on it, run text recognition"
    assert (found.note or "").startswith(told)


@needs_ocr
def test_a_scan_whose_text_lies_behind_it_is_not_read_again(convert: Convert, english: Any) -> None:
    behind = [(60, 780 - 15 * row, 12, line) for row, line in enumerate(ENGLISH.split("\n"))]
    document = convert("searchable.pdf", stamped(english, *behind, mode=3))
    assert "tesserocr" not in document.meta["converter"]
    assert text_of(document).count("committee") == 1


@needs_ocr
def test_a_page_of_text_on_a_picture_is_not_read_again(convert: Convert, german: Any) -> None:
    over = [(60, 780 - 15 * row, 12, line) for row, line in enumerate(ENGLISH.split("\n") * 2)]
    assert "tesserocr" not in convert("typed.pdf", stamped(german, *over)).meta["converter"]


def test_without_recognition_a_stamped_scan_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    whole = Body(picture().content.replace("400 0 0 400 72 200", "612 0 0 792 0 0"))
    scan = whole._replace(content=f"{whole.content}\n{lines((60, 20, 8, STAMP))}")
    found = pdf_converter.convert(io.BytesIO(drawn(scan, Body(lines((60, 700, 12, STAMP))))), "scan.pdf")
    assert (found.note or "").startswith("1 of 2 pages (1) has a picture behind a few words; if they are scans, run")


@needs_ocr
def test_a_page_of_few_words_without_a_picture_is_not_drawn(convert: Convert) -> None:
    document = convert("short.pdf", pdf("A title."))
    assert "tesserocr" not in document.meta["converter"]


@needs_ocr
def test_what_could_not_be_recognised_is_told(convert: Convert) -> None:
    document = convert("some.pdf", drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture()))
    assert document.meta["note"] == "1 of 2 pages (2) has no text that can be recognised."


@needs_ocr
def test_a_file_that_shows_nothing_is_not_told_to_be_recognised(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match=r"No text was found in 'blank\.pdf'; .* nothing is to be seen\.$"):
        convert("blank.pdf", pdf("", ""))
