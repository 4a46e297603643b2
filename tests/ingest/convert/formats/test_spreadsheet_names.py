"""Which names and labels the values of a sheet have: spread ones, those of groups, indented ones."""

import struct

import pytest

from tests.ingest.convert import xls_files as old
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import (
    SPREADSHEET,
    merged,
    opendocument,
    rows,
    xlsx,
)


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


def test_a_title_between_the_rows_of_a_table_is_under_no_name(convert: Convert) -> None:
    table: list[list[str | int | None]] = [
        ["Item", "2023", "2024"],
        ["Revenue", None, None],
        ["Products", 1, 2],
        ["Costs", None, None],
        ["Wages", 3, 4],
        [None, 5, None],
    ]
    assert convert("accounts.xlsx", xlsx({"S": rows(*table)})).content == (
        "# S\n\n| Item | 2023 | 2024 |\n| Revenue |\n| Item: Products | 2023: 1 | 2024: 2 |\n"
        "| Costs |\n| Item: Wages | 2023: 3 | 2024: 4 |\n| 2023: 5 |"
    )


def test_a_row_whose_values_are_lacking_keeps_the_name_of_its_label(convert: Convert) -> None:
    table: list[list[str | int | None]] = [["Item", "Price"], ["Apple", 3], ["Pear", None], ["Plum", 4]]
    assert convert("fruit.xlsx", xlsx({"S": rows(*table)})).content == (
        "# S\n\n| Item | Price |\n| Item: Apple | Price: 3 |\n| Item: Pear |\n| Item: Plum | Price: 4 |"
    )


def test_a_lone_cell_among_texts_keeps_its_name(convert: Convert) -> None:
    table: list[list[str | int | None]] = [["Name", "Town"], ["Ann", "Oslo"], ["Eve", None], ["Bo", "Bonn"]]
    assert convert("people.xlsx", xlsx({"S": rows(*table)})).content == (
        "# S\n\n| Name | Town |\n| Name: Ann | Town: Oslo |\n| Name: Eve |\n| Name: Bo | Town: Bonn |"
    )


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


# Labels, how far in they stand, and the values beside them.
PIVOT = [("Row Labels", 0, "Sum"), ("Europe", 0, "3"), ("Germany", 1, "2"), ("2023", 2, "1"), ("2024", 2, "1")]
PIVOT += [("France", 1, "1"), ("Asia", 0, "4"), ("Japan", 1, "4"), ("Grand Total", 0, "7")]
PIVOT_READ = (
    "# S\n\n| Row Labels | Sum |\n| Row Labels: Europe | Sum: 3 |\n| Row Labels: Europe / Germany | Sum: 2 |\n"
    "| Row Labels: Europe / Germany / 2023 | Sum: 1 |\n| Row Labels: Europe / Germany / 2024 | Sum: 1 |\n"
    "| Row Labels: Europe / France | Sum: 1 |\n| Row Labels: Asia | Sum: 4 |\n| Row Labels: Asia / Japan | Sum: 4 |\n"
    "| Row Labels: Grand Total | Sum: 7 |"
)


def pivot_xlsx(align: str) -> bytes:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" s="{indent}" t="inlineStr"><is><t>{label}</t></is></c>'
        f'<c r="B{n}" t="{"n" if value.isdigit() else "str"}"><v>{value}</v></c></row>'
        for n, (label, indent, value) in enumerate(PIVOT, start=1)
    )
    xfs = "".join(f'<xf><alignment horizontal="{align}" indent="{n}"/></xf>' for n in (1, 2))
    styles = f'<styleSheet xmlns="{SPREADSHEET}"><cellXfs><xf/>{xfs}</cellXfs></styleSheet>'
    return xlsx({"S": f"{cells}</sheetData>"}, parts={"xl/styles.xml": styles})


def pivot_xls() -> bytes:
    styles = b"".join(old.record(0x00E0, struct.pack("<HHHBBB11x", 0, 0, 0, 1, 0, n)) for n in (1, 2))
    cells = b"".join(
        old.cell(0x0204, n, 0, old.text(label), indent)
        + (old.label(n, 1, value) if n == 0 else old.number(n, 1, int(value)))
        for n, (label, indent, value) in enumerate(PIVOT)
    )
    return old.book({"S": cells}, more=styles)


