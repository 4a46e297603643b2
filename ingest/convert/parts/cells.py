"""The cells of a sheet: what they hold, how they are named, and those that cover others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ingest.convert.parts.blocks import decimal
from ingest.convert.parts.spans import MAX_COLUMNS, Again
from ingest.errors import ConversionFailed

HIDDEN_ROW, HIDDEN_COLUMN = "(hidden row)", "(hidden column)"  # as hidden sheets are: read, and told

MAX_CELLS = 10_000_000  # of a sheet, from its first to its last
HEADER_ROWS = 4  # down to which a cell may reach that names columns
REPEATED = 1 << 14  # so many numbers of a style are shown as before, if they come again


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
    is_hidden: bool = False
    hidden: frozenset[int] = frozenset()  # columns
    indent: int = 0  # of the first cell that holds something

    def names(self) -> list[str]:
        """Of the columns, if it is a header."""
        names = [self.cells[self.across.get(column, column)] for column in range(len(self.cells))]
        if not self.hidden:
            return names
        return [f"{name} {HIDDEN_COLUMN}" if name and at in self.hidden else name for at, name in enumerate(names)]

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


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
