"""Boxes to tick that are drawn as shapes, as browsers print forms: read as ☒ and ☐ where they stand."""

import ctypes
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.forms import CHOSEN, NOT_CHOSEN
from ingest.convert.formats.pdf.layout import Line, LineReader, Word
from ingest.convert.formats.pdf.struck import Path, is_seen
from ingest.convert.formats.pdf.tables import words_of

SMALLEST, LARGEST = 5.0, 20.0  # points
CORNERS = 5  # of a frame, with the one at which it is closed; a mark has fewer
SQUARE = 0.1  # of its side, the difference of width and height
SAME_BOX = 1.2  # points between the edges of its frame and of its ground
MARKED = 0.25  # of its side, what is drawn in it at least
MOST_NESTED = 10  # frames and grounds of one box, which are drawn one after the other
MOST_BOXES = 300  # of a page; more are a pattern, or cells

# In sizes of a letter.
LOWEST, HIGHEST = 0.45, 0.45  # below and above the line on which letters stand: the bottom of a box
LEAST_SIDE, MOST_SIDE = 0.5, 1.6
BESIDE = 1.2  # to a word, at most


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float
    ticked: bool


def with_boxes(
    lines: Sequence[Line], paths: Sequence[Path], found: pypdfium2.PdfTextPage, reader: LineReader
) -> Sequence[Line]:
    """The same lines, of the page whose text is `found` and on which these are drawn."""
    boxes = _boxes(paths)
    if not boxes or len(boxes) > MOST_BOXES:
        return lines
    return [_with_boxes(line, boxes, found, reader) if line.end else line for line in lines]


def _boxes(paths: Sequence[Path]) -> list[_Box]:
    """Frames with nothing in them, and frames or grounds with a mark in them. A ground without a mark is a bullet."""
    squares = [path for path in paths if _is_square(path)]
    if not squares or len(squares) > 4 * MOST_BOXES:
        return []
    small = [path for path in paths if path.right - path.left < LARGEST and path.top - path.bottom < LARGEST]
    small.sort(key=_left)
    boxes: list[_Box] = []
    for square in squares:
        known = boxes[-MOST_NESTED:]
        if any(_is_within(square, box, SAME_BOX) and _is_within(box, square, SAME_BOX) for box in known):
            continue
        first = bisect_left(small, square.left - SAME_BOX, key=_left)
        last = bisect_left(small, square.right, first, key=_left)
        inside = [path for path in small[first:last] if _is_within(path, square, SAME_BOX)]
        frames = [path for path in inside if _is_square(path) and _is_within(square, path, SAME_BOX)]
        marks = [path for path in inside if path not in frames and _is_mark(path, square)]
        if marks or any(_is_frame(path) for path in frames):
            boxes.append(_Box(square.left, square.bottom, square.right, square.top, bool(marks)))
    return boxes


def _left(path: Path) -> float:
    return path.left


def _is_square(path: Path) -> bool:
    width, height = path.right - path.left, path.top - path.bottom
    return (
        SMALLEST <= width <= LARGEST
        and abs(width - height) <= SQUARE * width
        and pdfium.FPDFPath_CountSegments(path.drawn) >= CORNERS
    )


def _is_within(one: Path | _Box, other: Path | _Box, margin: float) -> bool:
    return (
        one.left > other.left - margin
        and one.right < other.right + margin
        and one.bottom > other.bottom - margin
        and one.top < other.top + margin
    )


def _is_mark(path: Path, square: Path) -> bool:
    least = MARKED * (square.right - square.left)
    return path.right - path.left > least and path.top - path.bottom > least


def _is_frame(path: Path) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path.drawn, fill, stroke)
    return bool(stroke.value) and is_seen(path.drawn)


def _with_boxes(line: Line, boxes: Iterable[_Box], found: pypdfium2.PdfTextPage, reader: LineReader) -> Line:
    size = line.style.size
    beside = [
        box
        for box in boxes
        if -LOWEST * size < box.bottom - line.y < HIGHEST * size
        and LEAST_SIDE * size < box.right - box.left < MOST_SIDE * size
        and line.x - BESIDE * size < box.right
        and box.left < line.end + 2 * BESIDE * size
    ]
    words = (line.words or tuple(words_of(line, found, reader))) if beside else ()
    marks = [
        Word(CHOSEN if box.ticked else NOT_CHOSEN, box.left, box.right)
        for box in beside
        if any(
            -size < word.x - box.right < BESIDE * size or -size < box.left - word.end < BESIDE * size for word in words
        )
        and not any(word.x < (box.left + box.right) / 2 < word.end for word in words)
    ]
    if not marks:
        return line
    said = sorted([*words, *marks], key=lambda word: word.x)
    x, end = min(line.x, said[0].x), max(line.end, said[-1].x)
    return line._replace(text=" ".join(word.text for word in said), x=x, end=end, words=line.words and tuple(said))
