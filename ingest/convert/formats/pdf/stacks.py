"""Tables that a program has drawn column by column: their lines in the order of rows."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.convert.formats.pdf.layout import Line

FEWEST_LINES, MOST_LINES = 3, 200  # of the first column; of any other two at least
SAME_HEIGHT = 2.0  # points
LONGEST = 40  # characters of a cell
FIGURES = 0.6  # of the cells of all columns but the first, below their names

FIGURE = re.compile(r"\W*\d[\d.,:/ -]*\W*[^\W\d_]{0,3}|[^\w\s]|[xX]")  # or a mark


def row_by_row(lines: Sequence[Line]) -> Sequence[Line]:
    """The same lines; in another order only those of columns of figures beside the column that they belong to."""
    if not any(line.y > before.y + SAME_HEIGHT and line.x > before.end > 0 for before, line in pairwise(lines)):
        return lines
    ordered: list[Line] = []
    table: list[list[Line]] = []
    for stack in _stacks(lines):
        if table and not _belongs(stack, table):
            ordered += _in_rows(table)
            table = []
        table.append(stack)
    return [*ordered, *_in_rows(table)]


def _stacks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines below each other."""
    stack: list[Line] = []
    for line in lines:
        if stack and not (
            line.end and stack[-1].end and line.y < stack[-1].y and line.x <= stack[0].end and line.end >= stack[0].x
        ):
            yield stack
            stack = []
        stack.append(line)
    if stack:
        yield stack


def _belongs(stack: Sequence[Line], table: Sequence[Sequence[Line]]) -> bool:
    """Whether it stands right of the columns before, each line beside one of the first."""
    first, last = ([line for line in each if line.y < stack[0].y + SAME_HEIGHT] for each in (table[0], table[-1]))
    return (
        1 < len(stack) <= MOST_LINES
        and FEWEST_LINES <= len(first) <= MOST_LINES
        and bool(last)
        and min(line.x for line in stack) > max(line.end for line in last)
        and all(any(abs(line.y - other.y) < SAME_HEIGHT for other in first) for line in stack)
    )


def _in_rows(table: Sequence[Sequence[Line]]) -> list[Line]:
    cells = [line for stack in table for line in stack]
    values = [line for stack in table[1:] for line in stack[1:]]
    figures = sum(FIGURE.fullmatch(line.text.strip()) is not None for line in values)
    if len(table) < 2 or figures < FIGURES * len(values) or any(len(line.text) > LONGEST for line in cells):
        return cells
    title = [line for line in table[0] if line.y > table[1][0].y + SAME_HEIGHT]
    rows: list[Line] = []
    for name in table[0]:
        if name not in title:
            rows += [line for stack in table for line in stack if abs(line.y - name.y) < SAME_HEIGHT]
    return [*title, *rows]
