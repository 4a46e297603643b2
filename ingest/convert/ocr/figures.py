"""Figures that are doubtful are read again: by themselves, and in the size in which they were given."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from statistics import median
from typing import Any

import tesserocr
from PIL import Image

from ingest.convert.ocr import paper
from ingest.convert.ocr.words import LEAST_CONFIDENCE, Line, Word, read

SURE_OF_FIGURE = 80  # one of less is read again
CLEAR = 92  # and needs none that agrees if it is read so
AGAIN = 1.0, 1.5  # sizes
LEAST_SCALE = 0.45  # of what was enlarged more, the small letters tell nothing
MOST_COMPARED = 250  # words: of more, it takes half as long again
MANY_FIGURES = 0.5  # of the words: a table
AROUND = 0.4  # heights, of a figure that is read alone

FIGURE = re.compile(r"\d|^[-–—]$")  # a dash is one, too


def is_doubtful(word: Word) -> bool:
    return word.is_figure and word.confidence < SURE_OF_FIGURE


def checked(api: Any, image: Image.Image, line: Line) -> Line:
    """With figures that are doubtful read again, each by itself: in a line, a sign or a point is lost."""
    words = list(line.words)
    edge = round(AROUND * line.height)
    for number, word in enumerate(words):
        if is_doubtful(word):
            left, top, right, bottom = word.box
            before = max((each.box[2] for each in line.words if each.box[2] <= left), default=left - 2 * edge)
            after = min((each.box[0] for each in line.words if each.box[0] >= right), default=right + 2 * edge)
            box = (
                max(left - edge, (before + left) // 2),
                top - edge,
                min(right + edge, (right + after) // 2),
                bottom + edge,
            )
            words[number] = _agreed(word, _again(api, image.crop(box), word))
    return line._replace(words=words)


def compared(api: Any, given: Image.Image, upright: Image.Image, lines: Sequence[Line]) -> Sequence[Line]:
    """With the figures of tables as they are read in the size that was given, too, if that was enlarged: of large
    letters Tesseract is sure that a 7 is a 1, in either size of others. Where the two differ, a third decides."""
    words = [word for line in lines for word in line.words]
    scale = given.width / upright.width
    figures = sum(word.is_figure for word in words)
    if not LEAST_SCALE <= scale < 1 or figures < MANY_FIGURES * len(words) or len(words) > MOST_COMPARED:
        return lines
    step = max(median(line.height for line in lines), 1)
    others: dict[int, list[Word]] = {}  # by how far down they are
    for word in (word for line in read(api, given) for word in line.words):
        box = tuple(round(side / scale) for side in word.box)
        placed = word._replace(box=(box[0], box[1], box[2], box[3]))
        others.setdefault(int((box[1] + box[3]) / 2 // step), []).append(placed)

    def decided(word: Word) -> Word:
        row = int((word.box[1] + word.box[3]) / 2 // step)
        near = (each for number in (row - 1, row, row + 1) for each in others.get(number, ()))
        other = next((each for each in near if each.is_figure and _is_same_place(each.box, word.box)), None)
        if not word.is_figure or other is None or not _differ_in_digits(word.text, other.text):
            return word
        edge = AROUND * (word.box[3] - word.box[1])
        left, top, right, bottom = word.box
        around = (left - edge) * scale, (top - edge) * scale, (right + edge) * scale, (bottom + edge) * scale
        alone = given.crop((round(around[0]), round(around[1]), round(around[2]), round(around[3])))
        again = (each for each in _again(api, alone, word) if len(each.text) == len(word.text))
        readings = chain([other._replace(box=word.box)], again)
        unclear = (each._replace(confidence=min(each.confidence, CLEAR - 1)) for each in readings)
        return _agreed(word._replace(confidence=min(word.confidence, CLEAR - 1)), unclear)

    return [line._replace(words=[decided(word) for word in line.words]) for line in lines]


def _differ_in_digits(one: str, other: str) -> bool:
    """And in nothing else: points and signs are lost in small print, for which it is enlarged."""
    pairs = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and bool(pairs) and all(a.isdigit() and b.isdigit() for a, b in pairs)


def _is_same_place(one: paper.Place, other: paper.Place) -> bool:
    """Whether one word stands there, with nothing added or lost."""
    edge = AROUND * (other[3] - other[1])
    return (
        abs(one[0] - other[0]) <= edge
        and abs(one[2] - other[2]) <= edge
        and abs(one[1] + one[3] - other[1] - other[3]) <= 2 * edge
    )


def _again(api: Any, alone: Image.Image, word: Word) -> Iterator[Word]:
    """The word as it is read alone, in each size."""
    for scale in AGAIN:
        size = round(alone.width * scale), round(alone.height * scale)
        resized = alone.resize(size, Image.Resampling.LANCZOS)
        words = [each for line in read(api, resized, tesserocr.PSM.SINGLE_LINE) for each in line.words]
        text = " ".join(each.text for each in words)
        yield word._replace(text=text, confidence=min((each.confidence for each in words), default=0))


def _agreed(word: Word, again: Iterable[Word]) -> Word:
    """What two readings agree on, else the surest; it is doubtful then."""
    readings = [word]
    for reading in again:
        if FIGURE.search(reading.text) and reading.confidence >= LEAST_CONFIDENCE:
            for other in readings:
                if other.text.replace(" ", "") == reading.text.replace(" ", ""):
                    return other._replace(confidence=max(SURE_OF_FIGURE, other.confidence, reading.confidence))
            readings.append(reading)
    best = max(readings, key=lambda each: each.confidence)
    return best if best.confidence >= CLEAR else best._replace(confidence=min(best.confidence, SURE_OF_FIGURE - 1))
