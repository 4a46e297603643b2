"""What is recognised on pictures and scans; all but the last tests need the extra `ocr`."""

import io
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from haystack import Document

from ingest.convert import PICTURES, ocr
from ingest.convert.file_converter import FileConverter
from ingest.convert.formats import pdf as pdf_converter
from ingest.convert.ocr import pages
from ingest.convert.ocr.reading_order import Box, written
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.pdf_files import Body, drawn, lines, pdf, picture
from tests.ingest.convert.scans import A4, MARGIN, as_pdf, character_errors, page, saved, scanned

needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="text recognition is not installed")

GERMAN = """\
Die Prüfgebühr für Straßenfahrzeuge beträgt 417 Euro.
Sie wird fällig, sobald der Antrag eingegangen ist, und ist binnen
vierzehn Tagen zu überweisen. Für größere Fahrzeuge mit mehr als
drei Achsen erhöht sich die Gebühr um 58 Euro je weitere Achse.
Über Ausnahmen entscheidet die Behörde auf schriftlichen Antrag."""

RUSSIAN = """\
Годовой отчёт за прошлый год был принят на собрании.
В нём сказано, что число посетителей музея выросло на треть,
а расходы на содержание здания остались прежними.
Следующее собрание состоится весной в большом зале."""

CHINESE = """\
年度报告在会议上获得通过。
报告指出，博物馆的参观人数增加了三分之一，
而建筑物的维护费用保持不变。
下一次会议将于春天在大厅举行。"""

LEFT = "\n".join(f"Herons of the western shore, line {number} of the first column." for number in range(1, 9))
RIGHT = "\n".join(f"Otters of the eastern shore, line {number} of the second one." for number in range(1, 9))

ROWS = [
    ("Revenue by segment", "2019", "2018", "Change"),
    ("North America", "17,711", "14,706", "20.4%"),
    ("International", "8,371", "6,532", "28.1%"),
    ("Subscription services", "94,673", "80,084", "18.2%"),
    ("Cost of sales", "3,435", "2,237", "53.6%"),
    ("Operating income", "88,815", "68,776", "29.1%"),
    ("Net income", "73,035", "64,286", "13.6%"),
]


@pytest.fixture(scope="module")
def german() -> Any:
    return page((MARGIN, MARGIN, GERMAN), font=scans.font(40))


def text_of(document: Document) -> str:
    return document.content or ""


@needs_ocr
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_read_whichever_way_up(convert: Convert, german: Any, turn: int) -> None:
    document = convert("antrag.pdf", as_pdf([scanned(german).rotate(turn, expand=True)]))
    assert character_errors(text_of(document), GERMAN) <= 0.01
    assert "beträgt 417 Euro" in text_of(document)
    assert document.meta["paged"] is True
    assert "tesserocr" in document.meta["converter"]


@pytest.mark.parametrize(
    ("language", "font", "text", "most_errors"),
    [("rus", "DejaVuSans.ttf", RUSSIAN, 0.02), ("chi_sim", "wqy-microhei.ttc", CHINESE, 0.05)],
)
def test_languages_of_the_system_are_read(
    convert: Convert, language: str, font: str, text: str, most_errors: float
) -> None:
    scans.needs_language(language)
    document = convert("scan.pdf", as_pdf([scanned(page((MARGIN, MARGIN, text), font=scans.font(36, font)))]))
    assert character_errors(text_of(document), text) <= most_errors


@needs_ocr
def test_letters_of_no_language_that_is_installed_are_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.convert.ocr import languages, tesseract

    only = {name: path for name, path in languages.installed().items() if name in ("eng", "deu", "osd")}
    monkeypatch.setattr(languages, "installed", lambda: only)
    found = tesseract.recognised(page((MARGIN, MARGIN, RUSSIAN), font=scans.font(36)))
    assert found.text == ""
    assert found.reason == "letters of a script (Cyrillic) of which no language is installed for text recognition"


