"""What is read as columns, and what as rows: pages of lines that are short, level or not, and letters' heads."""

from collections.abc import Sequence
from typing import Any

import pytest

from ingest.convert.ocr.columns import Box
from ingest.convert.ocr.reading_order import written
from tests.ingest.convert import scans
from tests.ingest.convert.scans import ENGLISH, MARGIN, character_errors, needs_ocr, page

MIDDLE = 880
ADDRESS = ["Mr. Henry Halloran", "Corn Exchange", "14 Market Street", "Thornbury TB4 7QX"]
SENDER = ["Halden Pumps Ltd.", "Mill Lane 3", "Telephone 01632 960 114", "office@halden.example"]

CONTACTS = [
    ["Anna Berg 030 47119", "Carl Dorn 030 50846", "Edith Falk 030 54571", "Georg Hahn 030 58303"],
    ["Paula Quast 030 15901", "Rolf Sander 030 16274", "Tina Ulrich 030 16647", "Volker Weiss 030 17020"],
]
CARDS = [
    ["Anna Berg", "Lindenstr. 3", "10110 Berlin", "", "Carl Dorn", "Lindenstr. 4", "10111 Berlin"],
    ["Paula Quast", "Ringweg 13", "20350 Hamburg", "", "Rolf Sander", "Ringweg 14", "20351 Hamburg"],
]
GLOSSARY = [
    ["Anode: the electrode at", "which oxidation happens", "Battery: cells joined to", "give a higher voltage"],
    ["Inductor: a coil that", "keeps a current going", "Joule: the unit of energy", "that a force spends"],
]
DISHES = [
    [("Tomato soup", "4.50"), ("Bruschetta", "5.20"), ("Caesar salad", "7.80"), ("Grilled prawns", "11.40")],
    [("Mushroom risotto", "14.50"), ("Beef stew", "17.20"), ("Fried trout", "18.90"), ("Lentil curry", "12.60")],
]

CAPITALS = [("Country", "Capital"), ("France", "Paris"), ("Germany", "Berlin"), ("Austria", "Vienna")]
TASKS = [
    ("Task", "Responsible"),
    ("Write the manual", "Anna Berg, Berlin"),
    ("Test the pump", "Carl Dorn, Hamburg"),
    ("Order new valves", "Edith Falk, Bonn"),
    ("Paint the tank", "Georg Hahn, Mainz"),
]
ITEMS = [
    ("Item", "Quantity", "Unit", "Price"),
    ("Bolts, steel", "40", "pieces", "12.50"),
    ("Copper wire", "15", "metres", "31.20"),
    ("White paint", "36", "litres", "44.90"),
    ("Sandpaper", "25", "sheets", "8.75"),
]
STAFF = [
    ("Name", "Role", "Telephone", "E-mail"),
    ("Anna Berg", "Engineer", "030 47119", "berg@halle.example"),
    ("Carl Dorn", "Director", "030 50846", "dorn@halle.example"),
    ("Edith Falk", "Assistant", "030 54571", "falk@halle.example"),
]
TERMS = [
    ("Delivery", "Within ten working days of the order, unless the"),
    ("", "customer has agreed to another date in writing."),
    ("Payment", "Thirty days after the invoice. Two percent may be"),
    ("", "kept if it is paid within ten days."),
    ("Warranty", "Two years from the delivery; wear and tear of"),
    ("", "seals and filters is not covered by it."),
]


def lines_of(*placed: tuple[int, int, int, Sequence[str]]) -> list[tuple[int, int, str]]:
    """Each line where it stands: blocks of lines at x and y, one a step below the other."""
    return [(x, y + step * number, line) for x, y, step, lines in placed for number, line in enumerate(lines) if line]


def read(image: Any) -> list[str]:
    from ingest.convert.ocr.tesseract import recognised

    return [line for line in recognised(image).text.split("\n") if line]


@needs_ocr
@pytest.mark.parametrize("columns", [CONTACTS, CARDS, GLOSSARY])
@pytest.mark.parametrize("step", [48, 64])
def test_lists_beside_each_other_are_read_one_after_the_other(columns: Sequence[Sequence[str]], step: int) -> None:
    left, right = columns
    placed = lines_of((MARGIN, 300, step, left), (MIDDLE, 300, step, right))
    expected = ["Our list", *filter(None, [*left, *right])]
    assert read(page((700, 150, "Our list"), *placed, font=scans.font(30))) == expected


