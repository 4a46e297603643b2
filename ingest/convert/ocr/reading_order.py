"""Lines of a recognised page in the order in which they are read: columns one after the other, rows of tables whole.

A recursive X-Y cut (Nagy, Seth, Viswanathan 1992): a page is cut at the strips that are empty from top to bottom if
columns stand beside them, else at the highest one that is empty from left to right, and so are the parts. Tesseract
takes the columns of many a table for columns of text; here they become rows.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from ingest.convert.ocr.columns import Box, columns, gaps, joined, rows

# In heights of a line:
ROW_GAP = 0.3  # at least between what is above and what is below
PARAGRAPH_GAP = 0.3  # at least between two paragraphs, more than between other lines

DEEPEST = 40


def written(boxes: Sequence[Box]) -> str:
    """The text of a page, with empty lines between its paragraphs."""
    if not boxes:
        return ""
    height = median(box.height for box in boxes)
    lines = _cut(boxes, height, DEEPEST)
    spaces = [below.top - above.bottom for above, below in pairwise(lines)]
    usual = median(space for space in spaces if space > -height) if any(space > -height for space in spaces) else 0.0
    text = lines[0].text
    for line, space in zip(lines[1:], spaces, strict=True):
        follows = -height < space < usual + PARAGRAPH_GAP * height
        text += f"\n{line.text}" if follows else f"\n\n{line.text}"
    return text


def _cut(boxes: Sequence[Box], height: float, deepest: int, refused: Sequence[float] = ()) -> list[Box]:
    """The lines of these boxes, in order. Where there are no columns in them all, there are none in fewer of them."""
    if len(boxes) < 2 or not deepest:
        return _lines(boxes)
    parts, refused = columns(boxes, height, refused)
    if len(parts) > 1:
        is_reversed = _is_from_right_to_left(boxes) and not _is_above(parts[0], parts[1])
        return [line for part in parts[:: -1 if is_reversed else 1] for line in _cut(part, height, deepest - 1)]
    for end, begin in gaps(((box.top, box.bottom) for box in boxes), ROW_GAP * height):
        above = [box for box in boxes if box.bottom <= end]
        below = [box for box in boxes if box.top >= begin]
        return [line for part in (above, below) for line in _cut(part, height, deepest - 1, refused)]
    return _lines(boxes)


def _lines(boxes: Iterable[Box]) -> list[Box]:
    return [joined(sorted(row, key=lambda box: box.left, reverse=_is_from_right_to_left(row))) for row in rows(boxes)]


def _is_above(one: Sequence[Box], other: Sequence[Box]) -> bool:
    return max(box.bottom for box in one) < min(box.top for box in other)


def _is_from_right_to_left(boxes: Sequence[Box]) -> bool:
    """As Arabic and Hebrew are."""
    letters = [letter for box in boxes for letter in box.text if letter.isalpha()]
    return 2 * sum(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters) > len(letters)
