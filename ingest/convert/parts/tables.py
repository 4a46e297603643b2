"""The tables of a sheet: where each begins, which row names its columns, and what stands above it."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, takewhile, zip_longest
from string import ascii_uppercase
from typing import NamedTuple

from ingest.convert.parts.blocks import Blocks, decimal
from ingest.convert.parts.pairs import are_pairs, in_form, is_label, labels_of_form
from ingest.convert.parts.spans import MAX_COLUMNS, Again
from ingest.errors import ConversionFailed

MAX_CELLS = 10_000_000  # of a sheet, from its first to its last
HEADER_ROWS = 4  # down to which a cell may reach that names columns
REPEATED = 1 << 14  # so many numbers of a style are shown as before, if they come again

SAMPLE = 50  # rows that are looked at to find a header
WITHIN = 10  # of which it is one of the first
MOSTLY, HALF = 0.8, 0.5
PREAMBLE_ROWS = 5  # above a table: at most so many pairs, such as `Author | Finance`, are no table of their own
# A year, a month or a day may name a column though it is no text; so may a formula that no program has worked out, if
# it says what another cell says, or one more.
PERIOD = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?|=\$?[A-Z]+\$?\d+(?:\+1)?")


class Value(str):
    """A cell that is no text: a number, a date, TRUE or FALSE, as it is shown."""

    __slots__ = ()


def as_it_is(number: float) -> Value:
    return Value(decimal(number))


class Row(NamedTuple):
    """`cells` are "" where there is nothing; `across` has, for columns that a cell covers sideways, where it starts;
    `below` are the columns that a cell of a row above covers."""

    number: int
    cells: list[str]
    across: Mapping[int, int] = {}
    below: frozenset[int] = frozenset()

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


def hidden_sheet(name: str) -> str:
    """The heading of one that a reader does not see before asking for it."""
    return f"{name} (hidden sheet)"


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
    down: dict[int, tuple[Merged, str]] = {}  # by column: the cell, and the value
    for row in rows:
        across: dict[int, int] = {}
        below: set[int] = set()
        again.said(row.cells)
        for cell in starts.pop(row.number, ()):
            if cell.left < len(row.cells) and cell.left not in across:  # else it lies within another
                right = min(cell.right, cell.left + MAX_COLUMNS - 1)
                row.cells.extend([""] * (right + 1 - len(row.cells)))
                across |= dict.fromkeys(range(cell.left, right + 1), cell.left)
                if cell.bottom > cell.top:
                    down[cell.left] = (cell._replace(right=right), row.cells[cell.left])
        if down and any(row.cells):
            width = max(len(row.cells), MAX_COLUMNS)
            for column in range(width) if width < len(down) else list(down):
                if column not in down:
                    continue
                cell, value = down[column]
                if row.number > cell.bottom:
                    del down[column]
                elif row.number > cell.top and column < width and (_at(row.cells, column) or again.fits(value)):
                    row.cells.extend([""] * (column + 1 - len(row.cells)))
                    row.cells[column] = value
                    if row.number < cell.top + HEADER_ROWS:
                        row.cells.extend([""] * (cell.right + 1 - len(row.cells)))
                        covered = range(column, cell.right + 1)
                        below.update(covered)
                        across |= dict.fromkeys(covered if cell.right > column else (), column)
        yield row._replace(across=across, below=frozenset(below)) if across or below else row


def blocks(rows: Iterator[Row], comments: Iterable[tuple[str, str]] = ()) -> Blocks:
    """Each table under its header, which names the values of its rows. `comments` are those on cells, with the name of
    each cell; `rows` are counted from 1 then."""
    return _Sheet(rows, comments).read()


class _Sheet:
    """The rows from top to bottom, with some read ahead where a table may begin."""

    def __init__(self, rows: Iterator[Row], comments: Iterable[tuple[str, str]]) -> None:
        self.comments: dict[str, list[str]] = {}  # by the number of the row
        for cell, text in comments:
            self.comments.setdefault(cell.lstrip(ascii_uppercase), []).append(f"Comment on {cell}: {text}")
        self.rows = (row for row in rows if any(row.cells))
        self.waiting: deque[Row] = deque()
        self.body = Blocks()
        self.header: list[str] | None = None  # empty when the table has none
        self.columns: set[int] = set()  # those that the header names
        self.values: set[int] = set()  # those of them that hold values
        self.form: frozenset[int] | None = None  # in a form, the columns of labels without a colon
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
        for text in chain(*self.comments.values()):  # on headers, titles and empty rows
            self.body.paragraph(text)
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
        said = self.comments.pop(str(row.number), []) if self.comments else []
        if self.form is not None:
            cells = in_form(row.cells, self.form)
            if said or row.filled() > 1 or is_label(cells[0]):
                self.body.row(cells + said)
            else:
                self.body.paragraph(cells[0])
        elif self.header and row.across and row.filled() == 1:
            self.body.row([*filter(None, row.cells), *said])  # the title of a part, or a note
        elif self.header:
            header = self.header
            if (at := self.sum_at(row)) is not None:
                header = [*header[:at], "", *header[at + 1 :]]
            cells = row.cells
            if said:
                cells = [*cells, *[""] * (len(header) - len(cells)), *said]
            self.body.record(header, cells)
        else:
            self.body.row(_trimmed(_dense(row.cells)) + said)

    def sum_at(self, row: Row) -> int | None:
        """Where a row has what it sums up, such as Total, if that is in a column of values, whose name does not fit."""
        at = next(column for column, cell in enumerate(row.cells) if cell)
        if at not in self.values or isinstance(row.cells[at], Value):
            return None
        cells = list(filter(None, row.cells[at + 1 :]))
        return at if cells and all(isinstance(cell, Value) for cell in cells) else None

    def paragraph(self, row: Row) -> None:
        if sum(map(is_label, row.cells)) > 1:
            self.body.row(in_form(row.cells))
        else:
            self.body.paragraph(" ".join(filter(None, row.cells)))

    def begin(self) -> bool:
        """Behind an empty row: what stands above a table, and its header; False if the rows go on as before."""
        self.wait_for(SAMPLE)
        block, more = _block(self.waiting, 0)
        self.form = self.form_above(block)
        if self.form is not None:
            return False
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

    def form_above(self, block: list[Row]) -> frozenset[int] | None:
        """If the block is a form, where its labels are; if it begins with one above a table, that is written first."""
        rows = list(takewhile(lambda row: row.filled() == 1 or _begins_with_label(row), block))
        if self.header and len(rows) == len(block) and all(map(_begins_with_label, rows)):
            return frozenset()
        form = labels_of_form([row.cells for row in block])
        if form is None and len(rows) > 1 and labels_of_form([row.cells for row in rows]) == frozenset():
            self.form = frozenset()
            for _ in rows:
                self.write(self.take())
            del block[: len(rows)]
        return form

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
        groups = _groups(block[at - 1], block[at]) if at else None
        for _ in range(at - 1 if groups else at):
            self.paragraph(self.take())
        if groups:
            self.take()
        row = self.take()
        names = groups or row.names()
        while self.waiting and _is_below_header(row, list(self.waiting)):
            above, row = row, self.take()
            names = _joined(above._replace(cells=names, across={c: c for c in above.across}), row)
        self.header = names
        self.columns = _used(self.header)
        whole = [row for row in block[at + 1 :] if row.cells[min(self.columns) :][:1] not in ([], [""])]
        self.values = {column for column in self.columns if _holds_values(column, whole, HALF)}
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


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _begins_with_label(row: Row) -> bool:
    return is_label(next(filter(None, row.cells)))


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


def _groups(above: Row, row: Row) -> list[str] | None:
    """The names of columns under those of their groups, if the row above them has such: it is of the header if a cell
    reaches from it into this one, or its cells are spread, and two columns with the same name are told apart by it."""
    names = row.names()
    if _reaches_down(above, row):
        return _joined(above, row)
    named = [name for name in names if name]
    if above.filled() < 2 or not all(map(_may_name, above.cells)):
        return None
    if any(column != left and names[column] for column, left in above.across.items() if column < len(names)):
        return _joined(above, row)
    if len(set(named)) == len(named):
        return None
    group, groups = "", []
    for column, name in enumerate(names):
        group = (above.cells[column] if column < len(above.cells) else "") or group
        groups.append(f"{group} {name}".strip() if name else "")
    return groups if len(set(filter(None, groups))) == len(named) else None


def _reaches_down(above: Row, row: Row) -> bool:
    """Whether cells of the one row cover part of the other, which is right below it, and none else does."""
    return bool(row.below) and row.number == above.number + 1 and row.below <= {*above.across, *above.below}


def _is_below_header(row: Row, rows: Sequence[Row]) -> bool:
    """Whether the first of these is a second row of names: a name reaches down into it; or it has the parts of the
    columns over which a name is spread, above values, or the same below each of several names."""
    parts, below = rows[0], rows[1:SAMPLE]
    spread = [column for column in row.across if row.cells[row.across[column]]]
    names = parts.names()
    if (
        not spread
        or parts.number != row.number + 1
        or not all(column < len(names) and names[column] for column in spread)
    ):
        return False
    if _reaches_down(row, parts):
        return True
    groups: dict[int, list[str]] = {}
    for column in spread:
        groups.setdefault(row.across[column], []).append(names[column])
    wide = [group for group in groups.values() if len(group) > 1]
    is_repeated = len(wide) > 1 and all(group == wide[0] and len(set(group)) == len(group) for group in wide)
    return all(map(_may_name, parts.cells)) and (is_repeated or _votes(parts, below))


def _joined(above: Row, row: Row) -> list[str]:
    """The names of columns from two rows of names."""
    joined, group = [], ""
    for column, (name, part) in enumerate(zip_longest(above.names(), row.names(), fillvalue="")):
        if name or column in above.across:
            group = name
        name = name or (group if part else "")
        joined.append(name if name == part else f"{name} {part}".strip())
    return joined


def _votes(row: Row, below: Sequence[Row]) -> bool:
    """Whether a column has a name above values."""
    return any(name and _holds_values(column, below) for column, name in enumerate(row.names()))


def _holds_values(column: int, rows: Sequence[Row], share: float = MOSTLY) -> bool:
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
    return bool(cells) and _share(cells, lambda cell: isinstance(cell, Value)) >= share


def _is_period(cell: str) -> bool:
    return isinstance(cell, Value) and PERIOD.fullmatch(cell) is not None


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0