def pivot_ods() -> bytes:
    styles = "".join(
        f"<style:style style:name='I{n}'><style:paragraph-properties fo:margin-left='{0.353 * n:.3f}cm'/></style:style>"
        for n in (0, 1, 2)
    )
    table = "".join(
        f"<table:table-row><table:table-cell table:style-name='I{indent}'><text:p>{label}</text:p></table:table-cell>"
        f"<table:table-cell office:value-type='{'float' if value.isdigit() else 'string'}' office:value='{value}'>"
        f"<text:p>{value}</text:p></table:table-cell></table:table-row>"
        for label, indent, value in PIVOT
    )
    styles = f"<office:automatic-styles xmlns:fo='urn:fo'>{styles}</office:automatic-styles>"
    return opendocument("spreadsheet", f'<table:table table:name="S">{table}</table:table>', styles=styles)


def pivot_xml() -> bytes:
    ss = "urn:schemas-microsoft-com:office:spreadsheet"
    styles = "".join(
        f"<Style ss:ID='I{n}'><Alignment ss:Horizontal='Left' ss:Indent='{n}'/></Style>" for n in (0, 1, 2)
    )
    table = "".join(
        f"<Row><Cell ss:StyleID='I{indent}'><Data ss:Type='String'>{label}</Data></Cell>"
        f"<Cell><Data ss:Type='{'Number' if value.isdigit() else 'String'}'>{value}</Data></Cell></Row>"
        for label, indent, value in PIVOT
    )
    sheet = f"<Worksheet ss:Name='S'><Table>{table}</Table></Worksheet>"
    return f"<?xml version='1.0'?><Workbook xmlns='{ss}' xmlns:ss='{ss}'>{styles}{sheet}</Workbook>".encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", pivot_xlsx("left")), ("a.xls", pivot_xls()), ("a.ods", pivot_ods()), ("b.xls", pivot_xml())],
)
def test_an_indented_label_belongs_to_the_one_above_it(convert: Convert, name: str, data: bytes) -> None:
    assert convert(name, data).content == PIVOT_READ


def test_what_is_set_off_from_the_right_is_not_indented(convert: Convert) -> None:
    assert " / " not in str(convert("a.xlsx", pivot_xlsx("right")).content)


def test_a_label_belongs_to_none_above_its_table_or_in_another_column(convert: Convert) -> None:
    def cell(place: str, words: str, style: int = 0) -> str:
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{words}</t></is></c>'

    sheet = (
        f'<row r="1">{cell("A1", "Sales")}</row><row r="2">{cell("A2", "City", 1)}{cell("B2", "Sum")}</row>'
        f'<row r="3">{cell("A3", "Kiel", 1)}<c r="B3"><v>1</v></c></row>'
        f'<row r="4">{cell("B4", "closed", 2)}</row>'
        f'<row r="5">{cell("A5", "All")}<c r="B5"><v>1</v></c></row></sheetData>'
    )
    two = (
        f'<row r="1">{cell("A1", "City")}{cell("B1", "Sum")}</row>'
        + "".join(f'<row r="{n}">{cell(f"A{n}", "Kiel")}<c r="B{n}"><v>1</v></c></row>' for n in range(2, 8))
        + f'<row r="9">{cell("A9", "Town", 1)}{cell("B9", "Rent")}{cell("C9", "Size")}</row>'
        f'<row r="10">{cell("A10", "Lund", 1)}<c r="B10"><v>2</v></c><c r="C10"><v>3</v></c></row></sheetData>'
    )
    xf = "".join(f'<xf><alignment horizontal="left" indent="{n}"/></xf>' for n in (1, 2))
    styles = f'<styleSheet xmlns="{SPREADSHEET}"><cellXfs><xf/>{xf}</cellXfs></styleSheet>'
    content = convert("a.xlsx", xlsx({"S": sheet, "T": two}, parts={"xl/styles.xml": styles})).content
    assert str(content).split("\n\n| ")[1:] == [
        "City | Sum |\n| City: Kiel | Sum: 1 |\n| Sum: closed |\n| City: All | Sum: 1 |\n\f\n# T",
        "City | Sum |" + 6 * "\n| City: Kiel | Sum: 1 |",
        "Town | Rent | Size |\n| Town: Lund | Rent: 2 | Size: 3 |",
    ]
