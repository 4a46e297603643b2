"""Words that run up or down the page, as the heads of narrow columns do: put together, and beside each other as a row.

PDFium makes a line of each, and of each letter where a program has drawn every letter by itself.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line, LineReader, runs_up_or_down

PIECE = 2  # letters of a line that may be a piece of such a word
NEARLY = 0.1  # of a right angle
SPACE = 0.16  # sizes between words
APART = 1.0  # sizes from one letter to the next, at most
SAME_COLUMN = 0.3  # sizes
COLUMN = 1.6  # sizes from one head to the next, at least: more than from one line to the next
MOST_HEADS = 60  # of a table
MOST_ROWS = 20  # of heads, on a page
ALIGNED = 3.0  # points: the heads of columns begin or end on one height


class _Steep(NamedTuple):
    """A line that runs up or down the page, or what is put together of such."""

    text: str
    up: bool
    x: float
    low: float
    high: float
    size: float
    first: int  # as PDFium counts
    last: int

    def follows(self, before: "_Steep") -> bool:
        return (
            self.last - self.first < PIECE
            and self.up == before.up
            and abs(self.x - before.x) < SAME_COLUMN * self.size
            and -SAME_COLUMN * self.size < self.gap(before) < APART * self.size
        )

    def gap(self, before: "_Steep") -> float:
        return self.low - before.high if self.up else before.low - self.high


def with_steep_words(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    steep = [
        number for number, line in enumerate(lines) if _may_be_steep(line) and _runs_up(line.first, found) is not None
    ]
    if not steep or 2 * sum(len(lines[number].text) for number in steep) > sum(len(line.text) for line in lines):
        return lines  # none, or the page is turned
    taken = set(steep)
    along = [number for number in range(len(lines)) if number not in taken]
    rows: dict[int, list[Line]] = {}  # by the line that they take the place of, or stand behind
    beside: dict[int, Line] = {}
    for block in _blocks(steep):
        words = list(_together(_piece(lines[number], found, reader) for number in block))
        heads = [reader.placed(found.raw, word.text, word.first, word.last) for word in words]
        row = _row(words, heads) if len(words) <= MOST_HEADS else None
        left = _left_of(row, words, along, lines) if row and len(rows) + len(beside) < MOST_ROWS else None
        if row and left is not None:
            beside[left] = row
        else:
            rows[block[0]] = [row] if row else heads
    kept: list[Line] = []
    for number, line in enumerate(lines):
        kept += rows.get(number, [])
        if (row := beside.get(number)) is not None:
            line = line._replace(text=f"{line.text.rstrip()} {row.text}", end=row.end)
        if number not in taken:
            kept.append(line)
    return kept


def _may_be_steep(line: Line) -> bool:
    return line.end > 0 and (len(line.text.strip()) <= PIECE or runs_up_or_down(line))


def _runs_up(at: int, found: pypdfium2.PdfTextPage) -> bool | None:
    """None for a letter that stands along the page, or askew."""
    angle = pdfium.FPDFText_GetCharAngle(found.raw, at) % (2 * math.pi)
    if abs(angle - math.pi / 2) < NEARLY:
        return False
    return True if abs(angle - 3 * math.pi / 2) < NEARLY else None


def _blocks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    start = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end] > numbers[end - 1] + 1:
            yield numbers[start:end]
            start = end


def _piece(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> _Steep:
    first, last = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(found.raw, line.first, first)
    pdfium.FPDFText_GetLooseCharBox(found.raw, line.last, last)
    low, high = min(first.bottom, last.bottom), max(first.top, last.top)
    size = max(reader.size(found.raw, line.first), 1)
    up = _runs_up(line.first, found) is True
    return _Steep(line.text.strip(), up, (first.left + first.right) / 2, low, high, size, line.first, line.last)


def _together(letters: Iterator[_Steep]) -> Iterator[_Steep]:
    word: _Steep | None = None
    for letter in letters:
        if word and letter.follows(word):
            space = " " if letter.gap(word) > SPACE * letter.size else ""
            low, high = min(word.low, letter.low), max(word.high, letter.high)
            word = word._replace(text=f"{word.text}{space}{letter.text}", low=low, high=high, last=letter.last)
        else:
            if word:
                yield word
            word = letter
    if word:
        yield word


def _row(words: Sequence[_Steep], heads: Sequence[Line]) -> Line | None:
    """That of the heads of columns, if they are such."""
    aligned = all(
        min(abs(one.low - other.low), abs(one.high - other.high)) < ALIGNED and other.x - one.x > COLUMN * other.size
        for one, other in pairwise(words)
    )
    if len(words) < 2 or not aligned:
        return None
    text = " ".join(word.text for word in words)
    y = max(word.low for word in words)
    return heads[0]._replace(text=text, x=words[0].x, y=y, end=words[-1].x, end_y=y, gaps=True, last=heads[0].first)


def _left_of(row: Line, words: Sequence[_Steep], others: Sequence[int], lines: Sequence[Line]) -> int | None:
    """The head of the first column, which runs along the page."""
    low, high = min(word.low for word in words), max(word.high for word in words)
    level = [number for number in others if lines[number].end and low - ALIGNED < lines[number].y < high]
    left = [number for number in level if lines[number].end < row.x]
    return left[0] if len(left) == 1 else None
