"""Workbooks of Excel 97 to 2003, and XML Spreadsheets of 2003."""

import struct
import zipfile
from io import BytesIO

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert import xls_files as old
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import relations


def test_numbers_are_shown_in_the_format_of_their_cells(convert: Convert) -> None:
    short_numbers = struct.pack("<HI", 2, (45352 << 2) | 2) + struct.pack("<HI", 0, (1250 << 2) | 3)
    cells = (
        old.label(0, 0, "Share")
        + old.label(0, 1, "Day")
        + old.label(0, 2, "Sum")
        + old.number(1, 0, 0.254, style=1)
        + old.record(0x00BD, struct.pack("<HH", 1, 1) + short_numbers + struct.pack("<H", 2))
        + old.cell(0x027E, 2, 0, struct.pack("<I", 0x3FE00000), style=1)
        + old.cell(0x0006, 2, 1, struct.pack("<d", 45352.0) + bytes(8), style=2)
        + old.cell(0x0006, 2, 2, b"\0\0\0\0\0\0\xff\xff" + bytes(8))
        + old.record(0x0207, old.text("words"))
        + old.cell(0x0205, 3, 0, b"\1\0")
        + old.cell(0x0205, 3, 1, b"\x2a\1")
        + old.number(3, 2, 1234567890123456.0)
    )
    assert convert("book.xls", old.book({"S": cells}, formats=["0.0%", "dd.mm.yyyy"])).content == (
        "# S\n\n| Share | Day | Sum |\n| Share: 25.4% | Day: 2024-03-01 | Sum: 12.5 |\n"
        "| Share: 50.0% | Day: 2024-03-01 | Sum: words |\n| Share: TRUE | Sum: 1234567890123456 |"
    )


def test_a_string_may_go_on_in_the_next_record(convert: Convert) -> None:
    first = struct.pack("<II", 3, 3) + struct.pack("<HBH", 6, 8, 1) + "Nä".encode("latin-1")
    second = b"\1" + "me 東".encode("utf-16-le") + b"\0\0"
    third = b"\0\0" + struct.pack("<HBI", 1, 4, 2) + b"axx" + struct.pack("<HB", 1, 0) + b"b"
    strings = old.record(0x00FC, first) + old.record(0x003C, second) + old.record(0x003C, third)
    cells = b"".join(old.cell(0x00FD, 0, n, struct.pack("<I", n)) for n in range(3))
    assert convert("book.xls", old.book({"S": cells}, more=strings)).content == "# S\n\n| Näme 東 | a | b |"


def test_text_boxes_comments_and_charts_are_read(convert: Convert) -> None:
    title = old.record(0x100D, b"\0\0" + old.text("Sales", short=True))
    chart = old.begin(old.CHART) + title + old.number(0, 0, 9) + old.END
    shapes = old.shape(1, "in a box") + old.shape(2, "a remark")
    sheet = old.label(1, 27, "here") + shapes + chart + old.comment(1, 27, 2)
    assert convert("book.xls", old.book({"S": sheet, "Chart": chart})).content == (
        f"# S\n\n|{'  |' * 27} here | Comment on AB2: a remark |\n\nin a box\n\nSales\n\f\n# Chart\n\nSales"
    )


def test_hidden_rows_and_columns_are_told(convert: Convert) -> None:
    cells = [
        old.label(0, 0, "Name"),
        old.label(0, 1, "Cost"),
        *(old.label(n, 0, name) for n, name in ((1, "A"), (2, "B"))),
    ]
    hidden_row = old.record(0x0208, struct.pack("<HHHHIHH", 2, 0, 2, 0, 0, 0x20, 0))
    hidden_column = old.record(0x007D, struct.pack("<HHHHHH", 1, 1, 0, 0, 1, 0))
    sheet = hidden_column + hidden_row + b"".join([*cells, old.number(1, 1, 5), old.number(2, 1, 7)])
    assert (convert("book.xls", old.book({"S": sheet})).content or "").split("\n")[2:] == [
        "| Name | Cost (hidden column) |",
        "| Name: A | Cost (hidden column): 5 |",
        "| Name: B | Cost (hidden column): 7 | (hidden row) |",
    ]


def test_colours_and_fonts_in_a_zip_do_not_make_it_one(convert: Convert) -> None:
    with zipfile.ZipFile(theme := BytesIO(), "w") as archive:
        archive.writestr("_rels/.rels", relations({"r": ("officeDocument", "theme/theme/themeManager.xml")}))
    more = old.record(0x0896, bytes(16) + theme.getvalue())
    assert convert("b.xls", old.book({"S": old.label(0, 0, "a")}, more=more)).content == "# S\n\n| a |"


