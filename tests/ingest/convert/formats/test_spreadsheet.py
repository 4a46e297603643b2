import struct

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.office_files import (
    CHART,
    DRAWING,
    RELATIONS,
    SPREADSHEET,
    flat_opendocument,
    opendocument,
    packed,
    relations,
    rows,
    run,
    xls,
    xlsx,
)


def merged(*ranges: str) -> str:
    return f"<mergeCells>{''.join(f'<mergeCell ref={r!r}/>' for r in ranges)}</mergeCells>"


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


def test_merged_cells_say_their_value_in_each_row_and_over_each_column(convert: Convert) -> None:
    sheet = rows(
        ["Region", "Sales", None],
        ["North", 1, 2],
        [None, 3, 4],
        ["South", 5, 6],
        more=merged("B1:C1", "A2:A3", "A4:A900000"),
    )
    assert convert("book.xlsx", xlsx({"S": sheet})).content == (
        "# S\n\n| Region | Sales |  |\n| Region: North | Sales: 1 | Sales: 2 |\n"
        "| Region: North | Sales: 3 | Sales: 4 |\n| Region: South | Sales: 5 | Sales: 6 |"
    )


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


def drawing(shapes: str) -> str:
    names = f'xmlns:xdr="urn:sheet" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" xmlns:c="{CHART}"'
    return f"<xdr:wsDr {names}>{shapes}</xdr:wsDr>"


SHAPES = drawing(
    f"<xdr:sp><xdr:txBody>{run('in a')}{run('box')}</xdr:txBody></xdr:sp>"
    "<xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id='rId1'/></a:graphicData></a:graphic></xdr:graphicFrame>"
)
TITLES = (
    f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}"><c:chart><c:title><c:tx><c:rich>{run("Sales")}</c:rich>'
    "</c:tx></c:title><c:valAx><c:title><c:tx><c:strRef><c:strCache><c:pt><c:v>EUR</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "</c:title></c:valAx></c:chart></c:chartSpace>"
)
ON_A_SHEET: dict[str, str | bytes] = {
    "xl/drawings/drawing1.xml": SHAPES,
    "xl/drawings/_rels/drawing1.xml.rels": relations({"rId1": ("chart", "../charts/chart1.xml")}),
    "xl/charts/chart1.xml": TITLES,
}


def test_text_boxes_charts_titles_and_comments_are_read(convert: Convert) -> None:
    def comment(place: str, words: str) -> str:
        return f'<comment ref="{place}"><text><r><t>{words}</t></r></text></comment>'

    notes = comment("B7", "a remark") + comment("C1", "[Threaded comment] Your version of Excel allows you to read")
    parts = {
        **ON_A_SHEET,
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            {
                "rId1": ("drawing", "../drawings/drawing1.xml"),
                "rId2": ("comments", "../comments1.xml"),
                "rId3": ("threadedComment", "../threaded.xml"),
            }
        ),
        "xl/comments1.xml": f'<comments xmlns="{SPREADSHEET}"><commentList>{notes}</commentList></comments>',
        "xl/threaded.xml": "<ThreadedComments xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/"
        "threadedcomments'><threadedComment ref='C1'><text>in a thread</text></threadedComment></ThreadedComments>",
    }
    assert convert("book.xlsx", xlsx({"S": rows()}, parts=parts)).content == (
        "# S\n\nComment on B7: a remark\n\nComment on C1: in a thread\n\nin a\nbox\n\nSales\n\nEUR"
    )


def test_a_sheet_of_a_chart_is_a_page_with_its_titles(convert: Convert) -> None:
    parts = {
        **ON_A_SHEET,
        "xl/_rels/workbook.xml.rels": relations(
            {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("chartsheet", "chartsheets/sheet1.xml")}
        ),
        "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{SPREADSHEET}"/>',
        "xl/chartsheets/_rels/sheet1.xml.rels": relations({"rId1": ("drawing", "../drawings/drawing1.xml")}),
    }
    book = xlsx({"S": rows(["a", "b"]), "Chart": ""}, parts=parts)
    assert convert("book.xlsx", book).content == "# S\n\n| a | b |\n\f\n# Chart\n\nin a\nbox\n\nSales\n\nEUR"


