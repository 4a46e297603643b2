"""Which rows of a sheet name the columns of a table, and what the names are."""

import re
from collections.abc import Callable, Sequence
from itertools import takewhile, zip_longest

from ingest.convert.parts.cells import Row, Value
from ingest.convert.parts.pairs import are_pairs, kind_of

SAMPLE = 50  # rows that are looked at to find a header
MOSTLY, HALF = 0.8, 0.5
TELLING = 4  # characters of a number that is no name, as 36 is of a size
SENTENCE = 8  # words of a text, at least, that is one of the texts below it rather than their name
QUESTION = ("?", "？", "؟", ";", "\u037e", "՞")
ABBREVIATION = 4  # characters of an entry of a legend, at most
# A year, a month or a day may name a column though it is no text; so may a formula that no program has worked out, if
# it says what another cell says, or one more.
PERIOD = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?|=\$?[A-Z]+\$?\d+(?:\+1)?")


def filled_columns(cells: Sequence[str]) -> set[int]:
    return {column for column, cell in enumerate(cells) if cell}


def may_name(cell: str) -> bool:
    return not isinstance(cell, Value) or PERIOD.fullmatch(cell) is not None


def is_header(row: Row, below: Sequence[Row]) -> bool:
    """Whether it has a name for nearly all columns that the rows below use: texts, or periods of time."""
    names = row.names()
    named = filled_columns(names)
    if len(named) < 2 or not all(map(may_name, names)) or rows_are_pairs([row, *below]):
        return False
    used = [filled_columns(other.cells) for other in below]
    first = min(min(named), *(min(columns) for columns in used))  # it may name the rows, without a name itself
    if row.filled() == 1 and first in named:
        return False  # a title that is spread over the table
    if all(isinstance(names[column], Value) for column in named) and first in named:
        return False
    if is_entry(row, below):
        return False
    for column in named:
        cells = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column]]
        if isinstance(names[column], Value) and _share(cells, _is_period) >= MOSTLY:
            return False
    return sum(columns <= named | {first} for columns in used) >= MOSTLY * len(used)


def is_entry(row: Row, below: Sequence[Row]) -> bool:
    """Whether it is one of the rows below it rather than their header: where they have such, it has a number, a date or
    a code (as texts, too), or a sentence; or one of its texts comes again in its column, though not all of them do."""
    if row.across and below and all(other.filled() == 1 for other in below):
        return True  # titles below each other, with something beside them
    whole = [other for other in below[:SAMPLE] if other.cells != row.cells]
    for column, cell in enumerate(row.cells):
        if not cell or isinstance(cell, Value) or column in row.across:
            continue
        cells = [other.cells[column] for other in whole if column < len(other.cells) and other.cells[column]]
        if _is_sentence(cell, cells) and not is_above_values(row, whole):
            return True
        kind = "text" if PERIOD.fullmatch(cell) else kind_of(cell)
        alike = [other for other in cells if kind_of(other) == kind]
        if len(cell) >= TELLING and kind != "text" and alike and len(alike) >= MOSTLY * len(cells):
            return True
    if any(other.filled() < 2 or other.below for other in below):
        return False  # tables below each other, with names that come again
    return any(
        cell and column not in row.across and any(other.cells[column : column + 1] == [cell] for other in whole)
        for column, cell in enumerate(row.cells)
    )


def _is_sentence(cell: str, below: Sequence[str]) -> bool:
    """Whether it is as long as the texts below it. A question of a survey names its answers, however long."""
    if len(cell.split()) < SENTENCE or cell.rstrip(" *").endswith(QUESTION):
        return False
    return _share(below, lambda other: 2 * len(other) >= len(cell)) > HALF


def rows_are_pairs(rows: Sequence[Row]) -> bool:
    rows = list(takewhile(lambda row: row.filled() > 1, rows))  # up to a title
    columns = sorted(set().union(*(filled_columns(row.cells) for row in rows)))
    if len(columns) != 2 or any(row.across for row in rows):
        return False
    padded = [[*row.cells, *[""] * columns[1]] for row in rows]
    return are_pairs([(cells[columns[0]], cells[columns[1]]) for cells in padded])


