"""Lines of a recognised page in the order in which they are read: columns one after the other, rows of tables whole.

A recursive X-Y cut (Nagy, Seth, Viswanathan 1992): a page is cut at a strip that is empty from top to bottom if there
is prose on both sides of it, else at the highest one that is empty from left to right, and so are the parts. Tesseract
takes the columns of many a table for columns of text; here they become rows.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# In heights of a line:
COLUMN_GAP = 0.7  # at least between two columns
ROW_GAP = 0.3  # at least between what is above and what is below
PARAGRAPH_GAP = 0.3  # at least between two paragraphs, more than between other lines
PROSE = 12  # width of a line, in the mean; cells of tables are shorter

FEW_LINES = 3  # are no column
DEEPEST = 40


class Box(NamedTuple):
    """A line of letters on a page that stands upright; y goes down."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def written(boxes: Sequence[Box]) -> str:
    """The text of a page, with empty lines between its paragraphs."""
    if not boxes:
        return ""
    height = median(box.height for box in boxes)
    rows = _cut(boxes, height, DEEPEST)
    gaps = [below.top - above.bottom for above, below in pairwise(rows)]
    usual = median(gap for gap in gaps if gap > -height) if any(gap > -height for gap in gaps) else 0.0
    text = rows[0].text
    for row, gap in zip(rows[1:], gaps, strict=True):
        follows = -height < gap < usual + PARAGRAPH_GAP * height
        text += f"\n{row.text}" if follows else f"\n\n{row.text}"
    return text


def _cut(boxes: Sequence[Box], height: float, deepest: int) -> list[Box]:
    """The rows of these boxes, in order."""
    if len(boxes) < 2 or not deepest:
        return _rows(boxes)
    for x in _gaps(((box.left, box.right) for box in boxes), COLUMN_GAP * height):
        left = [box for box in boxes if box.right <= x]
        right = [box for box in boxes if box.left >= x]
        if _is_prose(left, height) and _is_prose(right, height):
            first, second = (right, left) if _is_from_right_to_left(boxes) else (left, right)
            return _cut(first, height, deepest - 1) + _cut(second, height, deepest - 1)
    for y in _gaps(((box.top, box.bottom) for box in boxes), ROW_GAP * height):
        above = [box for box in boxes if box.bottom <= y]
        below = [box for box in boxes if box.top >= y]
        return _cut(above, height, deepest - 1) + _cut(below, height, deepest - 1)
    return _rows(boxes)


def _gaps(spans: Iterable[tuple[float, float]], least: float) -> list[float]:
    """The middles of what lies between these spans, the widest first."""
    found = []
    end: float | None = None
    for begin, its_end in sorted(spans):
        if end is not None and begin - end >= least:
            found.append((begin - end, (begin + end) / 2))
        end = its_end if end is None else max(end, its_end)
    return [middle for _, middle in sorted(found, reverse=True)]


def _is_prose(boxes: Sequence[Box], height: float) -> bool:
    width = sum(box.right - box.left for box in boxes)
    return len(boxes) >= FEW_LINES and width > PROSE * height * len(boxes)


def _rows(boxes: Iterable[Box]) -> list[Box]:
    """Boxes whose middles are within half a height of each other, that of the higher one, are one row."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        if rows and box.middle - rows[-1][0].middle < max(box.height, rows[-1][0].height) / 2:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [_joined(row) for row in rows]


def _joined(row: list[Box]) -> Box:
    if len(row) == 1:
        return row[0]
    row.sort(key=lambda box: box.left, reverse=_is_from_right_to_left(row))
    return Box(
        min(box.left for box in row),
        min(box.top for box in row),
        max(box.right for box in row),
        max(box.bottom for box in row),
        " ".join(box.text for box in row),
    )


def _is_from_right_to_left(boxes: Sequence[Box]) -> bool:
    """As Arabic and Hebrew are."""
    letters = [letter for box in boxes for letter in box.text if letter.isalpha()]
    return 2 * sum(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters) > len(letters)
