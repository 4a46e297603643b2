"""The tables of a sheet: where each begins, which row names its columns, and what stands above it."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile, zip_longest
from typing import NamedTuple

from ingest.convert.parts.blocks import Blocks, decimal
from ingest.convert.parts.pairs import are_pairs
from ingest.convert.parts.spans import MAX_COLUMNS, Again
from ingest.errors import ConversionFailed

MAX_CELLS = 10_000_000  # of a sheet, from its first to its last
REPEATED = 1 << 14  # so many numbers of a style are shown as before, if they come again

SAMPLE = 50  # rows that are looked at to find a header
WITHIN = 10  # of which it is one of the first
MOSTLY = 0.8
PREAMBLE_ROWS = 5  # above a table: at most so many pairs, such as `Author | Finance`, are no table of their own
# A year, a month or a day may name a column though it is no text.
PERIOD = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")


class Value(str):
    """A cell that is no text: a number, a date, TRUE or FALSE, as it is shown."""

    __slots__ = ()


def as_it_is(number: float) -> Value:
    return Value(decimal(number))


class Row(NamedTuple):
    """`cells` are "" where there is nothing; `across` has, for columns that a cell covers sideways, where it starts."""

    number: int
    cells: list[str]
    across: Mapping[int, int] = {}

    def names(self) -> list[str]:
        return [self.cells[self.across.get(column, column)] for column in range(len(self.cells))]

    def filled(self) -> int:
        return len(self.cells) - self.cells.count("")


class Merged(NamedTuple):
    """A cell that covers others."""

    top: int
    left: int
    bottom: int
    right: int


def check_size(filename: str, height: int, width: int) -> None:
    """Raise `ConversionFailed` for a sheet that reaches too far."""
    if height * width > MAX_CELLS:
        raise ConversionFailed(
            f"A sheet of '{filename}' reaches to row {height:,} and column {width:,}, but at most "
            f"{MAX_CELLS:,} cells are read. Delete what is far from the data, or split the sheet, and try again."
        )


def damaged(filename: str) -> ConversionFailed:
    return ConversionFailed(
        f"'{filename}' is damaged, or not laid out as a spreadsheet is. Open it, save it anew and try again."
    )


def place(row: int, column: int) -> str:
    """The name of a cell: that in row 1 and column 0 is A1."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def merged(rows: Iterator[Row], ranges: Sequence[Merged], again: Again) -> Iterator[Row]:
    """The rows, with the value of a cell that is merged downwards in each row."""
    if not ranges:
        yield from rows
        return
    starts: dict[int, list[Merged]] = {}
    for cell in ranges:
        starts.setdefault(cell.top, []).append(cell)
    down: dict[int, tuple[int, str]] = {}  # by column: the last row, and the value
    for row in rows:
        across: dict[int, int] = {}
        again.said(row.cells)
        for cell in starts.pop(row.number, ()):
            if cell.left < len(row.cells) and cell.left not in across:  # else it lies within another
                right = min(cell.right, cell.left + MAX_COLUMNS - 1)
                row.cells.extend([""] * (right + 1 - len(row.cells)))
                across |= dict.fromkeys(range(cell.left, right + 1), cell.left)
                down[cell.left] = (cell.bottom, row.cells[cell.left])
        if down and any(row.cells):
            width = len(row.cells)
            for column in range(width) if width < len(down) else list(down):
                last, value = down.get(column, (0, ""))
                if row.number > last:
                    down.pop(column, None)
                elif column < width and (row.cells[column] or again.fits(value)):
                    row.cells[column] = value
        yield row._replace(across=across) if across else row


def blocks(rows: Iterator[Row]) -> Blocks:
    """Each table under its header, which names the values of its rows."""
    return _Sheet(rows).read()


