"""Tables on slides of PowerPoint 97 to 2003: shapes in a group that is marked as one, each at its place."""

import struct
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

from ingest.convert.formats.ppt.records import Record, Records
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.places import Place
from ingest.convert.parts.spans import Again

DRAWING, GROUP, SHAPE = 0xF002, 0xF003, 0xF004
OPTIONS, MORE_OPTIONS, ANCHOR_IN_GROUP, ANCHOR = 0xF121, 0xF122, 0xF00F, 0xF010
TABLE, IS_TABLE, PROPERTY = 0x039F, 1, 0x3FFF
MOST_PLACES = 20  # for each cell, which may cover several
SAME = 0.004  # of the width or height of a table: so far apart are edges that are one


class Cell(NamedTuple):
    place: Place
    blocks: Blocks


def is_table(records: Records, group: Record) -> bool:
    shape = next(records.children(group), None)
    if group.kind != GROUP or shape is None or shape.kind != SHAPE:
        return False
    for each in records.children(shape):
        if each.kind in (OPTIONS, MORE_OPTIONS):
            options = records.data[each.start : min(each.start + 6 * each.instance, each.end)]
            for name, value in struct.iter_unpack("<HI", options[: len(options) // 6 * 6]):
                if name & PROPERTY == TABLE:
                    return bool(value & IS_TABLE)
    return False


def place(records: Records, shape: Record) -> Place | None:
    """Of a shape, or of a group by that which stands for all of it."""
    for each in records.children(shape):
        if each.kind == SHAPE:
            return place(records, each) if shape.kind == GROUP else None
        if each.kind == ANCHOR_IN_GROUP:
            return Place(*struct.unpack_from("<4i", records.data, each.start))
        if each.kind == ANCHOR:
            small = each.end - each.start < 16
            top, left, right, bottom = struct.unpack_from("<4h" if small else "<4i", records.data, each.start)
            return Place(left, top, right, bottom)
    return None


def write(cells: Sequence[Cell], blocks: Blocks, again: Again) -> None:
    """A cell that covers several rows or columns is said in each; one that covers all of a row is a title within."""
    columns = _Edges.of([(cell.place.left, cell.place.right) for cell in cells])
    rows = _Edges.of([(cell.place.top, cell.place.bottom) for cell in cells])
    if len(columns.starts) * len(rows.starts) > MOST_PLACES * len(cells):
        for cell in cells:
            blocks.extend(cell.blocks)
        return
    again.said(text for cell in cells for text in cell.blocks.texts())
    grid = [[Blocks() for _ in columns.starts] for _ in rows.starts]
    for cell in filter(lambda cell: cell.blocks, cells):
        covered = product(rows.between(cell.place.top, cell.place.bottom), columns.between(*cell.place[::2]))
        for times, (row, column) in enumerate(covered):
            if times and not (cell.blocks.is_short() and again.fits(cell.blocks.text())):
                break
            grid[row][column] = cell.blocks
    for cells_of_row in grid:
        is_title = all(cell is cells_of_row[0] for cell in cells_of_row)
        blocks.cells(cells_of_row[:1] if is_title else cells_of_row, len(grid) == 1)


class _Edges(NamedTuple):
    """Where the rows, or the columns, of a table begin."""

    starts: list[float]
    same: float

    @classmethod
    def of(cls, spans: Sequence[tuple[float, float]]) -> "_Edges":
        starts = sorted({start for start, _ in spans})
        same = SAME * (max(end for _, end in spans) - starts[0])
        return cls([starts[0], *(start for before, start in pairwise(starts) if start - before > same)], same)

    def between(self, start: float, end: float) -> range:
        """The numbers of those from one place to another; that in which it begins, at least."""
        first = max(bisect_right(self.starts, start + self.same) - 1, 0)
        return range(first, max(bisect_right(self.starts, end - self.same), first + 1))
