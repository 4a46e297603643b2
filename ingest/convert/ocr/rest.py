"""What is left on a page when the words that were found are wiped off: Tesseract takes cells of some tables, or a
column, for noise, and figures of a single digit."""

from collections.abc import Sequence
from statistics import median
from typing import Any

import tesserocr
from PIL import Image

from ingest.convert.ocr import paper
from ingest.convert.ocr.words import LEAST_AMONG_SURE, SURE, Line, read

EDGE = 0.15  # heights around a word that are of it, too
AROUND = 0.4  # heights, of a word that is read alone
SCALES = 1.0, 0.7  # a 1 that stands alone is an l to Tesseract in one size, and a 1 in the other
LEAST_HEIGHT = 0.5  # of other lines
HIGHEST = 8  # times as high: handwriting
TOLD = 3  # letters at least, if nothing is read of them
BAR = 0.2  # heights: a rule is not as wide


def read_rest(api: Any, image: Image.Image, lines: Sequence[Line]) -> tuple[list[Line], int]:
    """What is read where the picture has letters in none of these lines, and at how many places nothing is."""
    wiped = paper.without_haze(_wiped(image, lines))
    ink = paper.inked(wiped)
    if not paper.has_letters(ink):
        return [], 0
    least = LEAST_HEIGHT * median(line.height for line in lines)
    found = read(api, wiped, tesserocr.PSM.SPARSE_TEXT)
    rest = [line for line in found if line.confidence >= SURE and line.height >= least and line.has_words]
    left = _wiped(wiped, rest)
    # Words that stand alone are read by themselves: figures of a single digit are noise to Tesseract.
    places = [place for place in paper.words(paper.inked(left), least) if _may_be_text(place, least)]
    pieces = [_piece(api, left, place) for place in places]
    alone = [piece for piece in pieces if piece]
    unread = len(pieces) - len(alone) if paper.has_letters(ink, TOLD) else 0  # of less, most are specks
    return rest + alone, unread


def _may_be_text(place: paper.Place, least: float) -> bool:
    """Rather than a picture, a large stamp or what is left of a rule."""
    left, top, right, bottom = place
    return bottom - top <= HIGHEST * least and right - left > BAR * (bottom - top)


def _wiped(image: Image.Image, lines: Sequence[Line]) -> Image.Image:
    """Without the words of these lines."""
    wiped, shade = image.copy(), paper.shade(image)
    for cell in (cell for line in lines if line.confidence >= LEAST_AMONG_SURE for cell in line.cells):
        edge = EDGE * cell.height
        box = cell.left - edge, cell.top - edge, cell.right + edge, cell.bottom + edge
        wiped.paste(shade, (*map(round, box),))
    return wiped


def _piece(api: Any, image: Image.Image, place: paper.Place) -> Line | None:
    left, top, right, bottom = place
    edge = round(AROUND * (bottom - top))
    around = left - edge, top - edge, right + edge, bottom + edge
    alone = image.crop(around)
    for scale in SCALES:
        size = round(alone.width * scale), round(alone.height * scale)
        scaled = alone if scale == 1 else alone.resize(size, Image.Resampling.LANCZOS)
        words = [word for line in read(api, scaled, tesserocr.PSM.SINGLE_LINE) for word in line.words]
        if len(words) == 1:  # whose box may be that of a part of it
            line = Line([words[0]._replace(box=place)])
        else:
            line = Line([word._replace(box=_placed(word.box, scale, around)) for word in words])
        if words and line.confidence >= SURE and line.has_words and (scale == 1 or _is_figure(line)):
            return line
    return None


def _is_figure(line: Line) -> bool:
    """Rather than a bullet or a blot, which are letters in one size or the other."""
    return all(word.is_figure for word in line.words)


def _placed(box: paper.Place, scale: float, around: paper.Place) -> paper.Place:
    """From the piece, as it was scaled, to the page."""
    left, top, right, bottom = (round(side / scale) for side in box)
    return left + around[0], top + around[1], right + around[0], bottom + around[1]
