"""Tables whose columns are named by numbers, such as prices by width and height."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.convert.parts.cells import Row, Value
from ingest.convert.parts.headers import PERIOD

WITHIN = 10  # rows of a block, one of the first of which names the columns
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
MOSTLY = 0.8


class Matrix(NamedTuple):
    """`at` is where in the block the row is that names the columns, `names` are these; `has_group` tells whether the
    row above it says of what they are. `aside` is the column that says it of the rows, once for all of them."""

    at: int
    names: list[str]
    has_group: bool
    left: int
    aside: int | None


def find_matrix(block: Sequence[Row]) -> Matrix | None:
    for at, row in enumerate(block[: min(len(block) - 2, WITHIN)]):
        left = next((column for column, cell in enumerate(row.cells) if isinstance(cell, Value)), 0)
        below = block[at + 1 :]
        if not left or not _rise(row.cells[left:]) or all(map(PERIOD.fullmatch, row.cells[left:])):
            continue
        if not all(_is_below(other, row, left) for other in below):
            continue
        if any(_has_names(above, left, len(row.cells)) for above in block[:at]):
            continue  # numbers that rise by chance
        corner = row.cells[left - 1]
        labels = [other.cells[left - 1] for other in below]
        if corner and not _rise(labels):
            continue  # a row as the others are
        group = _text_from(block[at - 1], left) if at and block[at - 1].number + 1 == row.number else ""
        aside = left - 2 if left > 1 else None
        said = {other.cells[aside] for other in block[at:] if other.cells[aside]} if aside is not None else set()
        if len(said) != 1:
            aside = None
        names = ["" if column == aside else cell for column, cell in enumerate(row.cells)]
        names[left - 1] = corner or (said.pop() if aside is not None else "")
        names[left:] = [f"{group} {name}".strip() for name in names[left:]]
        return Matrix(at, names, bool(group), left, aside)
    return None


def _is_below(other: Row, row: Row, left: int) -> bool:
    """Whether it has a label, and values in the columns that are named."""
    values = [cell for cell in other.cells[left:] if cell]
    is_named = len(other.cells) <= len(row.cells) or not any(other.cells[len(row.cells) :])
    held = sum(isinstance(cell, Value) for cell in values)
    return bool(values) and bool(other.cells[left - 1]) and is_named and held >= MOSTLY * len(values)


def _has_names(row: Row, left: int, right: int) -> bool:
    """Whether it has a name of its own for each of these columns, and for that of the labels."""
    names = row.cells[left - 1 : right]
    are_texts = all(name and not isinstance(name, Value) for name in names)
    return are_texts and len(set(names)) == len(names) == right - left + 1


def _rise(cells: Sequence[str]) -> bool:
    """Whether they are numbers that rise, or that fall."""
    if len(cells) < 2 or not all(isinstance(cell, Value) and NUMBER.match(cell) for cell in cells):
        return False
    numbers = [float(found[0].replace(",", "")) for cell in cells if (found := NUMBER.match(cell))]
    pairs = list(pairwise(numbers))
    return all(one < other for one, other in pairs) or all(one > other for one, other in pairs)


def _text_from(row: Row, left: int) -> str:
    """The only text in the columns from `left` on."""
    texts = [cell for cell in row.cells[left:] if cell]
    return texts[0] if len(texts) == 1 and not isinstance(texts[0], Value) else ""
