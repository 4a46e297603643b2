"""Pictures of text within documents are read; all but the last tests need the extra `ocr`."""

import io
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from ingest.convert import Extracted, Recognised, ocr
from ingest.convert.extract import extract
from ingest.convert.formats import docx
from ingest.convert.parts.pictures import Pictures
from ingest.errors import ConversionFailed
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import epub, opendocument, pptx, relations, run, shape, slide
from tests.ingest.convert.scans import page, saved
from tests.ingest.convert.word_files import paragraph, text, word

needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="text recognition is not installed")

LETTER = "The crane on the north quay was sold to Mr. Halloran\nfor 12,450 pounds, and taken down in the autumn."
BLIP = '<a:blip r:embed="rId5"/>'
FRAME = (
    '<draw:frame><draw:image xlink:href="Pictures/letter.png" xmlns:xlink="http://www.w3.org/1999/xlink"/></draw:frame>'
)


@pytest.fixture(scope="module")
def letter() -> bytes:
    return saved(page((40, 40, LETTER), font=scans.font(28), size=(1000, 200)), "PNG")


@pytest.fixture(scope="module")
def photo() -> bytes:
    return saved(scans.grain((640, 480), 90).resize((1280, 960)), "JPEG", quality=80)


def in_word(picture: bytes, *before: str) -> bytes:
    body = [*before, paragraph(text("See: "), f"<w:r><w:drawing>{BLIP}</w:drawing></w:r>"), paragraph(text("Behind."))]
    return word("".join(body), {"rId5": ("image", "media/letter.png")}, {"word/media/letter.png": picture})


def in_powerpoint(picture: bytes, *before: str) -> bytes:
    shown = slide(f"{shape(run('See:'))}<p:pic><p:blipFill>{BLIP}</p:blipFill></p:pic>{shape(run('Behind.'))}")
    parts: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide1.xml.rels": relations({"rId5": ("image", "../media/letter.png")}),
        "ppt/media/letter.png": picture,
    }
    return pptx(shown, parts=parts)


def in_opendocument(picture: bytes) -> bytes:
    body = f"<office:text><text:p>See:{FRAME}</text:p><text:p>Behind.</text:p></office:text>"
    return opendocument("text", body, {"Pictures/letter.png": picture})


def in_a_book(picture: bytes) -> bytes:
    chapter = "<p>See: <img src='../img/letter%20a.png' alt='a letter'/></p><p>Behind.</p>"
    return epub({"text/a.xhtml": chapter}, parts={"OEBPS/img/letter a.png": picture})


def in_a_page(picture: bytes) -> bytes:
    source = f"data:image/png;base64,{b64encode(picture).decode()}"
    return f"<p>See: <img src='{source}'></p><p>Behind.</p><img src='{source}'>".encode()


KINDS = [
    ("a.docx", in_word),
    ("a.pptx", in_powerpoint),
    ("a.odt", in_opendocument),
    ("a.epub", in_a_book),
    ("a.html", in_a_page),
]
in_each_kind = pytest.mark.parametrize(("name", "made"), KINDS, ids=[name for name, _ in KINDS])


@needs_ocr
@in_each_kind
def test_a_picture_of_text_is_read_where_it_stands(
    convert: Convert, letter: bytes, name: str, made: Callable[[bytes], bytes]
) -> None:
    document = convert(name, made(letter))
    content = document.content or ""
    assert [part.strip() for part in content.removeprefix("# Slide 1").split(LETTER)] == ["See:", "Behind."]
    assert "tesserocr" in document.meta["converter"]
    assert "note" not in document.meta


@needs_ocr
@in_each_kind
def test_a_photo_adds_nothing_to_its_document(
    convert: Convert, photo: bytes, name: str, made: Callable[[bytes], bytes]
) -> None:
    document = convert(name, made(photo))
    assert (document.content or "").removeprefix("# Slide 1").split() == ["See:", "Behind."]
    assert "note" not in document.meta


