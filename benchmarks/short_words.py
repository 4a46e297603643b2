"""What is lost of words of one letter or digit on scans, and what is made up where there are none: pages drawn here.

    OMP_THREAD_LIMIT=1 .venv/bin/python -m benchmarks.short_words [--only NAME...] [--show]

Tables of digits, numbered lists, a calendar, a form, a drawing: each in two fonts, straight and as a scanner sees
it. The pages below them have no words: specks, rules, borders, boxes to tick, holes, bars, a drawing.

- short: words of one or two letters or digits, and how many were read, wherever on the page
- rows: those of short words whose words stand in one line, in order
- made up: words that were read, and were not drawn
- CPU: seconds a page
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

from benchmarks.index_search import row
from ingest.convert.ocr.tesseract import recognised
from tests.ingest.convert import scans

FONTS = ("DejaVuSans.ttf", "NimbusRoman-Regular.otf")
POINTS = 30  # pixels: 11 points
SHORT = 2
INK = scans.BLACK

Rows = Sequence[Sequence[str]]


class Drawn(NamedTuple):
    image: Image.Image
    rows: Rows  # each of words that stand beside each other


def _grid(
    rows: Rows,
    font: str,
    columns: Sequence[int],
    step: int = 60,
    size: int = POINTS,
    top: int = 300,
    frame: bool = False,
) -> Drawn:
    """Cells that begin at these columns; in a frame of rules if it is to be."""
    used = scans.font(size, font)
    placed = [
        (columns[at], top + step * number, cell) for number, cells in enumerate(rows) for at, cell in enumerate(cells)
    ]
    image = scans.page(*placed, font=used)
    if frame:
        draw = ImageDraw.Draw(image)
        edge = size // 2
        bottom, right = top - edge + step * len(rows), columns[-1] + 3 * size
        for number in range(len(rows) + 1):
            draw.line((columns[0] - edge, top - edge + step * number, right, top - edge + step * number), INK, 3)
        for x in [*(column - edge for column in columns), right]:
            draw.line((x, top - edge, x, bottom), INK, 3)
    return Drawn(image, [" ".join(cells).split() for cells in rows])


def _digits(font: str, frame: bool = False) -> Drawn:
    chance = random.Random(7)
    head = ["Station", "Mon", "Tue", "Wed", "Thu", "Fri"]
    names = ["Harbour", "Old Mill", "Church Road", "Market", "Station", "Lime Tree", "North Gate", "Quarry"]
    rows = [[name, *(str(chance.randrange(10)) for _ in range(5))] for name in names]
    return _grid([head, *rows], font, (150, 520, 720, 920, 1120, 1320), frame=frame)


def _only_digits(font: str, frame: bool = False) -> Drawn:
    chance = random.Random(3)
    rows = [[str(chance.randrange(10)) for _ in range(9)] for _ in range(9)]
    return _grid(rows, font, range(300, 1200, 100), step=90, frame=frame)


def _numbered(font: str) -> Drawn:
    things = (
        "Flour|Two eggs|Butter|Salt|A little milk|Sugar|Yeast|Raisins|Cinnamon|Almonds|Honey|Oats|Lemon peel|Cream|"
        "Ginger|Cloves|Nutmeg|Walnuts|Apples|Plums"
    ).split("|")
    return _grid([[f"{number}.", thing] for number, thing in enumerate(things, start=1)], font, (150, 230), step=52)


def _exam(font: str) -> Drawn:
    questions = [
        ("1", "Name the three states of matter.", "3"),
        ("2", "Why does ice float on water?", "2"),
        ("3", "Draw the circuit of a torch.", "5"),
        ("4", "What is a lever? Give two examples.", "4"),
        ("5", "State the law of Hooke.", "1"),
        ("6", "Explain the tides in four sentences.", "8"),
        ("7", "Which metal is liquid at room temperature?", "1"),
    ]
    rows = [["No.", "Question", "Points"], *questions, ["", "Total", "24"]]
    return _grid(rows, font, (150, 250, 1350), step=80)


def _month(font: str) -> Drawn:
    days = [str(day) for day in range(1, 31)]
    weeks = [["", "", *days[:5]], *(days[at : at + 7] for at in range(5, 30, 7))]
    return _grid([["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], *weeks], font, range(200, 1400, 160), step=110)


def _in_words(font: str) -> Drawn:
    text = """\
