import io

import docx
import pytest

from ingest.convert.parts.page_numbers import counts_pages
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import ODF_NAMES, opendocument
from tests.ingest.convert.old_office_files import P, word

COUNTING = [
    "46",
    "- iv -",
    "I",
    "Page 2 of 7",
    "Seite 3 von 9",
    "27 / 27",
    "2/7",
    "第2页",
    "第 2 页 共 7 页",
    "Page of",
    "पृष्ठ 2",
    "பக்கம் 2",
    "पेज 3 का 7",
    "\u200f2\u200f",
    "3 of 7",
    "S. 12",
]
OTHERS = [
    "3.5",
    "V3",
    "03 12 45",
    "2024",
    "A",
    "Room 3",
    "—",
    "0711 2030 40",
    "B-12",
    "",
    "DIN 5008",
    "P45",
    "A4",
    "12/05",
    "24/7",
    "Sur",
    "1 " * 40,
]


@pytest.mark.parametrize("line", COUNTING)
def test_it_counts_pages(line: str) -> None:
    assert counts_pages(line)


@pytest.mark.parametrize("line", OTHERS)
def test_it_says_something_else(line: str) -> None:
    assert not counts_pages(line)


def test_a_number_that_stands_alone_in_a_header_or_footer_is_left_out(convert: Convert) -> None:
    document = docx.Document()
    document.add_paragraph("7")
    document.sections[0].header.paragraphs[0].text = "46"
    document.sections[0].footer.paragraphs[0].text = "Page 2 of 7"
    document.sections[0].footer.add_paragraph("Heron Ltd, page 2")
    document.save(saved := io.BytesIO())
    assert convert("a.docx", saved.getvalue()).content == "7\n\nHeron Ltd, page 2"
    old = word(P("7"), headers=["46", "46", "- 2 -", "Heron Ltd", "", ""])
    assert convert("a.doc", old).content == "7\n\nHeron Ltd"
    rich = r"{\rtf1{\header Page 46\par}{\footer Heron Ltd\par 2/7\par}\pard 7\par}"
    assert convert("a.rtf", rich).content == "7\n\nHeron Ltd"
    page = (
        "<style:master-page><style:header><text:p><text:page-number>46</text:page-number></text:p></style:header>"
        "<style:footer><text:p>Heron Ltd</text:p><text:p>Page 2</text:p></style:footer></style:master-page>"
    )
    styles = f"<x {ODF_NAMES}><office:master-styles>{page}</office:master-styles></x>"
    text = opendocument("text", "<text:p>7</text:p>", {"styles.xml": styles})
    assert convert("a.odt", text).content == "7\n\nHeron Ltd"