@needs_ocr
def test_a_document_that_is_nothing_but_a_picture_of_text_is_read(convert: Convert, letter: bytes) -> None:
    body = paragraph(f"<w:r><w:drawing>{BLIP}</w:drawing></w:r>")
    only = word(body, {"rId5": ("image", "media/letter.png")}, {"word/media/letter.png": letter})
    assert convert("scan.docx", only).content == LETTER


@needs_ocr
def test_a_picture_in_a_cell_stays_in_its_row(convert: Convert, letter: bytes) -> None:
    cells = (
        f"<w:tc>{paragraph(text('Crane'))}</w:tc><w:tc>{paragraph(f'<w:r><w:drawing>{BLIP}</w:drawing></w:r>')}</w:tc>"
    )
    others = f"<w:tc>{paragraph(text('Anchor'))}</w:tc><w:tc>{paragraph(text('Rusty'))}</w:tc>"
    table = f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{others}</w:tr></w:tbl>"
    data = word(table, {"rId5": ("image", "media/letter.png")}, {"word/media/letter.png": letter})
    rows = (convert("table.docx", data).content or "").splitlines()
    assert [rows[0], rows[-1]] == [f"| Crane | {LETTER.replace(chr(10), ' ')} |", "| Anchor | Rusty |"]


@needs_ocr
def test_a_picture_that_is_damaged_is_told(convert: Convert, letter: bytes) -> None:
    document = convert("cut.docx", in_word(letter[:5000]))
    assert document.content == "See:\n\nBehind."
    assert document.meta["note"] == "A picture in it has damage and was left out."


def test_without_recognition_pictures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    found = docx.convert(io.BytesIO(in_word(b"\x89PNG" + bytes(range(256)) * 20)), "a.docx")
    assert found.text == "See:\n\nBehind."
    assert (found.note or "").startswith("A picture in it has no text read; if there is some, run text recognition")
    assert docx.convert(io.BytesIO(in_word(b"\x89PNG, an icon")), "a.docx").note is None


def test_without_recognition_a_document_of_pictures_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    body = paragraph(f"<w:r><w:drawing>{BLIP}</w:drawing></w:r>")
    only = word(body, {"rId5": ("image", "media/letter.png")}, {"word/media/letter.png": b"\x89PNG" * 2000})
    with pytest.raises(ConversionFailed, match=r"No text was found in 'scan\.docx'; if it holds .*'rag-api\[ocr\]'\.$"):
        extract(io.BytesIO(only), "scan.docx", ".docx", 1000, texts=None)


def test_many_pictures_are_read_up_to_a_limit_and_the_others_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: True)
    monkeypatch.setattr(ocr, "engine", lambda: "tesserocr")
    sizes = {f"{number}.png": 10_000 for number in range(102)}

    def converted(texts: dict[int, Recognised] | None) -> Extracted:
        pictures = Pictures(sizes, texts)
        said = "\n".join(filter(None, map(pictures.text, [*sizes, *sizes])))
        return pictures.extracted(Extracted(said, "docx (lxml)"))

    wanted = converted(None).pictures
    assert list(wanted) == list(range(100))
    found = converted({number: Recognised(f"text {number}") for number in wanted})
    assert found.text.split("\n") == [f"text {number}" for number in wanted]
    assert (found.note or "").startswith("2 pictures in it have no text read; if there is some, ")


@needs_ocr
def test_reasons_are_told_by_how_many_pictures_have_them() -> None:
    texts: dict[int, Recognised] = {0: Recognised("", ocr.NO_TEXT), 1: Recognised("", "damage"), 2: Recognised("words")}
    pictures: Any = Pictures(dict.fromkeys(["a.png", "b.png", "c.jpg", "d.emf"], 10_000), texts)
    assert [pictures.text(part) for part in ("a.png", "b.png", "c.jpg", "c.jpg", "d.emf", None)] == [
        "", "", "words", "", "", ""
    ]  # fmt: skip
    assert pictures.extracted(Extracted("words", "docx")).note == "A picture in it has damage."