@needs_ocr
def test_lists_with_prices_keep_each_price_with_its_dish() -> None:
    font = scans.font(30)
    placed = [
        place
        for x, dishes in zip((MARGIN, MIDDLE), DISHES, strict=True)
        for number, (dish, price) in enumerate(dishes)
        for place in ((x, 300 + 56 * number, dish), (x + 560 - round(font.getlength(price)), 300 + 56 * number, price))
    ]
    expected = ["Our menu", *(f"{dish} {price}" for dishes in DISHES for dish, price in dishes)]
    assert read(page((700, 150, "Our menu"), *placed, font=font)) == expected


@needs_ocr
@pytest.mark.parametrize("table", [CAPITALS, TASKS, ITEMS, STAFF, TERMS])
def test_rows_of_words_stay_rows(table: Sequence[Sequence[str]]) -> None:
    where = {2: (MARGIN, 500 if table is TERMS else 800), 4: (MARGIN, 520, 840, 1100)}[len(table[0])]
    placed = [
        (x, 300 + 56 * number, cell) for number, cells in enumerate(table) for x, cell in zip(where, cells, strict=True)
    ]
    found = read(page(*placed, font=scans.font(28)))
    assert found == [" ".join(filter(None, cells)) for cells in table]


@needs_ocr
@pytest.mark.parametrize("sender", [(1000, 260, 46, 30), (1080, 230, 34, 22), (1000, 284, 46, 30)])
def test_the_blocks_of_a_letters_head_are_read_one_after_the_other(sender: tuple[int, int, int, int]) -> None:
    x, y, step, size = sender
    letter = page(
        *lines_of((MARGIN, 260, 46, ADDRESS), (MARGIN, 760, 46, ["Dear Mr. Halloran,", "", *ENGLISH.split("\n")])),
        font=scans.font(30),
    )
    letter.paste(page(*lines_of((0, 0, step, SENDER)), font=scans.font(size), size=(450, 250)), (x, y))
    body = ["Dear Mr. Halloran,", *ENGLISH.split("\n")]
    found = "\n".join(read(letter))
    orders = ("\n".join([*first, *body]) for first in (ADDRESS + SENDER, SENDER + ADDRESS))
    assert min(character_errors(found, order) for order in orders) <= 0.005


def test_a_total_stays_with_its_words_though_a_currency_stands_by_itself() -> None:
    cells = [
        Box(100, 100, 260, 130, "Total assets"),
        Box(800, 100, 815, 130, "$"),
        Box(850, 100, 950, 130, "36,500"),
        Box(1100, 100, 1115, 130, "$"),
        Box(1150, 100, 1250, 130, "37,987"),
        Box(100, 145, 240, 175, "Liabilities"),
        Box(100, 190, 340, 220, "Current liabilities"),
    ]
    assert written(cells) == "Total assets $ 36,500 $ 37,987\nLiabilities\nCurrent liabilities"


def test_the_head_of_a_table_and_its_figures_are_no_block_beside_the_words() -> None:
    head = ["Twelve months ended June 30", "EPS diluted", "Net US cents", "EBITDA EBIT Income"]
    cells = [Box(800, 100 + 45 * number, 1400, 130 + 45 * number, line) for number, line in enumerate(head)]
    rows = [("Net income", "805 805 52.9"), ("Of others", "F F"), ("Interests", "10 10")]
    for number, (words, figures) in enumerate(rows):
        top = 280 + 45 * number
        cells += [Box(100, top, 400, top + 30, words), Box(800, top, 1400, top + 30, figures)]
    assert written(cells) == "\n".join([*head, *(" ".join(row) for row in rows)])


@needs_ocr
def test_dots_that_lead_to_a_price_harm_neither_it_nor_the_page() -> None:
    font = scans.font(30)
    dots = round(font.getlength(".")) + 2
    placed = []
    for number, (dish, price) in enumerate(DISHES[0] + DISHES[1]):
        y, end = 300 + 56 * number, 1480 - round(font.getlength(price))
        placed += [(MARGIN, y, dish), (end, y, price)]
        placed += [(x, y, ".") for x in range(MARGIN + round(font.getlength(dish)) + 8, end - dots, dots)]
    found = read(page(*placed, font=font))
    assert [line.replace(" . ", " ") for line in found] == [f"{dish} {price}" for dish, price in DISHES[0] + DISHES[1]]