@needs_ocr
def test_columns_are_read_one_after_the_other(convert: Convert) -> None:
    image = page((MARGIN, MARGIN, LEFT), (A4[0] // 2 + 30, MARGIN, RIGHT), font=scans.font(22))
    assert character_errors(text_of(convert("columns.pdf", as_pdf([scanned(image)]))), LEFT + RIGHT) <= 0.01


@needs_ocr
def test_rows_of_a_table_are_lines(convert: Convert) -> None:
    placed = [
        (x, MARGIN + 70 * row, cell)
        for row, cells in enumerate(ROWS)
        for x, cell in zip((MARGIN, 800, 1050, 1300), cells, strict=True)
    ]
    found = text_of(convert("table.png", saved(scanned(page(*placed, font=scans.font(32))), "PNG")))
    rows = [line for line in found.split("\n") if line]
    for row, cells in zip(rows, ROWS, strict=True):
        assert character_errors(row, " ".join(cells)) <= 0.05


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


def joined(*files: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(io.BytesIO(file))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@needs_ocr
def test_a_stamp_on_a_scan_is_not_all_its_text(convert: Convert, german: Any) -> None:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(as_pdf([german])))
    writer.pages[0].merge_page(pypdf.PdfReader(io.BytesIO(drawn(Body(lines((400, 30, 8, "Seite 1 von 1")))))).pages[0])
    out = io.BytesIO()
    writer.write(out)
    assert "beträgt 417 Euro" in text_of(convert("stamped.pdf", out.getvalue()))


@needs_ocr
def test_a_page_of_few_words_without_a_picture_is_not_drawn(convert: Convert) -> None:
    document = convert("short.pdf", pdf("A title."))
    assert "tesserocr" not in document.meta["converter"]


@needs_ocr
def test_what_could_not_be_recognised_is_told(convert: Convert) -> None:
    document = convert("some.pdf", drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture()))
    assert document.meta["note"] == "1 of 2 pages (2) have no text that can be recognised."


@needs_ocr
def test_a_file_that_shows_nothing_is_not_told_to_be_recognised(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match=r"No text was found in 'blank\.pdf'; .* nothing is to be seen\.$"):
        convert("blank.pdf", pdf("", ""))


@needs_ocr
@pytest.mark.parametrize(
    ("ending", "kind"), [(".png", "PNG"), (".jpg", "JPEG"), (".webp", "WEBP"), (".bmp", "BMP"), (".gif", "GIF")]
)
def test_pictures_are_read(convert: Convert, german: Any, ending: str, kind: str) -> None:
    document = convert(f"photo{ending}", saved(german, kind))
    assert character_errors(text_of(document), GERMAN) <= 0.01
    assert document.meta["paged"] is False


@needs_ocr
def test_a_tiff_may_have_pages(convert: Convert, german: Any) -> None:
    other = page((MARGIN, MARGIN, LEFT), font=scans.font(36))
    fax = saved(german.convert("1"), "TIFF", save_all=True, append_images=[other.convert("1")], compression="group4")
    document = convert("fax.tif", fax)
    first, second = text_of(document).split("\f")
    assert character_errors(first, GERMAN) <= 0.01
    assert character_errors(second, LEFT) <= 0.01
    assert document.meta["paged"] is True


@needs_ocr
def test_a_picture_is_seen_as_a_viewer_shows_it(convert: Convert, german: Any) -> None:
    from PIL import Image, ImageOps

    clear = Image.new("LA", german.size)
    clear.putalpha(ImageOps.invert(german))
    assert character_errors(text_of(convert("clear.png", saved(clear, "PNG"))), GERMAN) <= 0.01
    deep = saved(german.convert("I").point(lambda shade: shade * 200 + 5000).convert("I;16"), "PNG")
    assert character_errors(text_of(convert("deep.png", deep)), GERMAN) <= 0.01
    sideways = Image.Exif()
    sideways[0x0112] = 6  # the camera was turned
    photo = saved(german.rotate(90, expand=True), "JPEG", exif=sideways)
    assert character_errors(text_of(convert("photo.jpg", photo)), GERMAN) <= 0.01
    assert character_errors(text_of(convert("dark.png", saved(ImageOps.invert(german), "PNG"))), GERMAN) <= 0.01


@needs_ocr
def test_a_small_screenshot_is_read(convert: Convert) -> None:
    image = page((20, 20, "The port is 8443.\nRestart the service."), font=scans.font(15), size=(400, 90))
    assert "The port is 8443." in text_of(convert("screen.png", saved(image, "PNG")))


@needs_ocr
def test_pictures_without_text_fail_in_words(convert: Convert, german: Any) -> None:
    from PIL import Image

    for name, content, sentence in (
        ("plain.png", saved(Image.new("RGB", (900, 700), (90, 120, 200)), "PNG"), "has nothing on it"),
        ("noise.png", saved(Image.effect_noise((900, 700), 90), "PNG"), "has no text that can be recognised"),
        ("cut.jpg", saved(german, "JPEG")[:20_000], "has a picture that is damaged"),
        ("words.png", b"no picture at all", "is not a PNG file, whatever its name says"),
    ):
        with pytest.raises(ConversionFailed, match=f"'{name}' {sentence}"):
            convert(name, content)


@needs_ocr
@needs_nasty
def test_a_picture_of_too_many_pixels_is_refused_undrawn(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="60,000 by 60,000 pixels; at most 100,000,000"):
        convert("pixelbomb.png", (NASTY / "pixelbomb.png").read_bytes())


@needs_ocr
def test_a_picture_under_another_name_is_read_as_one(convert: Convert, german: Any) -> None:
    document = convert("scan.pdf", saved(german, "PNG"))
    assert document.meta["read_as"] == ".png"


@needs_ocr
def test_a_page_that_takes_too_long_costs_no_other(
    converter: FileConverter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(joined(pdf("The first page was typed, and says more than a stamp would."), as_pdf([german])))
    monkeypatch.setattr(pages, "PAGE_SECONDS", 0.01)
    [document] = converter.run([path])["documents"]
    assert document.content.startswith("The first page")
    assert document.meta["note"] == "1 of 2 pages (2) have no text recognised within 0 seconds."


@needs_ocr
def test_a_file_has_no_more_than_its_time(
    converter: FileConverter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german] * 2))
    monkeypatch.setattr(pages, "FILE_SECONDS", 0.01)
    [document] = converter.run([path])["documents"]
    assert document.meta["note"].startswith("1 of 2 pages (2) have no text recognised yet: the pages before took all")


