"""Workbooks as a whole: their sheets, values, limits and damage."""

import io
import zipfile
from collections.abc import Callable

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.office_files import (
    SPREADSHEET,
    flat_opendocument,
    merged,
    opendocument,
    packed,
    relations,
    rows,
    xls,
    xlsx,
)


def test_each_row_says_what_its_values_are(convert: Convert) -> None:
    people = rows(["Name", "City", "Age"], ["Alice", "Paris", 31], ["Bob", None, 44.5])
    document = convert("people.xlsx", xlsx({"People": people}))
    assert document.content == (
        "# People\n\n| Name | City | Age |\n| Name: Alice | City: Paris | Age: 31 |\n| Name: Bob | Age: 44.5 |"
    )
    assert (document.meta["paged"], document.meta["markup"]) == (True, "markdown")


def test_a_sheet_is_a_page_and_hidden_ones_are_read(convert: Convert) -> None:
    sheets = {"One": rows(["a", "b"]), "Empty": rows(), "Two": rows(["c", "d"])}
    content = convert("book.xlsm", xlsx(sheets, state="veryHidden")).content or ""
    assert content.split("\f") == ["# One (hidden sheet)\n\n| a | b |\n", "\n\n", "\n# Two (hidden sheet)\n\n| c | d |"]


def test_values_are_shown_as_a_reader_sees_them(convert: Convert) -> None:
    values = (
        '<row r="1"><c r="A1" s="1"><v>45293</v></c><c r="B1" s="1"><v>45293.5</v></c><c r="C1" s="2"><v>0.25</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1"><v>0.30000000000000004</v></c><c r="F1"><v>1E+20</v></c>'
        '<c r="G1" t="str"><f>A1</f><v>two\nlines</v></c></row></sheetData>'
    )
    assert convert("book.xlsx", xlsx({"S": values})).content == (
        "# S\n\n| 2024-01-02 | 2024-01-02 | 25% | TRUE | 0.3 | 100000000000000000000 | two lines |"
    )


def test_titles_above_a_table_are_not_its_header(convert: Convert) -> None:
    sheet = rows(["Report of 2024"], [], ["Name", "Sum"], ["Alice", 1], more=merged("A1:B1"))
    assert convert("book.xlsx", xlsx({"S": sheet})).content == (
        "# S\n\nReport of 2024\n\n| Name | Sum |\n| Name: Alice | Sum: 1 |"
    )


def test_numbers_at_the_top_are_no_header_and_keep_their_columns(convert: Convert) -> None:
    sheet = rows(["Region", 17, 18], ["North", None, 4], ["South", 5])
    assert convert("book.xlsx", xlsx({"S": sheet})).content == (
        "# S\n\n| Region | 17 | 18 |\n| North |  | 4 |\n| South | 5 |"
    )


def test_one_column_is_a_list(convert: Convert) -> None:
    assert convert("book.xlsx", xlsx({"S": rows(["milk"], ["bread"])})).content == "# S\n\n| milk |\n| bread |"


