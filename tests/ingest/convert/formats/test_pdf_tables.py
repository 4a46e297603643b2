"""Tables of PDFs: that a value is seen to be under its column."""

import io
from collections.abc import Sequence

from ingest.convert.formats.pdf import convert
from tests.ingest.convert.pdf_files import Body, drawn, lines

SIZE = 10
RIGHT = 5.56  # a figure of this size, which is what columns of them are set by


def read(*parts: str) -> list[str]:
    text = convert(io.BytesIO(drawn(Body("\n".join(parts)))), "table.pdf").text
    return [line for line in text.split("\n") if line.strip()]


def table(rows: Sequence[Sequence[str]], places: Sequence[float], top: float = 700) -> str:
    """Row by row; figures end where those above them do."""
    return lines(
        *(
            (x - RIGHT * len(text) if text.isdigit() else x, top - 14 * number, SIZE, text)
            for number, row in enumerate(rows)
            for x, text in zip(places, row, strict=True)
            if text
        )
    )


STATEMENT = [
    ["Date", "Details", "Paid out", "Paid in", "Balance"],
    ["1 Apr", "Brought forward", "", "", "1204"],
    ["2 Apr", "Groceries", "48", "", "1156"],
    ["3 Apr", "From J Smith", "", "250", "1406"],
    ["8 Apr", "Cash", "100", "", "1306"],
]
PLACES = [60, 110, 260, 330, 400]


def test_an_empty_cell_does_not_shift_what_follows() -> None:
    assert read(table(STATEMENT, PLACES)) == [
        "| Date | Details | Paid out | Paid in | Balance |",
        "| 1 Apr | Brought forward |  |  | 1204 |",
        "| 2 Apr | Groceries | 48 |  | 1156 |",
        "| 3 Apr | From J Smith |  | 250 | 1406 |",
        "| 8 Apr | Cash | 100 |  | 1306 |",
    ]


def test_a_table_without_empty_cells_stays_as_it_is() -> None:
    full = [[cell or "0" for cell in row] for row in STATEMENT]
    assert read(table(full, PLACES)) == [" ".join(row) for row in full]


def test_cells_that_are_empty_behind_all_others_shift_nothing() -> None:
    rows = [["Part", "Weight", "Note"], ["Frame", "12", "steel"], ["Wheel", "3", ""], ["Saddle", "1", "old"]]
    assert read(table(rows, [60, 160, 260])) == [" ".join(filter(None, row)) for row in rows]


def test_cells_that_nearly_touch_are_told_by_their_columns() -> None:
    rows = [
        ["Day", "Work", "Hours", "Pay"],
        ["Mon", "Roof", "8", "90"],
        ["Wednesday", "Door", "", "20"],
        ["Fri", "Wall", "4", "45"],
    ]
    said = read(table(rows, [60, 115, 200, 260]))
    assert said[2] == "| Wednesday | Door |  | 20 |"


def test_names_of_groups_are_not_said_of_a_single_column() -> None:
    groups = lines((230, 714, SIZE, "Outgoing"), (330, 714, SIZE, "Incoming"))
    said = read(groups, table(STATEMENT, PLACES))
    assert said[0] == "Outgoing Incoming"
    assert said[3] == "| 2 Apr | Groceries | 48 |  | 1156 |"


def test_a_sign_that_stands_apart_is_no_cell() -> None:
    rows = [
        ["Sales", "", "$", "485", "$", "581"],
        ["Tax", "7", "", "250", "", "274"],
        ["Rent", "", "", "96", "", "11"],
        ["Fuel", "8", "", "64", "", "66"],
    ]
    said = read(table(rows, [60, 160, 200, 260, 300, 360]))
    assert said[:2] == ["| Sales |  | $ 485 | $ 581 |", "| Tax | 7 | 250 | 274 |"]


def test_lines_spread_from_edge_to_edge_are_no_rows() -> None:
    letters = {"a": 5.56, "i": 2.22, "r": 3.33, "s": 5}  # how wide Helvetica is
    rows = [["rain", "is", "sira"], ["siria", "ra", "air"], ["iris", "", "rara"], ["aria", "sir", "is"]]
    parts = []
    for number, row in enumerate(rows):
        words = [word for word in row if word]
        widths = [sum(letters.get(letter, 5.56) * SIZE / 10 for letter in word) for word in words]
        x, gap = 60.0, (140 - sum(widths)) / (len(words) - 1)
        for word, width in zip(words, widths, strict=True):
            parts.append((x, 700 - 12 * number, SIZE, word))
            x += width + gap
    assert read(lines(*parts)) == [" ".join(filter(None, row)) for row in rows]