@needs_ocr
def test_recognition_ends_when_the_file_is_no_longer_wanted(
    converter: FileConverter, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german] * 20))
    asked = count()
    [failure] = converter.run([path], still_wanted=lambda: next(asked) < 2)["failures"]
    assert "cancelled" in failure.error.message


@needs_ocr
def test_what_takes_long_is_not_read_in_a_group(converter: FileConverter, tmp_path: Path, german: Any) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german]))
    outputs = converter.run([path], quick=True)
    assert [meta["filename"] for meta in outputs["late"]] == ["scan.pdf"]
    assert outputs["documents"] == outputs["failures"] == []


def test_without_recognition_a_scan_fails_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    found = pdf_converter.convert(io.BytesIO(drawn(picture())), "scan.pdf")
    assert (found.note or "").endswith("install it for ingestion: the extra 'rag-api[ocr]'.")


@pytest.mark.slow
def test_without_recognition_pictures_are_refused_with_what_to_install() -> None:
    script = """if True:
        import sys
        sys.modules["tesserocr"] = None
        from ingest.convert import CONVERTERS, PICTURES
        from ingest.convert.unsupported import unsupported
        assert not PICTURES.keys() & CONVERTERS.keys()
        print(*map(unsupported, PICTURES), sep="\\n")
    """
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert len(told.splitlines()) == len(PICTURES)
    assert all("the extra 'rag-api[ocr]'" in line for line in told.splitlines())


def test_lines_from_right_to_left_are_joined_from_the_right() -> None:
    assert written([Box(0, 0, 40, 10, "عالم"), Box(60, 0, 100, 10, "مرحبا")]) == "مرحبا عالم"