def grouped_names(above: Row, row: Row) -> list[str] | None:
    """The names of columns under those of their groups, if the row above them has such: it is of the header if a cell
    reaches from it into this one, or its cells are spread, and two columns with the same name are told apart by it."""
    names = row.names()
    if _reaches_down(above, row):
        return joined_names(above, row)
    named = [name for name in names if name]
    if above.filled() < 2 or not all(map(may_name, above.cells)):
        return None
    if any(column != left and names[column] for column, left in above.across.items() if column < len(names)):
        return joined_names(above, row)
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


def is_below_header(row: Row, rows: Sequence[Row]) -> bool:
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
    return all(map(may_name, parts.cells)) and (is_repeated or is_above_values(parts, below))


def joined_names(above: Row, row: Row) -> list[str]:
    """The names of columns from two rows of names."""
    joined, group = [], ""
    for column, (name, part) in enumerate(zip_longest(above.names(), row.names(), fillvalue="")):
        if name or column in above.across:
            group = name
        name = name or (group if part else "")
        joined.append(name if name == part else f"{name} {part}".strip())
    return joined


def is_above_values(row: Row, below: Sequence[Row]) -> bool:
    """Whether a column has a name above values."""
    return any(name and holds_values(column, below) for column, name in enumerate(row.names()))


def is_above_digits(row: Row, below: Sequence[Row]) -> bool:
    """Whether a column has a name without digits above texts that all have some, such as numbers of rooms."""
    for column, name in enumerate(row.names()):
        cells = [other.cells[column] for other in below if column < len(other.cells) and other.cells[column]]
        if len(cells) > 1 and name and not _has_digit(name) and all(map(_has_digit, cells)):
            return True
    return False


def goes_on(block: Sequence[Row], table: Sequence[Row]) -> bool:
    """Whether rows behind a gap are still of the table above it: as wide as its rows, and of the kinds that its columns
    hold. Others, such as a legend, a second small table or a line for signatures, are not named by it."""
    if not table:
        return True
    widths = sorted(row.filled() for row in table)
    if max(row.filled() for row in block) < min(3, widths[len(widths) // 2]):
        return False
    for column in set().union(*(filled_columns(row.cells) for row in table)):
        held, found = _kinds(column, table), _kinds(column, block)
        if held and found and len(set(held)) == 1 and held[0] not in found:
            return False
    return True


def _kinds(column: int, rows: Sequence[Row]) -> list[str]:
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
    kinds = ((kind_of(cell), isinstance(cell, Value)) for cell in cells)
    return ["number" if is_value and kind != "date" else kind for kind, is_value in kinds]


def is_legend(rows: Sequence[Row]) -> bool:
    """Whether the rows say what abbreviations mean, the first of them too."""
    entries = [list(filter(None, row.cells)) for row in rows]
    return all(len(entry) == 2 and len(entry[0]) <= ABBREVIATION for entry in entries)


def _has_digit(cell: str) -> bool:
    return any(map(str.isdigit, cell))


def holds_values(column: int, rows: Sequence[Row], share: float = MOSTLY) -> bool:
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column]]
    return bool(cells) and _share(cells, lambda cell: isinstance(cell, Value)) >= share


def _is_period(cell: str) -> bool:
    return isinstance(cell, Value) and PERIOD.fullmatch(cell) is not None


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0


def labels_groups(column: int, below: Sequence[Row]) -> bool:
    """Whether the texts of a column are each of several rows, and stand in the first of these only: two groups at least
    go on below theirs, in each row with a text beside, and as full as the row with the label."""
    groups, widths = 0, set[frozenset[int]]()
    before = False  # whether the row before has a label
    rows = [row for row in below[:SAMPLE] if row.filled() > 1]
    for row in rows:
        beside = row.cells[column + 1 : column + 2]
        if not beside or not beside[0] or isinstance(beside[0], Value):
            return False
        label = row.cells[column]
        if isinstance(label, Value) or (row is rows[0] and not label):
            return False
        widths.add(frozenset(at for at, cell in enumerate(row.cells) if cell and at != column))
        groups += before and not label
        before = bool(label)
    return groups > 1 and len(widths) == 1
