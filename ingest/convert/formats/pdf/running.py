"""Running headers and footers, and page numbers: the same words in the same place of many pages."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.convert.formats.pdf.layout import Line

ROWS = 3  # at the top of a page, and as many at its bottom
NEAR = 8  # pages before and after, among which the same line has to stand
TIMES = 4
SHORT = 6  # pages; of fewer, half have to have the line
APART = 6.0  # points that the same line may be higher or lower
SAME_ROW = 2.0
GAP = 1.5  # line heights to the text of the page; nearer, it may be the head of a table
LONGEST = 150
HEAD = 0.75  # of the times that it recurs, the head of a table is above a row

NUMBER = re.compile(r"\d{1,5}")
LETTER = re.compile(r"[^\W\d_]")
ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
ROMAN_LETTERS = {"i": 1, "v": 5, "x": 10, "l": 50}

Place = tuple[int, int]  # the number of a page and of a line on it
_Margins = tuple[list[list[int]], list[list[int]]]  # rows of a page from the top, and from the bottom


class Running(NamedTuple):
    lines: Sequence[Collection[int]]
    """By page, the numbers of these lines."""
    again: Sequence[Collection[int]]
    """Those that a page before has already said."""


def running(pages: Sequence[Sequence[Line]]) -> Running:
    margins = [_margins(lines) for lines in pages]
    recurring = _recurring(pages, margins) if len(pages) > 2 else {}
    heads = _heads(pages, margins, recurring)
    found: list[set[int]] = []
    again: list[set[int]] = []
    said: set[str] = set()
    for page, lines in enumerate(pages):
        found.append(_taken(page, lines, margins[page], recurring, heads))
        again.append({number for number in found[-1] if recurring[page, number] in said})
        said.update(recurring[page, number] for number in found[-1])
    return Running(found, again)


def _recurring(pages: Sequence[Sequence[Line]], margins: Sequence[_Margins]) -> dict[Place, str]:
    """The lines near an edge that stand there on pages nearby, too, with what they have in common."""
    keys: dict[Place, list[str]] = {}
    seen_at: dict[str, list[tuple[int, float]]] = defaultdict(list)  # in the order of the pages
    for page, sides in enumerate(margins):
        usual = _usual_size(pages[page])
        outermost = {number for rows in sides for row in rows[:1] for number in row}
        for number in {number for rows in sides for row in rows[:ROWS] for number in row}:
            line = pages[page][number]
            small = number in outermost and line.style.size <= usual and not line.style.bold
            keys[page, number] = its = list(_keys(line, page, small))
            for key in its:
                seen_at[key].append((page, line.y))
    recurring = {}
    for (page, number), its in keys.items():
        y = pages[page][number].y
        common = (key for key in its if _recurs(seen_at[key], page, y, len(pages)))
        if key := next(common, ""):
            recurring[page, number] = key
    return recurring


def _margins(lines: Sequence[Line]) -> _Margins:
    rows: list[list[int]] = []
    for number in sorted((n for n, line in enumerate(lines) if not line.blank), key=lambda n: -lines[n].y):
        if rows and lines[rows[-1][0]].y - lines[number].y < SAME_ROW:
            rows[-1].append(number)
        else:
            rows.append([number])
    return rows[: ROWS + 1], rows[: -ROWS - 2 : -1]


def _usual_size(lines: Sequence[Line]) -> float:
    sizes = sorted(line.style.size for line in lines if not line.blank)
    return sizes[len(sizes) // 2] if sizes else 0


def _keys(line: Line, page: int, small: bool) -> Iterator[str]:
    """What is the same in the lines of several pages: the words, or what is beside a number that counts the pages. If
    that has words, the line has to be `small`: "Step 3" may be the title of a page."""
    text = " ".join(line.text.split()).casefold()
    if len(text) > LONGEST:
        return
    yield text
    if ROMAN.fullmatch(text):
        yield f"<i{_roman(text) - page}>"
    numbers = list(NUMBER.finditer(text)) if small or len(LETTER.findall(text)) < 2 else ()
    for match in {numbers[0], numbers[-1]} if numbers else ():
        yield f"{text[: match.start()]}<{int(match[0]) - page}>{text[match.end() :]}"


def _roman(text: str) -> int:
    values = [ROMAN_LETTERS[letter] for letter in text]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _recurs(seen_at: Sequence[tuple[int, float]], page: int, y: float, pages: int) -> bool:
    around = seen_at[bisect_left(seen_at, (page - NEAR, 0.0)) : bisect_right(seen_at, (page + NEAR, 1e9))]
    times = len({its for its, height in around if abs(height - y) <= APART})
    return times >= (max(2, (pages + 1) // 2) if pages <= SHORT else TIMES)


def _heads(pages: Sequence[Sequence[Line]], margins: Sequence[_Margins], recurring: dict[Place, str]) -> set[str]:
    """Of what recurs, the heads of tables: cells that nearly always have a row of cells below them."""
    above_cells: dict[str, list[bool]] = defaultdict(list)
    for page, (rows, _) in enumerate(margins):
        lines = pages[page]
        for row, below in pairwise(rows):
            is_head = _has_cells(lines, row) and (_has_cells(lines, below) or _has_figures(lines, below))
            for number in row:
                if key := recurring.get((page, number)):
                    above_cells[key].append(is_head)
    return {key for key, each in above_cells.items() if "<" not in key and sum(each) >= HEAD * len(each)}


def _has_cells(lines: Sequence[Line], row: Sequence[int]) -> bool:
    return len(row) > 1 or lines[row[0]].gaps


def _has_figures(lines: Sequence[Line], row: Sequence[int]) -> bool:
    return len(NUMBER.findall(lines[row[0]].text)) > 1


def _taken(
    page: int, lines: Sequence[Line], margins: _Margins, recurring: dict[Place, str], heads: Collection[str]
) -> set[int]:
    """The lines of both margins: rows from the edge on that recur, and that stand off from what is within, such as the
    head of a table."""
    taken: set[int] = set()
    for rows in margins:
        count = 0
        while count < min(len(rows), ROWS) and all((page, number) in recurring for number in rows[count]):
            count += 1
        if count and rows is margins[0] and all(recurring[page, number] in heads for number in rows[count - 1]):
            count -= 1
        while count and count < len(rows) and not _stands_off(lines[rows[count - 1][0]], lines[rows[count][0]]):
            count -= 1
        taken.update(number for row in rows[:count] for number in row)
    return taken


def _stands_off(line: Line, within: Line) -> bool:
    return abs(line.y - within.y) > GAP * max(line.style.size, within.style.size)
