"""Rows of tables made whole: PDFium begins a new line at a raised mark, and behind a cell of several lines."""

import re
from collections.abc import Collection, Sequence

from ingest.convert.formats.pdf.layout import Line

SAME_HEIGHT = 2.0  # points
MOST_LINES = 5  # of a cell
HIGHEST = 8.0  # line heights that such a cell may reach up or down
LONG_CELL = 45  # characters; two of them side by side are columns of text
ALIGNED = 2.0  # points
FEWEST_LINES = 3  # of a column
BULLETS = ("•", "◦", "▪", "■", "–", "-", "*", "→")
WORD = re.compile(r"[^\W\d_]{3}")
OTHER_ROWS = 12  # lines before and behind, among which other rows of a table have cells below each other


def rows(lines: Sequence[Line], apart: Collection[int]) -> list[int]:
    """Where the row ends that begins with each line: the line itself, or a later one that stands beside it. Those that
    are `apart` are in no row."""
    ends = list(range(len(lines)))
    start = 0
    while start < len(lines):
        end, behind = (start, start + 1) if start in apart else _end(lines, start, apart)
        ends[start] = end
        start = behind
    return ends


def _end(lines: Sequence[Line], start: int, apart: Collection[int]) -> tuple[int, int]:
    """The last line of the row, and the first of what comes behind it: behind a column, that is the next one."""
    first, last = lines[start], start
    if not first.end:
        return start, start + 1
    number = start + 1
    while number < len(lines) and number - last <= MOST_LINES and number not in apart:
        line = lines[number]
        if not _is_near(first, line):
            break
        if _is_beside(lines[last], line, first) and _is_between(lines[last + 1 : number], lines[last], line):
            if _goes_on_beside(lines, start, last, number):
                if _are_columns(lines, start, last, number):
                    return last, max(number, last + 1)
                number = _end_of_cell(lines, start, last, number, apart)
            last = number
        elif line.gaps and line.text.count(" ") > 1:  # another row
            break
        number += 1
    return last, last + 1


def _goes_on_beside(lines: Sequence[Line], start: int, last: int, number: int) -> bool:
    """Whether a cell of several lines stands beside another of several: of a table, or columns, such as those of a
    slide."""
    behind = lines[number + 1 : number + 2]
    below = lines[last + 1 : number]
    if not all(WORD.search(line.text) for line in [*below, *behind]) or any(
        line.x > lines[last].end for line in below
    ):  # a formula
        return False
    return any(_goes_on(line, lines, start, last, number) for line in behind)


def _end_of_cell(lines: Sequence[Line], start: int, last: int, number: int, apart: Collection[int]) -> int:
    """The last line of the cell that begins at `number` that stands beside one of the cells before."""
    end = number
    while end + 1 < len(lines) and end + 1 not in apart and _goes_on(lines[end + 1], lines, start, last, number):
        end += 1
    return end


def _goes_on(line: Line, lines: Sequence[Line], start: int, last: int, number: int) -> bool:
    """Whether it is another line of the cell that begins at `number`, beside one of the cells before."""
    if not line.end or line.y > lines[number].y - SAME_HEIGHT or line.x <= max(line.end for line in lines[last:number]):
        return False
    return _is_at(
        line,
        [
            other.y
            for other in lines[max(start + 1, number - OTHER_ROWS) : number]
            if other.y < lines[start].y - SAME_HEIGHT
        ],
    )


def _is_at(line: Line, heights: Sequence[float]) -> bool:
    return any(abs(line.y - height) < SAME_HEIGHT for height in heights)


def _are_columns(lines: Sequence[Line], start: int, last: int, number: int) -> bool:
    """Whether what stands side by side is more than the cells of a row: it has a title, items, or many lines, and no
    other row has a cell that begins where the one that begins at `number` does."""
    column = lines[last:number]
    if len(column) < FEWEST_LINES and not any(
        line.style != column[0].style or line.text.startswith(BULLETS) for line in column
    ):
        return False
    around = [*lines[max(start - OTHER_ROWS, 0) : start], *lines[number : number + OTHER_ROWS]]
    rows = [line for line in around if abs(line.x - lines[start].x) < ALIGNED]
    heights = [line.y for line in rows]
    below = [line for line in around if abs(line.x - lines[number].x) < ALIGNED]
    in_rows = any(abs(word.x - lines[number].x) < ALIGNED for line in rows for word in line.words)
    return not in_rows and not any(_is_at(line, heights) for line in below)


def _is_near(first: Line, line: Line) -> bool:
    return line.end > 0 and line.x >= first.x and abs(line.y - first.y) < HIGHEST * max(first.style.size, 1)


def _is_beside(before: Line, line: Line, first: Line) -> bool:
    return (
        line.x > before.end
        and min(abs(line.y - first.y), abs(line.end_y - first.y)) < SAME_HEIGHT
        and not (len(before.text) >= LONG_CELL and len(line.text) >= LONG_CELL)
    )


def _is_between(lines: Sequence[Line], before: Line, line: Line) -> bool:
    """Whether they belong to the cell before, or to that of the line."""
    return all(each.end <= line.x or each.x > before.end for each in lines)
