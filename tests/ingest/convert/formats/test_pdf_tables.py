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


def test_a_table_of_single_words_without_empty_cells_stays_as_it_is() -> None:
    rows = [["Part", "Weight", "Price"], ["Frame", "12", "300"], ["Wheel", "3", "40"], ["Saddle", "1", "25"]]
    assert read(table(rows, [60, 160, 260])) == [" ".join(row) for row in rows]


def test_names_of_several_words_stand_above_their_columns() -> None:
    rows = [
        ["Town", "Gardens surveyed", "With hedgehogs", "Average"],
        ["Aldbourne", "124", "71", "9"],
        ["Cray", "98", "38", "5"],
    ]
    assert read(table(rows, [60, 140, 240, 340])) == [f"| {' | '.join(row)} |" for row in rows]


def test_values_of_several_words_stand_below_what_they_are_of() -> None:
    rows = [
        ["", "Aridor 300", "Aridor 300 S"],
        ["Output at 30 degrees and 80 per", "", ""],
        ["cent", "20 litres a day", "26 litres a day"],
        ["Warranty", "2 years", "3 years"],
        ["Weight", "13.2 kg", "15.9 kg"],
    ]
    heights = [700, 682, 670, 652, 634]  # the second and the third are lines of a cell
    places = [60, 250, 400]
    drawn_rows = (
        (x, y, SIZE, text) for row, y in zip(rows, heights, strict=True) for x, text in zip(places, row, strict=True)
    )
    whole = ["Output at 30 degrees and 80 per cent", *rows[2][1:]]
    assert read(lines(*(each for each in drawn_rows if each[3]))) == [
        f"| {' | '.join(row)} |" for row in (rows[0], whole, *rows[3:])
    ]


def test_a_table_of_words_stays_as_it_is_for_it_may_be_columns_of_text() -> None:
    rows = [["Part", "What to do", "How often"], ["Filter", "clean it", "monthly"], ["Tank", "rinse it", "at night"]]
    assert read(table(rows, [60, 160, 260])) == [" ".join(row) for row in rows]


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


def beside(*columns: Sequence[str], places: Sequence[float] = (60, 330), size: float = 20) -> str:
    """Columns that are drawn one after the other."""
    parts = zip(places, columns, strict=True)
    return lines(*((x, 600 - 30 * n, size, text) for x, column in parts for n, text in enumerate(column)))


def test_columns_of_a_slide_come_one_after_the_other() -> None:
    left = ["Firm Adler", "Price 48,200 euros", "In six weeks", "Two years of warranty"]
    right = ["Firm Brandt", "Price 51,900 euros", "In three weeks"]
    assert read(beside(left, right)) == left + right


def test_boxes_with_titles_stay_whole() -> None:
    boxes = [["Plan", "what is asked"], ["Build", "two sprints"], ["Test", "with users"]]
    drawn = [
        (60 + 180 * n, 600 - 30 * y, 20 - 6 * y, text) for n, box in enumerate(boxes) for y, text in enumerate(box)
    ]
    assert [line.removeprefix("# ") for line in read(lines(*drawn))] == [text for box in boxes for text in box]


def test_cells_of_several_lines_are_whole_in_their_row() -> None:
    rows = [(["Frame and", "fork"], ["ten years", "from sale"]), (["Motor", "and charger"], ["two years", "or less"])]
    cells = ((x, 600 - 40 * y, each) for y, row in enumerate(rows) for x, each in zip((60, 330), row, strict=True))
    parts = [(x, top - 12 * n, SIZE, text) for x, top, cell in cells for n, text in enumerate(cell)]
    assert read(lines(*parts)) == ["Frame and fork ten years from sale", "Motor and charger two years or less"]


def test_a_note_in_the_margin_comes_behind_its_paragraph() -> None:
    prose = [f"The {n} keeper of the harbour shall see to it that no boat is left" for n in ("old", "new", "next")]
    note = ["See the law", "of 2002", "on harbours"]
    beside_it = [(400, 600 - 12 * n, SIZE, text) for n, text in enumerate(note)]
    rest = [(60, 600 - 12 * n, SIZE, prose[n]) for n in (1, 2)]
    assert read(lines((60, 600, SIZE, prose[0]), *beside_it, *rest)) == [*prose, *note]


ORDERED = [["Part", "Ordered", "Sent"], ["Valve", "40", "40"], ["Flange", "16", ""], ["Bolt", "640", "600"]]


def test_a_table_that_is_drawn_column_by_column_is_read_row_by_row() -> None:
    columns = list(zip(*ORDERED, strict=True))
    cells = ((x, y, text) for x, column in zip((60, 170, 280), columns, strict=True) for y, text in enumerate(column))
    assert read(lines(*((x, 700 - 18 * y, SIZE, text) for x, y, text in cells if text))) == [
        "Part Ordered Sent",
        "Valve 40 40",
        "Flange 16",
        "Bolt 640 600",
    ]


def test_an_empty_cell_is_seen_though_the_columns_are_drawn_one_after_the_other() -> None:
    columns = [*zip(*ORDERED, strict=True), ("Open", "5", "16", "40")]
    places = (60, 170, 280, 390)
    cells = ((x, y, text) for x, column in zip(places, columns, strict=True) for y, text in enumerate(column))
    said = read(lines(*((x, 700 - 18 * y, SIZE, text) for x, y, text in cells if text)))
    assert said[2:] == ["| Flange | 16 |  | 16 |", "| Bolt | 640 | 600 | 40 |"]


def test_lists_beside_each_other_are_no_table() -> None:
    left, right = ["Call the bank", "Pay the rent", "Sweep stairs"], ["Buy bread", "Post the letters", "Feed the cat"]
    assert read(beside(left, right, size=12)) == left + right


def test_boxes_that_are_drawn_are_read_as_ticked_or_not() -> None:
    frame, ground = "0.5 w 60 {y} 9 9 re S", "0 0 1 rg 60 {y} 9 9 re f"
    rows = {
        700: (frame, "Walls painted"),
        680: (ground, "A bullet"),
        660: (f"{frame} 60 660 m 69 669 l 60 669 m 69 660 l S", "Keys returned"),
    }
    shapes = [shape.format(y=y) for y, (shape, _) in rows.items()]
    printed = f"0 0 1 rg 60 640 9 9 re f 1 G 61 644 m 64 641 l 68 648 l S 0 g {lines((74, 641, SIZE, 'Meter read'))}"
    texts = lines(*((74, y + 1, SIZE, text) for y, (_, text) in rows.items()))
    aside = "60 500 9 9 re S"
    assert read(*shapes, "0 g", texts, printed, aside) == [
        "☐ Walls painted",
        "A bullet",
        "☒ Keys returned",
        "☒ Meter read",
    ]
