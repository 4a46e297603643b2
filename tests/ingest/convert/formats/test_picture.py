"""Files that are pictures, and what is told of scans where nothing recognises them; most tests need the extra `ocr`."""

import io
import subprocess
import sys
from functools import partial, reduce
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ingest.convert import PICTURES, ocr
from ingest.convert.file_converter import FileConverter
from ingest.convert.formats import pdf as pdf_converter
from ingest.convert.ocr import pages
from ingest.convert.ocr.columns import Box as Cell
from ingest.convert.ocr.reading_order import written
from ingest.convert.parts.boxes import Box
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.parts.test_png import pixels_of
from tests.ingest.convert.pdf_files import drawn, pdf, picture
from tests.ingest.convert.scans import (
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
        ("noise.png", saved(scans.grain((900, 700), 90), "PNG"), "has no text that can be recognised"),
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
    assert document.meta["note"] == "1 of 2 pages (2) has no text recognised within 0 seconds."


@needs_ocr
def test_a_file_has_no_more_than_its_time(
    converter: FileConverter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, german: Any
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(as_pdf([german] * 2))
    monkeypatch.setattr(pages, "FILE_SECONDS", 0.01)
    [document] = converter.run([path])["documents"]
    assert document.meta["note"].startswith("1 of 2 pages (2) has no text recognised yet: the pages before took all")


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
    assert written([Cell(0, 0, 40, 10, "عالم"), Cell(60, 0, 100, 10, "مرحبا")]) == "مرحبا عالم"


@needs_ocr
def test_words_on_a_picture_are_marked_on_the_page_that_has_them(english: Any) -> None:
    from ingest.convert.formats.picture import draw, mark

    turned = english.rotate(90, expand=True)
    tiff = saved(page(font=scans.font(40)), "TIFF", save_all=True, append_images=[turned])
    found = mark(io.BytesIO(tiff), "a.tiff", "The engineer's estimate", 1, 2)
    assert (found.page_count, found.match, found.pages[0].boxes) == (2, "exact", [])
    assert (found.pages[1].width, found.pages[1].height) == turned.size
    assert len(found.pages[1].boxes) == 3
    box = reduce(Box.around, found.pages[1].boxes)
    assert box.height > 4 * box.width  # the line runs upwards
    left, top = box.left * turned.width, box.top * turned.height
    words = turned.crop(
        (int(left), int(top), int(left + box.width * turned.width), int(top + box.height * turned.height))
    )
    assert words.getextrema()[0] < 128
    pages, shown = draw(io.BytesIO(tiff), "a.tiff", 2, 400)
    assert (pages, pixels_of(shown)[:2]) == (2, (400, round(400 * turned.height / turned.width)))
    assert draw(io.BytesIO(tiff), "a.tiff", 3, 400) == (2, b"")


@needs_ocr
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_a_picture_of_any_kind_is_shown_and_not_enlarged(mode: str) -> None:
    from PIL import Image

    from ingest.convert.formats.picture import draw

    image = Image.new("RGBA", (60, 30), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 30, 30))
    kept = Image.new(mode, image.size, 40_000) if mode == "I;16" else image.convert(mode)
    content = saved(kept, "TIFF" if mode == "CMYK" else "PNG")
    pages, shown = draw(io.BytesIO(content), "a.png", 1, 200)
    width, height, kind, pixels = pixels_of(shown)
    assert (pages, width, height) == (1, 60, 30)
    if mode == "RGBA":
        assert (kind, pixels[:3], pixels[-3:]) == (2, b"\xff\xff\xff", b"\xff\x00\x00")


@needs_ocr
def test_a_picture_that_cannot_be_shown_is_refused(english: Any) -> None:
    from ingest.convert.formats.picture import draw, mark

    damaged = saved(english, "PNG")[:2000]
    for ask in (partial(draw, number=1, width=400), partial(mark, quote="x", first=1, last=1)):
        with pytest.raises(ConversionFailed, match=r"'a\.png' is damaged"):
            ask(io.BytesIO(damaged), "a.png")