def test_the_name_of_its_stream_may_be_in_capitals(convert: Convert) -> None:
    assert convert("b.xls", old.book({"S": old.label(0, 0, "a")}, stream="WORKBOOK")).content == "# S\n\n| a |"


@pytest.mark.parametrize("version", [0x0600, 0x0500])
def test_a_password_is_named(convert: Convert, version: int) -> None:
    with pytest.raises(ConversionFailed, match="protected by a password"):
        convert("b.xls", old.book({"S": b"\x11\x22"}, first=old.record(0x002F, bytes(54)), version=version))


def test_a_sheet_that_reaches_too_far_is_refused_before_it_is_laid_out(convert: Convert) -> None:
    cells = old.label(0, 0, "a") + old.label(65535, 255, "b")
    with pytest.raises(ConversionFailed, match="reaches to row 65,536 and column 256"):
        convert("b.xls", old.book({"S": cells}))


def test_records_that_make_no_sense_are_damage(convert: Convert) -> None:
    no_such_string = old.cell(0x00FD, 0, 1, struct.pack("<I", 9))
    with pytest.raises(ConversionFailed, match="is damaged"):
        convert("b.xls", old.book({"S": old.label(0, 0, "a") + no_such_string}))


XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><NumberFormat '
    'ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="Orders"><Table>'
    '<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">Order</Data></Cell>'
    '<Cell><Data ss:Type="String">Share</Data></Cell></Row>'
    '<Row ss:Index="3"><Cell><Data ss:Type="Number">7</Data><Comment><ss:Data>late</ss:Data></Comment></Cell>'
    '<Cell ss:Index="3" ss:StyleID="s1"><Data ss:Type="Number">0.25</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell>'
    '<Cell ss:Formula="=1+1"/></Row></Table></Worksheet></Workbook>'
)
READ = "# Orders\n\nOrder Share\n\n| 7 |  | 25.00% | Comment on A3: late |\n| 2024-03-01 | =1+1 |"


@pytest.mark.parametrize("stated", ['ss:Index="0"', 'ss:Index="-3"', 'ss:MergeAcross="-1"', 'ss:MergeDown="-9"'])
def test_a_cell_at_a_place_that_there_is_not_is_damage(convert: Convert, stated: str) -> None:
    with pytest.raises(ConversionFailed, match="is damaged, or not laid out"):
        convert("book.xls", XML.replace('ss:MergeAcross="1"', stated))


@pytest.mark.parametrize("name", ["book.xls", "book.xml", "book.xlsx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_spreadsheets_are_read_as_such(convert: Convert, name: str, encoding: str) -> None:
    assert convert(name, XML.encode(encoding)).content == READ


def test_an_xml_spreadsheet_cut_short_is_damaged(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="is damaged"):
        convert("book.xls", XML[:-60])


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("<table><tr><td>a</td><td>b</td></tr></table>", ".html", "| a | b |"),
        ("\ufeff<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><th>a<th>b", ".html", "| a | b |"),
        ("<?xml version='1.0'?><!DOCTYPE html><html><body>words</body></html>", ".html", "words"),
        ("<?xml version='1.0'?><orders><order>7</order></orders>", ".xml", "order: 7"),
        ("Order;City\n7;Oslo\n", ".csv", "| Order | City |\n| Order: 7 | City: Oslo |"),
        ("Order\tCity\n7\tOslo\n", ".csv", "| Order | City |\n| Order: 7 | City: Oslo |"),
        ("sep=,\nOrder,City\n7,Oslo\n", ".csv", "| Order | City |\n| Order: 7 | City: Oslo |"),
    ],
)
@pytest.mark.parametrize("name", ["export.xls", "export.xlsx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_exports_are_read_as_what_they_are(
    convert: Convert, name: str, encoding: str, content: str, kind: str, text: str
) -> None:
    document = convert(name, content.encode(encoding))
    assert (document.meta["read_as"], document.content) == (kind, text)


@pytest.mark.parametrize("content", ["words and no table\nmore words\n", "\x89BIN\r\n\x1a\n" + ";\n" * 99])
def test_anything_else_is_refused(convert: Convert, content: str) -> None:
    with pytest.raises(ConversionFailed, match="is not a XLSX file"):
        convert("export.xlsx", content.encode("latin-1"))
