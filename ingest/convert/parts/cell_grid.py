"""Tables whose cells have places in place of columns, as in RTF and .doc: which cells cover several columns or rows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.spans import Again

SAME_PLACE = 30  # twentieths of a point, between edges that are one
MAX_COLUMNS = 64


class PlacedRow(NamedTuple):
    """`edges` are one more than the cells, from the left; `going_on` are the cells that belong to one above."""

    cells: list[Blocks]
    edges: Sequence[int] = ()
    going_on: frozenset[int] = frozenset()


def spread(rows: Sequence[PlacedRow], again: Again) -> Iterator[list[Blocks]]:
    """Each row with the cells that cover several columns, or rows, in each: the columns are those of the row with most
    cells."""
    columns = max((row.edges for row in rows if len(row.edges) == len(row.cells) + 1), key=len, default=())
    if len(columns) > MAX_COLUMNS + 1:
        columns = ()
    above: list[Blocks] = []
    for row in rows:
        again.said(text for cell in row.cells for text in cell.texts())
        if len(row.edges) != len(row.cells) + 1:
            yield row.cells
            above = []
            continue
        spread_row: list[Blocks] = []
        for number, cell in enumerate(row.cells):
            if number in row.going_on and not cell and len(spread_row) < len(above):
                over = above[len(spread_row)]
                cell = over if over.is_short() and again.fits(over.text()) else cell
            times = _covered(columns, row.edges[number], row.edges[number + 1]) if cell.is_short() else 1
            spread_row += [cell] * (times if again.fits(cell.text(), times - 1) else 1)
        above = spread_row
        yield spread_row[:1] if all(cell is spread_row[0] for cell in spread_row) else spread_row


def _covered(columns: Sequence[int], left: int, right: int) -> int:
    """How many of the columns lie between these edges; 1 if they are edges of none."""
    first = _at(columns, left)
    last = _at(columns, right)
    return max(last - first, 1) if first is not None and last is not None else 1


def _at(columns: Sequence[int], place: int) -> int | None:
    return next((number for number, edge in enumerate(columns) if abs(edge - place) <= SAME_PLACE), None)
