"""Running headers and footers, and page numbers: the same words in the same place of many pages.

A line that only happens to recur ("Grade: 2" on many certificates) must not go. So what is taken for running stands in
the margin of the paper, set off from the text by its print or by more than the usual gap, and on page after page.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from ingest.convert.formats.pdf.layout import NOTHING, Line, Style
from ingest.convert.parts.page_numbers import PAGE_WORDS

ROWS = 4  # at the top of a page, and as many at its bottom
MARGIN = 1 / 7  # of the height of the paper, above and below
NEAR = 8  # pages before and after, among which the same line has to stand
TIMES = 4
FEWEST = 3  # times, where there are not more pages
APART = 6.0  # points that the same line may be higher or lower
SAME_ROW = 2.0
GAP = 1.5  # line heights to the text of the page; nearer, it may be the head of a table
WIDER = 1.5  # times the usual distance of lines, but for the number of a page
LONGEST = 150
WITH = 3.0  # sizes between a line with a label and the number of the page, both of one head or foot
HEAD = 0.75  # of the times that it recurs, the head of a table is above a row

NUMBER = re.compile(r"\d{1,5}")
COUNTING = re.compile(r"(?<!\d)\d{1,5}(?!\d)")
LABELLED = re.compile(r"[^\W\d_]\s?(?::\s|：)\s*\S")  # but not "Chapter 1: Herons"
ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
ROMAN_LETTERS = {"i": 1, "v": 5, "x": 10, "l": 50}
NO_WORD = re.compile(r"[\s\d!-/:-@\[-`{-~–—·•、。，．]+")
IN_CHAPTER = re.compile(r"[a-z]-\d+")
BESIDE_WORDS = re.compile(r"^\d{1,5}(?=\s+[|•·–—]\s)|(?<=\s[|•·–—]\s)\d{1,5}$")
OF_PAGES = re.compile(r"\d{1,5}(?=\s?/\s?(\d{1,5})$)")
NAMED = re.compile(r"(?<=\bpage )\d{1,5}\b|(?<=\bseite )\d{1,5}\b|(?<=\bpágina )\d{1,5}\b|(?<=\bpagina )\d{1,5}\b")
AT_END = re.compile(r"^\d{1,5}(?=\s)|(?<=[^.:#№°]\s)\d{1,5}$")  # "Invoice no. 7" is no page
LABEL = "\1"  # before what lines with a label have in common
COUNT = "\0"  # in what lines have in common, before how far the number in them is from that of the page

Place = tuple[int, int]  # the number of a page and of a line on it
Paper = tuple[float, float]  # the heights of its lower and its upper edge
_Margins = tuple[list[list[int]], list[list[int]]]  # rows of a page from the top, and from the bottom


class Running(NamedTuple):
    lines: Sequence[Collection[int]]
    """By page, the numbers of these lines."""
    again: Sequence[Collection[int]]
    """Those that one of the two pages before has already said."""


def running(pages: Sequence[Sequence[Line]], papers: Sequence[Paper]) -> Running:
    rows = [_rows(lines) for lines in pages]
    text = _text_style(pages)
    margins = [(its[: ROWS + 1], its[: -ROWS - 2 : -1]) for its in rows]
    recurring = _recurring(pages, papers, margins, text) if len(pages) >= FEWEST else {}
    heads = _heads(pages, margins, recurring)
    found: list[set[int]] = []
    again: list[set[int]] = []
    said: list[set[str]] = [set(), set()]  # by the two pages before
    for page, lines in enumerate(pages):
        usual = _distance(lines, rows[page])
        found.append(_taken(page, lines, margins[page], recurring, heads, usual))
        again.append({number for number in found[-1] if any(recurring[page, number] in its for its in said[-2:])})
        said.append({recurring[page, number] for number in found[-1]})
    return Running(found, again)


def _rows(lines: Sequence[Line]) -> list[list[int]]:
    """From the top. Lines of which the print is not known were recognised on a scan or filled in: they never run."""
    rows: list[list[int]] = []
    printed = (number for number, line in enumerate(lines) if line.style.size and not line.blank)
    for number in sorted(printed, key=lambda number: -lines[number].y):
        if rows and lines[rows[-1][0]].y - lines[number].y < SAME_ROW:
            rows[-1].append(number)
        else:
            rows.append([number])
    return rows


def _text_style(pages: Sequence[Sequence[Line]]) -> Style:
    letters: Counter[Style] = Counter()
    for line in chain.from_iterable(pages):
        if line.style.size:
            letters[line.style] += len(line.text)
    return max(letters, key=letters.__getitem__, default=NOTHING)


def _distance(lines: Sequence[Line], rows: Sequence[Sequence[int]]) -> float:
    """The usual one from a row to the next."""
    distances = sorted(lines[above[0]].y - lines[below[0]].y for above, below in pairwise(rows))
    return distances[(len(distances) - 1) // 2] if distances else 0


def _recurring(
    pages: Sequence[Sequence[Line]], papers: Sequence[Paper], margins: Sequence[_Margins], text: Style
) -> dict[Place, str]:
    """The lines near an edge that stand there on pages nearby, too, with what they have in common."""
    keys: dict[Place, list[str]] = {}
    heights: list[dict[str, list[float]]] = []  # by page, those of each key
    places: list[list[float]] = []  # by page, those of all
    pages_with: Counter[str] = Counter()

    def look_at(page: int, row: Sequence[int]) -> None:
        for number in row:
            line = pages[page][number]
            if (page, number) not in keys:
                keys[page, number] = its = list(_keys(line, page, papers[page], text, len(row) > 1, len(pages)))
                for key in its:
                    heights[page][key].append(line.y)

    for page, sides in enumerate(margins):
        heights.append(defaultdict(list))
        for row in (row for rows in sides for row in rows[: ROWS - 1]):
            look_at(page, row)
        pages_with.update(heights[page].keys())
        places.append([pages[page][number].y for rows in sides for row in rows[:ROWS] for number in row])
    times = min(TIMES, max(FEWEST, len(pages) - 1))
    frequent = {key for key, count in pages_with.items() if count >= times}
    for page, sides in enumerate(margins):
        for rows in sides if frequent else ():  # the last only below others that recur, which saves looking at most
            outer = (any(not frequent.isdisjoint(keys[page, number]) for number in row) for row in rows[: ROWS - 1])
            if len(rows) >= ROWS and all(outer):
                before = set(heights[page])
                look_at(page, rows[ROWS - 1])
                pages_with.update(heights[page].keys() - before)
    recurring = {}
    for (page, number), its in keys.items():
        y = pages[page][number].y
        for key in its:
            if pages_with[key] >= times and _recurs(key, page, y, heights, places, times):
                recurring[page, number] = key
                break
    return recurring


def _keys(line: Line, page: int, paper: Paper, text: Style, in_row: bool, pages: int) -> Iterator[str]:
    """What is the same in the lines of several pages: the words, or what is beside a number that counts the pages."""
    words = " ".join(line.text.split()).casefold()
    if len(words) > LONGEST or line.style.size > text.size:
        return
    if LABELLED.search(words):
        if _in_margin(line, paper):
            yield f"{LABEL}{words}"
        return
    small = line.style.size < text.size
    apart = small or (line.style.font != text.font and not line.style.bold)
    if apart or not (in_row or line.style.bold):
        for number in _counted(words, pages):
            yield f"{COUNT}{number - page}"
    if not _in_margin(line, paper):
        return
    yield words
    beside = NAMED.search(words) or OF_PAGES.search(words)
    if beside and beside.re is OF_PAGES and int(beside[1]) > pages:  # a number and a year
        beside = None
    if not beside and line.gaps and not line.style.bold:
        beside = AT_END.search(words)
    if not beside and small:
        beside = BESIDE_WORDS.search(words)
    if beside:
        yield f"{words[: beside.start()]}{COUNT}{int(beside[0]) - page} {words[beside.end() :]}"


def _in_margin(line: Line, paper: Paper) -> bool:
    bottom, top = paper
    return min(line.y - bottom, top - line.y - line.style.size) < MARGIN * (top - bottom)


def _counted(words: str, pages: int) -> Iterator[int]:
    """The numbers that may be that of the page, if the line says no more than that."""
    others = [word for word in NO_WORD.split(words) if word]
    numbers = [int(number) for number in COUNTING.findall(words)]
    if not numbers:
        romans = [word for word in others if ROMAN.fullmatch(word) and word not in PAGE_WORDS]
        if len(romans) == 1:
            numbers = [_roman(romans[0])]
            others.remove(romans[0])
    if len(numbers) == 2 and not others and numbers[1] > 2 * pages:  # "3/2024"
        return
    if len(numbers) <= 2 and (PAGE_WORDS.issuperset(others) or IN_CHAPTER.fullmatch(words)):
        yield from dict.fromkeys(numbers)


def _roman(text: str) -> int:
    values = [ROMAN_LETTERS[letter] for letter in text]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _recurs(
    key: str,
    page: int,
    y: float,
    heights: Sequence[dict[str, list[float]]],
    places: Sequence[Sequence[float]],
    times: int,
) -> bool:
    """On page after page, or on every second one. Where other words stand in its place, it has come to an end."""
    counts = COUNT in key

    def count(step: int) -> int:
        found = 0
        for near in range(page + step, page + step * (NEAR + 1), step):
            if not 0 <= near < len(heights):
                break
            if any(abs(height - y) <= APART for height in heights[near].get(key, ())):
                found += 1
            elif not counts and any(abs(height - y) <= APART for height in places[near]):
                break
        return found

    return any(1 + count(step) + count(-step) >= times for step in (1, 2))


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
    return {key for key, each in above_cells.items() if COUNT not in key and sum(each) >= HEAD * len(each)}


def _has_cells(lines: Sequence[Line], row: Sequence[int]) -> bool:
    return len(row) > 1 or lines[row[0]].gaps


def _has_figures(lines: Sequence[Line], row: Sequence[int]) -> bool:
    return len(NUMBER.findall(lines[row[0]].text)) > 1


def _taken(
    page: int,
    lines: Sequence[Line],
    margins: _Margins,
    recurring: dict[Place, str],
    heads: Collection[str],
    usual: float,
) -> set[int]:
    """The lines of both margins: rows from the edge on that recur, and that stand off from what is within, such as the
    head of a table."""
    taken: set[int] = set()
    for rows in margins:
        count = 0
        while count < min(len(rows), ROWS) and all((page, number) in recurring for number in rows[count]):
            count += 1
        count = next((at for at in range(count) if not _may_run(rows[at:count], page, lines, recurring)), count)
        if count and rows is margins[0] and all(recurring[page, number] in heads for number in rows[count - 1]):
            count -= 1
        while count and count < len(rows):
            line, within = rows[count - 1][0], rows[count][0]
            key = recurring[page, line]
            is_number = key.startswith(COUNT) or (COUNT in key and lines[line].style != lines[within].style)
            least = 0 if is_number else WIDER * usual
            if _stands_off(lines[line], lines[within], least):
                break
            count -= 1
        taken.update(number for row in rows[:count] for number in row)
    return taken


def _may_run(rows: Sequence[Sequence[int]], page: int, lines: Sequence[Line], recurring: Mapping[Place, str]) -> bool:
    """Whether the first of these rows has no label, or is set with the number of the page, in its line or in the next
    ones within."""
    first = lines[rows[0][0]]
    if not any(recurring[page, number].startswith(LABEL) for number in rows[0]):
        return True
    return any(
        COUNT in recurring[page, number] and abs(first.y - lines[number].y) <= WITH * first.style.size
        for row in rows
        for number in row
    )


def _stands_off(line: Line, within: Line, least: float) -> bool:
    return abs(line.y - within.y) > max(least, GAP * max(line.style.size, within.style.size))