In accordance with § 3 of the lease, room 7 on floor 2 has a floor
of 9 m² and may be let to 1 person for € 5 a day, or to 2 for £ 8.
Annex B 2 lists the keys: 1 for the gate, 4 for the cellar, and a
key I lent to Mr. X on day 6 of May. Tax class 1 applies; see p. 8
and p. 9, item 5 a, and table 3. The vote was 7 to 6, with 1 away.
Turn to page 4, step 2: set the dial to 0, wait 5 s, set it to 1."""
    lines = text.split("\n")
    return _grid([[line] for line in lines], font, (150,), step=46)


def _form(font: str) -> Drawn:
    rows = [
        ["Children:", "3"],
        ["Tax class:", "1"],
        ["Rooms:", "4"],
        ["Floor:", "2"],
        ["Entrance:", "B"],
        ["Grade:", "A"],
    ]
    rows += [
        ["Persons:", "7"],
        ["Category:", "C 1"],
        ["Size:", "L"],
        ["Gender:", "F"],
        ["Area:", "9 m²"],
        ["Fee:", "€ 5"],
    ]
    return _grid(rows, font, (150, 700), step=90)


def _boxes(font: str) -> Drawn:
    """A digit in each box, as on a form that a machine reads."""
    used = scans.font(POINTS, font)
    numbers = {"Customer number": "4071935", "Date of birth": "09041968", "Postcode": "80331", "Number of persons": "2"}
    image = scans.page(font=used)
    draw = ImageDraw.Draw(image)
    for at, (label, digits) in enumerate(numbers.items()):
        y = 300 + 110 * at
        draw.text((150, y), label, INK, used)
        for place, digit in enumerate(digits):
            draw.rectangle((600 + 60 * place, y - 12, 654 + 60 * place, y + 48), outline=INK, width=2)
            draw.text((616 + 60 * place, y), digit, INK, used)
    return Drawn(image, [[*label.split(), *digits] for label, digits in numbers.items()])


def _scale(font: str) -> Drawn:
    """A ruler with a figure at each line, and a plan with letters at its corners."""
    used = scans.font(POINTS, font)
    image = scans.page((150, 250, "Plan of the ground floor, scale in metres"), font=used)
    draw = ImageDraw.Draw(image)
    draw.line((200, 400, 1200, 400), INK, 4)
    for metre in range(11):
        x = 200 + 100 * metre
        draw.line((x, 385, x, 415), INK, 3)
        draw.text((x, 425), str(metre), INK, used, anchor="ma")
    draw.rectangle((300, 700, 1200, 1300), outline=INK, width=6)
    draw.line((700, 700, 700, 1300), INK, 6)
    draw.line((700, 1000, 1200, 1000), INK, 6)
    for x, y, text in ((480, 980, "1"), (930, 830, "2"), (930, 1130, "3")):
        draw.text((x, y), text, INK, used)
    for x, y, text in ((250, 640, "A"), (1225, 640, "B"), (250, 1320, "C"), (1225, 1320, "D")):
        draw.text((x, y), text, INK, used)
    words = "Plan of the ground floor, scale in metres".split()
    return Drawn(image, [words, list(map(str, range(11))), ["A", "B"], ["2"], ["1"], ["3"], ["C", "D"]])


def _results(font: str) -> Drawn:
    teams = [
        ("Rovers", "United"),
        ("Albion", "City"),
        ("Town", "Athletic"),
        ("Wanderers", "County"),
        ("Rangers", "Harbour"),
    ]
    goals = [("2", "1"), ("0", "0"), ("3", "4"), ("1", "7"), ("5", "2")]
    rows = [[home, one, ":", other, away] for (home, away), (one, other) in zip(teams, goals, strict=True)]
    return _grid(rows, font, (150, 560, 610, 650, 800), step=70)


def _key(font: str) -> Drawn:
    answers = "BADCEABDCAEDBCAABDEC"
    rows = [[str(at + 1), answers[at], str(at + 11), answers[at + 10]] for at in range(10)]
    return _grid(rows, font, (200, 320, 700, 820), step=70)


def _invoice(font: str) -> Drawn:
    rows = [
        ["Pos.", "Article", "Qty", "Price", "Sum"],
        ["1", "Garden hose, green", "2", "19.90", "39.80"],
        ["2", "Watering can", "1", "8.50", "8.50"],
        ["3", "Seeds, mixed", "6", "1.20", "7.20"],
        ["4", "Flower pots", "9", "2.00", "18.00"],
        ["5", "Twine", "4", "0.95", "3.80"],
        ["6", "Gloves, size M", "1", "5.40", "5.40"],
    ]
    return _grid(rows, font, (150, 240, 850, 1050, 1280), step=62)


def _margin(font: str) -> Drawn:
    """Prose with the number of every fifth line beside it, and the number of the page below."""
    used = scans.font(POINTS, font)
    lines = (scans.ENGLISH.split("\n") * 2)[:15]
    placed = [(250, 300 + 46 * number, line) for number, line in enumerate(lines)]
    placed += [(170, 300 + 46 * (number - 1), str(number)) for number in (5, 10, 15)]
    image = scans.page(*placed, (820, 2150, "9"), font=used)
    rows = [[*([str(at)] if at % 5 == 0 else []), *line.split()] for at, line in enumerate(lines, start=1)]
    return Drawn(image, [*rows, ["9"]])


def _alone(text: str) -> Callable[[str], Drawn]:
    return lambda font: Drawn(scans.page((800, 1000, text), font=scans.font(POINTS, font)), [text.split()])


PAGES: dict[str, Callable[[str], Drawn]] = {
    "table of digits": _digits,
    "the same in a frame": lambda font: _digits(font, frame=True),
    "nothing but digits": _only_digits,
    "the same in a grid": lambda font: _only_digits(font, frame=True),
    "list, 1. to 20.": _numbered,
    "exam with points": _exam,
    "a month": _month,
    "in sentences": _in_words,
    "form": _form,
    "form of boxes": _boxes,
    "drawing with a scale": _scale,
    "results": _results,
    "answer key": _key,
    "invoice": _invoice,
    "lines with numbers": _margin,
    "a page with 7 on it": _alone("7"),
    "a page with B 2 on it": _alone("B 2"),
}


def _specks(draw: ImageDraw.ImageDraw, most: int) -> None:
    chance = random.Random(5)
    for _ in range(400):
        x, y, size = chance.randrange(1600), chance.randrange(2300), chance.randrange(most)
        draw.ellipse((x, y, x + size, y + chance.randrange(most)), fill=INK)


def _rules(draw: ImageDraw.ImageDraw) -> None:
    for y in range(300, 2200, 70):
        draw.line((150, y, 1500, y), INK, 2)


def _border(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((60, 60, 1594, 2279), outline=INK, width=12)
    draw.rectangle((84, 84, 1570, 2255), outline=INK, width=3)


def _empty_table(draw: ImageDraw.ImageDraw) -> None:
    for y in range(300, 1300, 60):
        draw.line((150, y, 1500, y), INK, 3)
    for x in range(150, 1501, 225):
        draw.line((x, 300, x, 1260), INK, 3)


def _ticks(draw: ImageDraw.ImageDraw) -> None:
    for number in range(16):
        y = 900 + 60 * number
        draw.rectangle((150, y, 180, y + 30), outline=INK, width=3)
        if number % 3 == 0:
            draw.line((155, y + 15, 163, y + 25, 176, y + 5), INK, 4)


def _bullets(draw: ImageDraw.ImageDraw) -> None:
    for number in range(16):
        draw.ellipse((150, 900 + 60 * number, 164, 914 + 60 * number), fill=INK)


def _holes(draw: ImageDraw.ImageDraw) -> None:
    for y in (700, 1600):
        draw.ellipse((40, y, 88, y + 48), fill=90)
    draw.polygon(((0, 0), (70, 0), (0, 70)), fill=60)
    draw.line((30, 160, 58, 186), 70, 5)  # a staple


def _bars(draw: ImageDraw.ImageDraw) -> None:
    chance = random.Random(2)
    x = 400
    while x < 1100:
        width = chance.choice((3, 3, 6, 9))
        draw.rectangle((x, 1000, x + width, 1160), fill=INK)
        x += width + chance.choice((3, 6, 9))
    for at in range(25 * 25):
        if chance.random() < 0.5:
            column, line = at % 25, at // 25
            draw.rectangle((500 + 10 * column, 1400 + 10 * line, 509 + 10 * column, 1409 + 10 * line), fill=INK)


def _graph(draw: ImageDraw.ImageDraw) -> None:
    draw.line((300, 1900, 300, 1000), INK, 4)
    draw.line((300, 1900, 1400, 1900), INK, 4)
    for at, high in enumerate((200, 430, 310, 620, 510, 760)):
        draw.rectangle((380 + 160 * at, 1900 - high, 460 + 160 * at, 1900), outline=INK, width=3)
    draw.line([(300 + 11 * at, 1500 - (at * 37) % 90 - 3 * at) for at in range(100)], INK, 3)


def _logo(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((1250, 120, 1410, 280), fill=INK)
    draw.ellipse((1290, 150, 1370, 250), fill=255)
    draw.polygon(((1330, 165), (1300, 240), (1360, 240)), fill=120)
    draw.arc((200, 900, 420, 1100), 20, 200, INK, 8)
    draw.line((500, 950, 640, 1060, 700, 900, 780, 1080), INK, 8)
    for at in range(6):
        draw.polygon(((900 + 60 * at, 1000), (925 + 60 * at, 950), (950 + 60 * at, 1000)), outline=INK)


EMPTY: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "specks": lambda draw: _specks(draw, 6),
    "blots": lambda draw: _specks(draw, 16),
    "rules": _rules,
    "border": _border,
    "empty table": _empty_table,
    "boxes to tick": _ticks,
    "bullets": _bullets,
    "holes and a staple": _holes,
    "bar codes": _bars,
    "graph": _graph,
    "logos": _logo,
}


def _with_nothing(name: str, words: bool) -> Callable[[str], Drawn]:
    def drawn(font: str) -> Drawn:
        lines = scans.ENGLISH.split("\n") if words else []
        placed = [(150, 320 + 46 * number, line) for number, line in enumerate(lines)]
        image = scans.page(*placed, font=scans.font(POINTS, font))
        if name == "rules" and words:  # between the lines, not through them
            for y in range(800, 2200, 70):
                ImageDraw.Draw(image).line((150, y, 1500, y), INK, 2)
        else:
            EMPTY[name](ImageDraw.Draw(image))
        return Drawn(image, [line.split() for line in lines])

    return drawn


def _scanned(image: Image.Image) -> Image.Image:
    random.seed(1)
    return scans.scanned(image)


LAID: dict[str, Callable[[Image.Image], Image.Image]] = {
    "straight": lambda image: image,
    "scanned": _scanned,
}


def _cores(words: Sequence[str]) -> Iterator[str]:
    """Without the points and signs around them, which are another question."""
    for word in words:
        core = "".join(filter(str.isalnum, word))
        if core:
            yield core


def main(only: Sequence[str], show: bool) -> None:
    without = {
        f"{name}{' below words' if words else ''}": _with_nothing(name, words)
        for words in (True, False)
        for name in EMPTY
        if words or name != "border"
    }
    row("page", "short", "read", "rows", "whole", "made up", "CPU")
    total = Counter[str]()
    for name, draw in {**PAGES, **without}.items():
        if only and name not in only:
            continue
        count, pages, seconds = Counter[str](), 0, 0.0
        for font in FONTS:
            drawn = draw(font)
            for way, lay in LAID.items():
                started = time.process_time()
                found = recognised(lay(drawn.image))
                seconds += time.process_time() - started
                pages += 1
                _count(count, drawn.rows, found.text)
                if show:
                    print(f"--- {name}, {font}, {way}: {found.reason}\n{found.text}")
        row(
            name,
            *(str(count[each]) for each in ("short", "read", "rows", "whole", "made up")),
            f"{seconds / pages:.2f}",
        )
        total += count
    row("all", *(str(total[each]) for each in ("short", "read", "rows", "whole", "made up")), "")


def _count(count: Counter[str], rows: Rows, text: str) -> None:
    lines = [list(_cores(line.split())) for line in text.split("\n")]
    drawn = [list(_cores(each)) for each in rows]
    wanted = Counter(word for each in drawn for word in each)
    read = Counter(word for line in lines for word in line)
    short = Counter({word: number for word, number in wanted.items() if len(word) <= SHORT})
    of_short = [each for each in drawn if any(len(word) <= SHORT for word in each)]
    count.update(short=short.total(), read=(short & read).total(), rows=len(of_short))
    count.update({"whole": sum(each in lines for each in of_short), "made up": (read - wanted).total()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    main(given.only, given.show)