class _Sheet:
    """The rows from top to bottom, with some read ahead where a table may begin."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = (row for row in rows if any(row.cells))
        self.waiting: deque[Row] = deque()
        self.body = Blocks()
        self.header: list[str] | None = None  # empty when the table has none
        self.columns: set[int] = set()  # those that the header names
        self.last = -2  # the number of the row before

    def read(self) -> Blocks:
        while self.wait_for(1):
            row = self.waiting[0]
            if row.number > self.last + 1:
                begun = self.begin()
            else:
                begun = len(self.columns) > 1 and row.filled() == 1 and self.begin_below_title()
            if not begun:
                self.write(self.take())
        return self.body

    def wait_for(self, count: int) -> bool:
        while len(self.waiting) < count and (row := next(self.rows, None)) is not None:
            self.waiting.append(row)
        return bool(self.waiting)

    def take(self) -> Row:
        row = self.waiting.popleft()
        self.last = row.number
        return row

    def write(self, row: Row) -> None:
        if self.header and row.across and row.filled() == 1:
            self.body.row(list(filter(None, row.cells)))  # the title of a part, or a note
        elif self.header:
            self.body.record(self.header, row.cells)
        else:
            self.body.row(_trimmed(_dense(row.cells)))

    def paragraph(self, row: Row) -> None:
        self.body.paragraph(" ".join(filter(None, row.cells)))

    def begin(self) -> bool:
        """Behind an empty row: what stands above a table, and its header; False if the rows go on as before."""
        self.wait_for(SAMPLE)
        block, more = _block(self.waiting, 0)
        at = self.first_header(block, more) if self.header is None else self.own_header(block)
        if at is not None:
            self.table(block, at)
        elif len(block) == 1 and block[0].filled() == 1 and (more or self.body):
            self.paragraph(self.take())  # a title, or a note below a table
        elif self.header is None and more and len(block) <= PREAMBLE_ROWS:
            for _ in block:
                self.paragraph(self.take())
        else:
            self.header = self.header or []
            return False
        return True

    def begin_below_title(self) -> bool:
        """The same right below another table, with nothing but a title between."""
        self.wait_for(SAMPLE)
        block, _ = _block(self.waiting, 0)
        if len(block) < 3 or block[1].filled() < 2 or not all(map(_may_name, block[1].cells)):
            return False
        if not (_is_header(block[1], block[2:4]) and _votes(block[1], block[2:4])):
            return False
        self.table(block, 1)
        return True

    def table(self, block: Sequence[Row], at: int) -> None:
        names = block[at].names()
        groups = _groups(block[at - 1], names) if at else None
        for _ in range(at - 1 if groups else at):
            self.paragraph(self.take())
        if groups:
            self.take()
        row = self.take()
        names = groups or names
        while self.waiting and _is_below_header(row, list(self.waiting)):
            row = self.take()
            names = _joined(names, row.names())
        self.header = names
        self.columns = _used(self.header)
        self.body.row(_dense(row.cells if names == row.names() else names), begins_table=True)

    def first_header(self, block: Sequence[Row], more: bool) -> int | None:
        """Where the first table has its header, if it begins in this block."""
        if any(_are_pairs(block[n:]) for n in range(len(block) - 1)[:WITHIN]):
            return None
        at = next((n for n in range(len(block) - 1)[:WITHIN] if _is_header(block[n], block[n + 1 :])), None)
        if at is None and (len(block) > 2 or not more):  # some columns have no name
            at = next((n for n, row in enumerate(block[:WITHIN]) if row.filled() > 1), None)
            if at is not None and any(isinstance(cell, Value) for cell in block[at].cells):
                at = None
        if at is not None and len(block) <= PREAMBLE_ROWS and max(row.filled() for row in block) == 2:
            below, _ = _block(self.waiting, len(block))
            if any(
                below[n].filled() > 2 and _is_header(below[n], below[n + 1 :]) and _votes(below[n], below[n + 1 :])
                for n in range(len(below) - 1)[:WITHIN]
            ):
                return None  # pairs above a wider table
        return at

    def own_header(self, block: Sequence[Row]) -> int | None:
        """Where the block has a header of its own, rather than more rows of the table above it."""
        for number, row in enumerate(block[: min(len(block) - 1, WITHIN)]):
            below = block[number + 1 :]
            if not _is_header(row, below):
                continue
            columns = _used(row.names())
            titled = number > 0 and all(above.filled() == 1 for above in block[:number])
            if (
                row.names() == self.header
                or _votes(row, below)
                or (titled and columns != self.columns)
                or (self.columns and max(columns) > max(self.columns))
                or columns.isdisjoint(self.columns)
            ):
                return number
        return None


def _block(rows: Sequence[Row], start: int) -> tuple[list[Row], bool]:
    """The rows from `start` up to an empty one, and whether any follow it."""
    found: list[Row] = []
    for row in list(rows)[start:]:
        if found and row.number > found[-1].number + 1:
            return found, True
        found.append(row)
    return found, False


def _used(cells: Sequence[str]) -> set[int]:
    return {column for column, cell in enumerate(cells) if cell}


def _dense(cells: list[str]) -> list[str]:
    """Without the empty ones, where nearly all are."""
    width = len(cells)
    if width > MAX_COLUMNS and MAX_COLUMNS * (width - cells.count("")) < 10 * width:
        return list(filter(None, cells))
    return cells


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _may_name(cell: str) -> bool:
    return not isinstance(cell, Value) or PERIOD.fullmatch(cell) is not None


def _is_header(row: Row, below: Sequence[Row]) -> bool:
    """Whether it has a name for nearly all columns that the rows below use: texts, or periods of time."""
    names = row.names()
    named = _used(names)
    if len(named) < 2 or not all(map(_may_name, names)) or _are_pairs([row, *below]):
        return False
    used = [_used(other.cells) for other in below]
    first = min(min(named), *(min(columns) for columns in used))  # it may name the rows, without a name itself
    if row.filled() == 1 and first in named:
        return False  # a title that is spread over the table
    if all(isinstance(names[column], Value) for column in named) and first in named:
        return False
    for column in named:
        cells = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column]]
        if isinstance(names[column], Value) and _share(cells, _is_period) >= MOSTLY:
            return False
    return sum(columns <= named | {first} for columns in used) >= MOSTLY * len(used)


def _are_pairs(rows: Sequence[Row]) -> bool:
    rows = list(takewhile(lambda row: row.filled() > 1, rows))  # up to a title
    columns = sorted(set().union(*(_used(row.cells) for row in rows)))
    if len(columns) != 2 or any(row.across for row in rows):
        return False
    padded = [[*row.cells, *[""] * columns[1]] for row in rows]
    return are_pairs([(cells[columns[0]], cells[columns[1]]) for cells in padded])


def _groups(above: Row, names: list[str]) -> list[str] | None:
    """The names of columns under those of their groups, if the row above them has such: two columns with the same name
    are told apart by them."""
    named = [name for name in names if name]
    if len(set(named)) == len(named) or above.filled() < 2 or not all(map(_may_name, above.cells)):
        return None
    group, groups = "", []
    for column, name in enumerate(names):
        group = (above.cells[column] if column < len(above.cells) else "") or group
        groups.append(f"{group} {name}".strip() if name else "")
    return groups if len(set(filter(None, groups))) == len(named) else None


def _is_below_header(row: Row, rows: Sequence[Row]) -> bool:
    """Whether the first of these is a second row of names: parts of the columns over which a name is spread."""
    parts, below = rows[0], rows[1:SAMPLE]
    spread = [column for column in row.across if row.cells[row.across[column]]]
    return (
        bool(spread)
        and parts.number == row.number + 1
        and all(column < len(parts.cells) and parts.names()[column] for column in spread)
        and all(map(_may_name, parts.cells))
        and _votes(parts, below)
    )


def _joined(names: list[str], parts: list[str]) -> list[str]:
    """The names of columns from two rows of names."""
    pairs = zip_longest(names, parts, fillvalue="")
    return [name if name == part else f"{name} {part}".strip() for name, part in pairs]


def _votes(row: Row, below: Sequence[Row]) -> bool:
    """Whether a column has a name above values."""
    for column, name in enumerate(row.names()):
        cells = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column]]
        if name and cells and sum(isinstance(cell, Value) for cell in cells) >= MOSTLY * len(cells):
            return True
    return False


def _is_period(cell: str) -> bool:
    return isinstance(cell, Value) and PERIOD.fullmatch(cell) is not None


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0
