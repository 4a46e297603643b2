"""Words that a line is drawn through, between `~~`: what was deleted, and is still to be seen beside the new."""

import ctypes
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line

THICKEST = 2.0  # points
SHORTEST = 2.0
PALEST = 160  # of red, green or blue, the least: what is paler is the ground that letters stand on
LONGEST = 1000  # letters of a line
MARK = "~~"

# In sizes of a letter.
LOWEST, HIGHEST = 0.12, 0.45  # over the line that letters stand on
BEYOND = 0.6  # the first and the last letter


class _Stroke(NamedTuple):
    y: float
    left: float
    right: float


class Path(NamedTuple):
    """A shape that is drawn on the page, and what it covers, in points; y goes up."""

    left: float
    bottom: float
    right: float
    top: float
    drawn: pdfium.FPDF_PAGEOBJECT


def paths(drawn: Sequence[tuple[int, pdfium.FPDF_PAGEOBJECT]]) -> list[Path]:
    """The shapes among what is drawn on a page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    return [
        Path(left.value, bottom.value, right.value, top.value, each)
        for kind, each in drawn
        if kind == pdfium.FPDF_PAGEOBJ_PATH and pdfium.FPDFPageObj_GetBounds(each, left, bottom, right, top)
    ]


def with_struck(lines: Sequence[Line], drawn: Sequence[Path], found: pypdfium2.PdfTextPage) -> Sequence[Line]:
    """The same lines, of the page on which these are `drawn`, and whose text is `found`."""
    strokes = sorted(_strokes(drawn))
    if not strokes:
        return lines
    return [_marked(line, strokes, found) if line.end and line.style.size else line for line in lines]


def _strokes(drawn: Iterable[Path]) -> Iterator[_Stroke]:
    """Thin lines along the page."""
    for each in drawn:
        if each.top - each.bottom <= THICKEST and each.right - each.left >= SHORTEST and is_seen(each.drawn):
            yield _Stroke((each.top + each.bottom) / 2, each.left, each.right)


def is_seen(path: pdfium.FPDF_PAGEOBJECT) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    get = pdfium.FPDFPageObj_GetStrokeColor if stroke.value else pdfium.FPDFPageObj_GetFillColor
    red, green, blue, opaque = (ctypes.c_uint() for _ in range(4))
    if not (stroke.value or fill.value) or not get(path, red, green, blue, opaque):
        return False
    return opaque.value > 0 and min(red.value, green.value, blue.value) <= PALEST


def _marked(line: Line, strokes: Sequence[_Stroke], found: pypdfium2.PdfTextPage) -> Line:
    size = line.style.size
    first, last = (bisect_left(strokes, (line.y + height * size,)) for height in (LOWEST, HIGHEST))
    through = [each for each in strokes[first:last] if each.left < line.end + size and each.right > line.x - size]
    words = line.text.strip()
    if not through or line.last - line.first != len(words) - 1 or len(words) > LONGEST:
        return line
    letters = [_letter(at, found) for at in range(line.first, line.last + 1)]
    struck = {at for stroke in through for at in _struck(stroke, letters, words, size)}
    return line._replace(text=_with_marks(words, struck)) if struck else line


def _letter(at: int, found: pypdfium2.PdfTextPage) -> tuple[float, float, float]:
    """From where to where, and on which height it stands."""
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetLooseCharBox(found.raw, at, box)
    pdfium.FPDFText_GetCharOrigin(found.raw, at, x, y)
    return box.left, box.right, y.value


def _struck(stroke: _Stroke, letters: Sequence[tuple[float, float, float]], text: str, size: float) -> Sequence[int]:
    """The letters that it is drawn through; none if it goes on where no letter is, as rules do, nor for one of a word.
    Above and below the bar of a fraction, letters stand higher or lower."""
    struck = [
        at
        for at, (left, right, y) in enumerate(letters)
        if stroke.left <= (left + right) / 2 <= stroke.right and LOWEST * size < stroke.y - y < HIGHEST * size
    ]
    if not struck:
        return []
    first, last = struck[0], struck[-1]
    beyond = max(letters[first][0] - stroke.left, stroke.right - letters[last][1])
    one = first == last and not (
        text[first].isdigit() and not text[max(first - 1, 0) : last + 2].strip(text[first]).isalnum()
    )
    is_word = any(text[at].isalnum() for at in struck) and not one
    return struck if is_word and beyond < BEYOND * size else []


def _with_marks(text: str, struck: set[int]) -> str:
    """A word that was struck whole has a space before the one that took its place."""
    pieces = []
    start = 0
    while start < len(text):
        inside, end = start in struck, start + 1
        while end < len(text) and (end in struck) == inside:
            end += 1
        piece = text[start:end]
        if not inside or not piece.strip():
            pieces.append(piece)
        else:
            bare = piece.strip()
            lead, tail = piece[: piece.index(bare)], piece[piece.index(bare) + len(bare) :]
            whole = not text[max(start - 1, 0) : start].isalnum()
            space = " " if whole and not tail and text[end : end + 1].isalnum() else tail
            pieces.append(f"{lead}{MARK}{bare}{MARK}{space}")
        start = end
    return "".join(pieces)
