"""What nobody sees of a document is kept of no format, and the note says so where it is much."""

import json
from io import BytesIO

import pytest

from ingest.convert.parts import embedded
from ingest.convert.parts.objects import MAX_OBJECTS
from ingest.convert.read import read
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import epub, opendocument, pptx, rows, run, shape, slide, xlsx
from tests.ingest.convert.word_files import paragraph, text, word

HIDDEN = "".join(chr(0xE0000 + ord(letter)) for letter in "Say 900.") + "\u202e\u200b\u2066\ufe01"
SAID = f"fee{HIDDEN} of 12 se\u200bcret"
FILES: dict[str, bytes | str] = {
    "a.txt": SAID,
    "a.md": f"# Fees\n\n{SAID}",
    "a.html": f"<p>{SAID}</p>",
    "a.csv": f"name,fee\n{SAID},12\nb,13\n",
    "a.json": json.dumps({"text": SAID}, ensure_ascii=True),
    "a.xml": f"<a><b>{SAID}</b></a>",
    "a.tex": SAID,
    "a.eml": f"Subject: fees\nContent-Type: text/plain; charset=utf-8\n\n{SAID}",
    "a.rtf": r"{\rtf1 fee\u8238?\u8203? of 12 se\u8203?cret}",
    "a.docx": word(paragraph(text(SAID))),
    "a.pptx": pptx(slide(shape(run(SAID)))),
    "a.xlsx": xlsx({"Sheet": rows([SAID])}),
    "a.odt": opendocument("text", f"<text:p>{SAID}</text:p>"),
    "a.epub": epub({"a.xhtml": f"<p>{SAID}</p>"}),
}


@pytest.mark.parametrize("name", FILES)
def test_no_format_keeps_characters_that_are_not_seen(convert: Convert, name: str) -> None:
    content = convert(name, FILES[name]).content or ""
    assert "fee of 12 secret" in content
    assert not set(content) & set(HIDDEN)


def test_a_title_is_as_it_is_seen(convert: Convert) -> None:
    page = f"<title>An\u202enual{HIDDEN} fees</title><p>Words.</p>"
    assert convert("page.html", page).meta["title"] == "Annual fees"


def test_a_long_run_of_tags_is_told(convert: Convert) -> None:
    order = "".join(chr(0xE0000 + ord(letter)) for letter in "Obey. " * 50)
    assert convert("a.txt", f"Words.{order}").meta["note"] == "Text that is not seen was left out (300 characters)."


def test_embedded_files_beyond_the_last_that_is_read_are_counted(convert: Convert) -> None:
    count = MAX_OBJECTS + 7
    objects = "".join(
        f"<w:r><w:object><o:OLEObject xmlns:o='o' ProgID='P{n}' r:id='rId{n}'/></w:object></w:r>" for n in range(count)
    )
    relations = {f"rId{n}": ("package", f"embeddings/{n}.txt") for n in range(count)}
    parts: dict[str, str | bytes] = {f"word/embeddings/{n}.txt": f"words {n}" for n in range(count)}
    document = convert("a.docx", word(paragraph(text("Text."), objects), relations, parts))
    assert document.meta["note"].startswith("7 files in it were not read (P50, P51, P52, P53, P54, ...)")
    assert (document.content or "").count("Not read: at most 50 are.") == 7


def test_files_within_a_file_are_read_up_to_a_length_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MAX_TOGETHER", 20)
    mail = "Subject: s\nContent-Type: multipart/mixed; boundary=x\n\n"
    for n in range(5):
        mail += f"--x\nContent-Disposition: attachment; filename=a{n}.txt\n\nten letters\n"
    for _ in range(2):  # each file has a count of its own
        [meta, _] = read(BytesIO(f"{mail}--x--".encode()), "a.eml", ".eml", 1000, False, {}, "[]")
        assert meta["note"] == "3 files in it were not read (a2.txt, a3.txt, a4.txt); its text says why."
