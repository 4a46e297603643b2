"""Rows of tables made whole: PDFium begins a new line at a raised mark, and behind a cell of several lines."""

from collections.abc import Collection, Sequence

from ingest.convert.formats.pdf.layout import Line

SAME_HEIGHT = 2.0  # points
MOST_LINES = 5  # of a cell
HIGHEST = 8.0  # line heights that such a cell may reach up or down
LONG_CELL = 45  # characters; two of them side by side are columns of text


def rows(lines: Sequence[Line], apart: Collection[int]) -> list[int]:
    """Where the row ends that begins with each line: the line itself, or a later one that stands beside it. Those that
    are `apart` are in no row."""
    ends = list(range(len(lines)))
    start = 0
    while start < len(lines):
        end = start if start in apart else _end(lines, start, apart)
        ends[start] = end
        start = end + 1
    return ends


def _end(lines: Sequence[Line], start: int, apart: Collection[int]) -> int:
    first, last = lines[start], start
    if not first.end:
        return start
    number = start + 1
    while number < len(lines) and number - last <= MOST_LINES and number not in apart:
        line = lines[number]
        if not _is_near(first, line):
            break
        if _is_beside(lines[last], line, first) and _is_between(lines[last + 1 : number], lines[last], line):
            last = number
        elif line.gaps and line.text.count(" ") > 1:  # another row
            break
        number += 1
    return last


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
