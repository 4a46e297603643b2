"""Each of the files that broke other converters ends as its text, or as a sentence."""

import re

import pytest

from ingest.convert import CONVERTERS
from ingest.convert.file_converter import FileConverter
from ingest.errors import Reason
from tests.ingest.convert.conversion import NASTY, needs_nasty

LATIN = "Ärger über Größe: naïve café – résumé “quoted” €100"

# By name, how the text goes on somewhere; those not named here may read as they like.
TEXTS = {
    "AMAZON_2019_10K.pdf": "UNITED STATES",
    "DA-619p.pdf": "MAIN GAME",
    "LOCKHEEDMARTIN_2023Q2_10Q.pdf": "U.S. Government",
    "testPDF_bad_page_303226.pdf": "Drug Enforcement Administration",
    "owneronly_aes256.pdf": "SECURITIES AND EXCHANGE COMMISSION",
    "pdf_as.docx": "SECURITIES AND EXCHANGE COMMISSION",
    "docx_as.pdf": "I am a test document",
    "html_as.docx": "hello world",
    "xxe.docx": "SECRET:",
    "latin1.txt": LATIN,
    "utf16.txt": LATIN,
    "utf16le_nobom.txt": LATIN,
    "utf8bom.txt": LATIN,
    "latin1.csv": "| Müller | 12,5 |",
    "latin1.html": "Ärger über café und naïve Leute",
    "sjis.txt": "日本語のテキストです。",
    "big5.txt": "中文繁體測試資料",
    "nul.txt": "abcdef",
    "array.json": "content: a\n\ncontent: b",
    "noctx.json": "deep text",
    "bad.json": '{"content": "x", ',
    "deep.json": "[[[[",
    "brackets.md": "[[[[",
    "quotes.md": ">>>>",
    "long_line.md": "****",
    "giant_cell.csv": "xxxx",
}

SENTENCES = {
    r"empty\.": "is empty",
    r"password_": "protected by a password",
    r"zipbomb_1GB|manyentries": "would unpack to",
    r"billion_laughs|deep\.html": "nested too deeply",
    r"truncated|clusterfuzz": "damaged",
    r"farcell": "reaches to row 1,048,576",
    r"pixelbomb": "60,000 by 60,000 pixels",
    r"flate_": "would unpack to|memory|longer than",
}


@needs_nasty
@pytest.mark.parametrize("name", sorted(path.name for path in NASTY.glob("*")) if NASTY.exists() else [])
def test_it_ends_as_text_or_as_a_sentence(converter: FileConverter, name: str) -> None:
    path = NASTY / name
    converted = converter.run([path])
    assert len(converted["documents"]) + len(converted["failures"]) == 1
    if path.suffix not in CONVERTERS:
        [failure] = converted["failures"]
        assert "not supported" in failure.error.message
        assert failure.error.reason is Reason.UNSUPPORTED
    elif sentence := next((said for like, said in SENTENCES.items() if re.match(like, name)), None):
        [failure] = converted["failures"]
        assert re.search(sentence, failure.error.message)
        assert f"'{name}'" in failure.error.message
    else:
        [document] = converted["documents"]
        assert TEXTS.get(name, "") in (document.content or "")


@needs_nasty
def test_no_entity_brings_in_an_outside_file(converter: FileConverter) -> None:
    content = converter.run([NASTY / "xxe.docx"])["documents"][0].content or ""
    assert "root:" not in content