def test_opendocument_and_old_excel_read_the_same(convert: Convert) -> None:
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def text(words: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'

    number = '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    empty = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    table = row(text("Name"), text("Sum")) + row(text("Alice"), number) + empty
    ods = opendocument("spreadsheet", f'<table:table table:name="S">{table}</table:table>')
    expected = "# S\n\n| Name | Sum |\n| Name: Alice | Sum: 7 |"
    assert convert("book.ods", ods).content == expected
    assert convert("book.xls", xls("S", ["Name", "Sum"], ["Alice", 7])).content == expected


def test_a_sheet_of_opendocument_is_read_as_it_is_shown(convert: Convert) -> None:
    def cell(shown: str, kind: str = "string", more: str = "") -> str:
        return f'<table:table-cell office:value-type="{kind}" {more}>{shown}</table:table-cell>'

    def words(text: str) -> str:
        return f"<text:p>{text}</text:p>"

    comment = f"<office:annotation><dc:creator>Bo</dc:creator>{words('Really?')}</office:annotation>"
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    rows = [
        cell(words("Shares"), more='table:number-columns-spanned="3"') + covered,
        cell(words("City")) + cell(words("Share")) + cell(words("Since")),
        cell(words("Ulm<text:s/>West"), more='table:number-rows-spanned="2"')
        + cell(comment + words("14,3 %"), "percentage", 'office:value="0.142857"')
        + cell(words("1.2.24"), "date", 'office:date-value="2024-02-01T00:00:00"'),
        "<table:covered-table-cell/>"
        + cell(words("###"), "float", 'office:value="2.5"')
        + cell(words("WAHR"), "boolean", 'office:boolean-value="true"'),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    ods = opendocument("spreadsheet", f'<table:table table:name="S">{table}</table:table>')
    assert convert("book.ods", ods).content == (
        "# S\n\nShares\n\n| City | Share | Since |\n"
        "| City: Ulm West | Share: 14,3 % | Since: 2024-02-01 | Comment on B3: Really? |\n"
        "| City: Ulm West | Share: 2.5 | Since: TRUE |"
    )


def test_a_cell_far_away_is_refused_with_a_sentence(convert: Convert) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
    with pytest.raises(ConversionFailed, match="reaches to row 1,048,576 and column 16,384"):
        convert("far.xlsx", xlsx({"S": far}))


def test_cells_that_are_repeated_too_often_are_refused_with_a_sentence(convert: Convert) -> None:
    cell = "<table:table-cell office:value-type='string' table:number-columns-repeated=\"1000\"><text:p>a</text:p>"
    row = f'<table:table-row table:number-rows-repeated="20000">{cell}</table:table-cell></table:table-row>'
    with pytest.raises(ConversionFailed, match="reaches to row 20,000 and column 1,000"):
        convert("book.ods", opendocument("spreadsheet", f'<table:table table:name="S">{row}</table:table>'))


def test_a_workbook_without_any_value_has_no_text(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="No text was found"):
        convert("book.xlsx", xlsx({"Sheet1": rows(), "Sheet2": rows()}))


@pytest.mark.parametrize(
    ("streams", "sentence"),
    [
        ({"EncryptedPackage": b"words", "EncryptionInfo": b""}, "protected by a password"),
        ({"Workbook": b"words"}, "is damaged"),
        ({"Other": b"words"}, "not supported"),
    ],
)
def test_other_compound_files_are_refused_with_a_sentence(
    convert: Convert, streams: dict[str, bytes], sentence: str
) -> None:
    with pytest.raises(ConversionFailed, match=sentence):
        convert("book.xls", compound_file(dict(streams)))


def test_a_sheet_cut_short_is_damaged(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("book.xlsx", xlsx({"S": '<row r="1"><c r="A1"'}))


def test_numbers_are_shown_in_the_format_of_their_cells(convert: Convert) -> None:
    cells = (
        '<row r="1"><c r="A1" t="str"><v>Kind</v></c><c r="B1" t="str"><v>Sum</v></c></row>'
        '<row r="2"><c r="A2" s="3"><v>7</v></c><c r="B2" s="4"><v>1234.5</v></c></row>'
        '<row r="3"><c r="A3" s="5"><v>43890</v></c><c r="B3"><v>1234567890123456</v></c></row></sheetData>'
    )
    book = xlsx({"S": cells}, formats=['"ID-"0000', '#,##0.00 "EUR"', "mmm yyyy"], book='<workbookPr date1904="1"/>')
    assert convert("book.xlsx", book).content == (
        "# S\n\n| Kind | Sum |\n| Kind: ID-0007 | Sum: 1,234.50 EUR |\n| Kind: 2024-03 | Sum: 1234567890123456 |"
    )


def test_a_formula_that_was_never_worked_out_is_shown_itself(convert: Convert) -> None:
    cells = (
        '<row r="1"><c r="A1"><f>SUM(B1:B2)&amp;"x"</f><v></v></c><c r="B1" s="2"><f>1/2</f></c>'
        '<c r="C1"><f>2+2</f><v>4</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
    )
    assert convert("book.xlsx", xlsx({"S": cells})).content == '# S\n\n| =SUM(B1:B2)&"x" | =1/2 | 4 |'


def test_cells_without_values_do_not_count_however_far_they_reach(convert: Convert) -> None:
    styled = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(3, 9))
    far = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row></sheetData>'
    sheet = rows(["Name", "Sum"], ["Ann", 1]).replace("</sheetData>", styled + far)
    assert convert("book.xlsx", xlsx({"S": sheet})).content == "# S\n\n| Name | Sum |\n| Name: Ann | Sum: 1 |"


def test_xml_is_read_however_it_is_written(convert: Convert) -> None:
    sheet = (
        '<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/'
        "2006/main\"><x:sheetData><x:row><x:c t='str'><x:v xml:space='preserve'> Näme </x:v></x:c><!-- <x:c> -->"
        '<x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>&lt;b</x:t></x:r></x:is></x:c></x:row>'
        "<x:row r='4'><x:c s='1' r='B4' ><x:v>45293</x:v></x:c><x:c r='D4' t='s'><x:v>0</x:v></x:c>"
        "<x:c t='s'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>東</t></r><rPh><t>ひ</t></rPh>'
        "<r><t>京</t></r></si><si><t>a_x000D_<![CDATA[<&]]></t></si></sst>"
    )
    parts: dict[str, str | bytes] = {
        "xl/worksheets/sheet1.xml": sheet.encode("utf-16"),
        "xl/sharedStrings.xml": strings,
    }
    assert convert("book.xlsx", xlsx({"S": ""}, parts=parts)).content == (
        "# S\n\nNäme a<b\n\n|  | 2024-01-02 |  | 東京 | a <& |"
    )


@pytest.mark.parametrize("cell", ['t="s"><v>99</v>', 't="n"><v>1.2.3</v>', 's="3"><v>x</v>'])
def test_a_cell_that_makes_no_sense_is_damage(convert: Convert, cell: str) -> None:
    with pytest.raises(ConversionFailed, match="is damaged"):
        convert("book.xlsx", xlsx({"S": f'<row r="1"><c r="A1" {cell}</c></row></sheetData>'}, formats=["0.0"]))


def test_a_sheet_whose_part_is_missing_is_damaged(convert: Convert) -> None:
    parts: dict[str, str | bytes] = {
        "xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "worksheets/other.xml")})
    }
    with pytest.raises(ConversionFailed, match="is damaged"):
        convert("book.xlsx", xlsx({"S": rows(["a"])}, parts=parts))


def test_a_flat_file_is_read_as_one_that_is_zipped(convert: Convert) -> None:
    def row(name: str, value: str) -> str:
        kind = f'office:value-type="float" office:value="{value}"' if value.isdigit() else "office:value-type='string'"
        return (
            "\n <table:table-row>\n  <table:table-cell office:value-type='string'><text:p>"
            f"{name}</text:p></table:table-cell>\n  <table:table-cell {kind}>"
            f"\n   <text:p>{value}</text:p>\n  </table:table-cell>\n </table:table-row>"
        )

    table = f'<table:table table:name="S">{row("Name of <text:s/>it", "Sum")}{row("Alice", "7")}\n</table:table>'
    document = convert("sums.fods", flat_opendocument(f"<office:spreadsheet>{table}</office:spreadsheet>"))
    assert document.content == "# S\n\n| Name of it | Sum |\n| Name of it: Alice | Sum: 7 |"


@pytest.mark.parametrize("data", [b"<office:document", b"not XML"])
def test_a_damaged_flat_file_says_so(convert: Convert, data: bytes) -> None:
    with pytest.raises(ConversionFailed, match="is damaged"):
        convert("sums.fods", data)


def test_a_hidden_sheet_of_opendocument_is_said_to_be(convert: Convert) -> None:
    body = '<table:table table:name="S" table:style-name="ta1"><table:table-row>'
    body += "<table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>"
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    assert convert("a.ods", opendocument("spreadsheet", body)).content == "# S\n\n| a |"
    assert convert("a.ods", opendocument("spreadsheet", body, styles=style)).content == "# S (hidden sheet)\n\n| a |"


def test_hidden_rows_and_columns_are_read_and_told(convert: Convert) -> None:
    expected = (
        "# S\n\n| Name | Cost (hidden column) | Price |\n| Name: A | Cost (hidden column): 1 | Price: 2 |\n"
        "| Name: B | Cost (hidden column): 3 | Price: 4 | (hidden row) |"
    )
    values: list[list[str | int | None]] = [["Name", "Cost", "Price"], ["A", 1, 2], ["B", 3, 4]]
    sheet = rows(*values).replace('<row r="3"', '<row r="3" hidden="1"')
    whole = (
        f'<worksheet xmlns="{SPREADSHEET}"><cols><col min="2" max="2" hidden="1"/></cols><sheetData>{sheet}</worksheet>'
    )
    book = xlsx({"S": sheet}, parts={"xl/worksheets/sheet1.xml": whole})
    assert convert("book.xlsx", book).content == expected

    cells = [
        "".join(
            f'<table:table-cell office:value-type="{"string" if isinstance(value, str) else "float"}" '
            f'office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        for row in values
    ]
    table = (
        '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
        f"<table:table-row>{cells[0]}</table:table-row><table:table-row>{cells[1]}</table:table-row>"
        f'<table:table-row table:visibility="filter">{cells[2]}</table:table-row>'
    )
    ods = opendocument("spreadsheet", f'<table:table table:name="S">{table}</table:table>')
    assert convert("book.ods", ods).content == expected


@pytest.mark.parametrize("change", [str.lower, lambda name: name.replace("/", "\\")])
def test_names_of_parts_in_small_letters_or_with_backslashes_are_found(
    convert: Convert, change: Callable[[str], str]
) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx({"S": rows(["Name", "Sum"], ["Ann", 1])}))) as archive:
        parts: dict[str, str | bytes] = {change(name): archive.read(name) for name in archive.namelist()}
    assert convert("a.xlsx", packed(parts)).content == "# S\n\n| Name | Sum |\n| Name: Ann | Sum: 1 |"


@pytest.mark.parametrize(
    ("name", "head", "sentence"),
    [
        ("a.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00", "the format of Excel 4 or older. Save it as an .xlsx file"),
        ("a.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "the format of Excel 4 or older"),
        ("a.doc", b"\xdb\xa5\x2d\x00\x31\x40", "the format of Word 2 or older. Save it as a .docx file"),
    ],
)
def test_files_from_before_1995_are_called_so(convert: Convert, name: str, head: bytes, sentence: str) -> None:
    with pytest.raises(ConversionFailed, match=sentence):
        convert(name, head + bytes(600))