def test_a_binary_workbook_is_read_beside_its_charts(convert: Convert) -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(data)]) + data

    def text(words: str) -> bytes:
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    listed = b"".join(
        record(156, struct.pack("<II", 0, n) + text(f"rId{n}") + text(name)) for n, name in enumerate(["S", "Chart"], 1)
    )
    cell = record(0, struct.pack("<I", 0) + bytes(21)) + record(6, struct.pack("<II", 0, 0) + text("words"))
    parts = {
        **ON_A_SHEET,
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.bin")}),
        "xl/workbook.bin": record(131) + record(143) + listed + record(144) + record(132),
        "xl/_rels/workbook.bin.rels": relations(
            {"rId1": ("worksheet", "worksheets/sheet1.bin"), "rId2": ("chartsheet", "chartsheets/sheet1.bin")}
        ),
        "xl/worksheets/sheet1.bin": record(129)
        + record(148, bytes(16))
        + record(145)
        + cell
        + record(146)
        + record(130),
        "xl/chartsheets/sheet1.bin": record(129) + record(130),
        "xl/chartsheets/_rels/sheet1.bin.rels": relations({"rId1": ("drawing", "../drawings/drawing1.xml")}),
    }
    assert convert("book.xlsb", packed(parts)).content == ("# S\n\n| words |\n\f\n# Chart\n\nin a\nbox\n\nSales\n\nEUR")


def test_a_second_row_of_names_says_what_the_first_is_spread_over(convert: Convert) -> None:
    sheet = rows(
        ["Region", 2023, None, 2024, None],
        [None, "Full", "Part", "Full", "Part"],
        ["North", 41, 7, 44, 9],
        ["South", 38, 12, 35, 15],
        more=merged("B1:C1", "D1:E1", "A1:A2"),
    )
    assert convert("staff.xlsx", xlsx({"S": sheet})).content == (
        "# S\n\n| Region | 2023 Full | 2023 Part | 2024 Full | 2024 Part |\n"
        "| Region: North | 2023 Full: 41 | 2023 Part: 7 | 2024 Full: 44 | 2024 Part: 9 |\n"
        "| Region: South | 2023 Full: 38 | 2023 Part: 12 | 2024 Full: 35 | 2024 Part: 15 |"
    )


def test_texts_below_a_name_that_is_spread_are_no_second_row_of_names(convert: Convert) -> None:
    sheet = rows(["Team", "Members", None], ["North", "Ann", "Bo"], ["South", "Cy", "Di"], more=merged("B1:C1"))
    assert convert("teams.xlsx", xlsx({"S": sheet})).content == (
        "# S\n\n| Team | Members |  |\n| Team: North | Members: Ann | Members: Bo |\n"
        "| Team: South | Members: Cy | Members: Di |"
    )


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


def test_the_label_of_a_group_is_said_in_each_of_its_rows(convert: Convert) -> None:
    table: list[list[str | int | None]] = [
        ["Land", "City", "Sales"],
        ["DE", "Bonn", 10],
        [None, "Ulm", 7],
        ["AT", "Wien", 9],
        [None, "Linz", 2],
    ]
    content = convert("book.xlsx", xlsx({"S": rows(*table)})).content or ""
    assert content.split("\n")[4:] == [
        "| Land: DE | City: Ulm | Sales: 7 |",
        "| Land: AT | City: Wien | Sales: 9 |",
        "| Land: AT | City: Linz | Sales: 2 |",
    ]


def test_a_cell_that_is_empty_by_chance_has_no_label(convert: Convert) -> None:
    table: list[list[str | int | None]] = [
        ["Boss", "Name", "Phone"],
        ["Ann", "Bob", 11],
        [None, "Eve", None],
        ["Joe", "Kim", 13],
        [None, "Lea", 14],
    ]
    content = convert("book.xlsx", xlsx({"S": rows(*table)})).content or ""
    assert content.split("\n")[4:] == [
        "| Name: Eve |",
        "| Boss: Joe | Name: Kim | Phone: 13 |",
        "| Name: Lea | Phone: 14 |",
    ]
