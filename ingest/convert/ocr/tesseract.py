"""The text on a picture, recognised by Tesseract in this process.

First the model of scripts says which way up the letters stand and which script they are of; then the languages of that
script read the picture, upright. That takes half the time of reading with all languages, and it finds out that a script
cannot be read here: the model of another script makes up words, and is sure of some.
"""

import math
import os.path
import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

import tesserocr
from PIL import Image

from ingest.convert import Recognised
from ingest.convert.ocr import languages, reading_order
from ingest.convert.ocr.reading_order import Box

DPI = 200  # what Tesseract is told: few pictures say it, and say it right
LEAST_CONFIDENCE = 60  # of 100: a line below is of another script, or no text,
LEAST_AMONG_SURE = 30  # unless the others are sure
SURE = 75  # a picture that is read like this stands upright
TURNS = (0, 180, 90, 270)  # degrees counterclockwise

CONTRAST = 48  # of 255; between paper and ink
LEAST_INK = 0.002  # of a picture: less is dust

# Tesseract sets spaces between letters of Chinese and Japanese, too.
WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
SPACE_BETWEEN_WIDE = re.compile(rf"(?<={WIDE}) (?={WIDE})")


class _Line(NamedTuple):
    text: str
    confidence: float  # of 100
    box: tuple[int, int, int, int]  # left, top, right, bottom; y goes down
    baseline: tuple[tuple[int, int], tuple[int, int]] | None


class _Look(NamedTuple):
    """Which way up the letters stand, and which script they are of."""

    turn: int  # degrees counterclockwise that set them upright
    script: str


def has_ink(image: Image.Image) -> bool:
    """Whether a picture in shades of grey shows more than dust on paper of whatever shade."""
    histogram: list[int] = image.histogram()
    paper = histogram.index(max(histogram))
    ink = sum(histogram[: max(paper - CONTRAST, 0)]) + sum(histogram[paper + CONTRAST :])
    return ink > LEAST_INK * sum(histogram)


def recognised(image: Image.Image, chosen: Sequence[str] = ()) -> Recognised:
    """The text on a picture in shades of grey, in the languages chosen or those of the script that it shows; no text
    and no reason if nothing is on it."""
    if not has_ink(image):
        return Recognised("")
    look = _look(image)
    script = look.script if look else "Latin"
    reading = list(chosen) or languages.of_script(script)
    lines = _best(image, reading or languages.of_script("Latin"), [look.turn] if look else TURNS)
    sure = _sure(lines) >= SURE
    if lines and not sure and not reading:
        return Recognised("", f"letters of a script ({script}) of which no language is installed for text recognition")
    least = LEAST_AMONG_SURE if sure else LEAST_CONFIDENCE
    text = reading_order.written(_boxes([line for line in lines if line.confidence >= least]))
    if any(map(str.isalnum, text)):
        return Recognised(SPACE_BETWEEN_WIDE.sub("", text))
    return Recognised("", "no text that can be recognised")


def _look(image: Image.Image) -> _Look | None:
    """None if there are too few letters to tell."""
    osd = languages.installed()[languages.SCRIPTS]
    with tesserocr.PyTessBaseAPI(
        path=f"{osd.parent}{os.path.sep}",
        lang=languages.SCRIPTS,
        psm=tesserocr.PSM.OSD_ONLY,
        oem=tesserocr.OEM.TESSERACT_ONLY,
    ) as api:
        api.SetImage(image)
        api.SetSourceResolution(DPI)
        found = api.DetectOrientationScript()
    return _Look(found["orient_deg"], found["script_name"]) if found else None


def _best(image: Image.Image, reading: Sequence[str], turns: Sequence[int]) -> list[_Line]:
    """The lines as they are read in the turn in which they are read best."""
    best: list[_Line] = []
    sure = -1.0
    with tesserocr.PyTessBaseAPI(**_models(reading), psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY) as api:
        for turn in turns:
            api.SetImage(image.rotate(turn, expand=True) if turn else image)
            api.SetSourceResolution(DPI)
            api.Recognize()
            lines = list(_lines(api))
            if (its := _sure(lines)) > sure:
                best, sure = lines, its
            if sure >= SURE:
                break
    return best


def _models(reading: Sequence[str]) -> dict[str, Any]:
    """Tesseract takes one folder; of models in others, it takes the way from there."""
    paths = [languages.installed()[language] for language in reading]
    folder = paths[0].parent
    names = (os.path.relpath(path, folder).removesuffix(languages.ENDING) for path in paths)
    return {"path": f"{folder}{os.path.sep}", "lang": "+".join(names)}


def _lines(api: Any) -> Iterator[_Line]:
    line, word = tesserocr.RIL.TEXTLINE, tesserocr.RIL.WORD
    found = api.GetIterator()
    sure: list[tuple[float, int]] = []  # of each word of the line; of a line, Tesseract tells only that of the worst
    its: _Line | None = None
    for each in tesserocr.iterate_level(found, word) if found else ():
        if each.IsAtBeginningOf(line):
            if its:
                yield its._replace(confidence=_mean(sure))
            text = "" if each.Empty(line) else " ".join(each.GetUTF8Text(line).split())
            its = _Line(text, 0, each.BoundingBox(line), each.Baseline(line)) if text else None
            sure = []
        if not each.Empty(word):
            sure.append((each.Confidence(word), len(each.GetUTF8Text(word))))
    if its:
        yield its._replace(confidence=_mean(sure))


def _sure(lines: Iterable[_Line]) -> float:
    return _mean((line.confidence, len(line.text)) for line in lines)


def _mean(weighted: Iterable[tuple[float, int]]) -> float:
    pairs = list(weighted)
    weight = sum(each for _, each in pairs)
    return sum(value * each for value, each in pairs) / weight if weight else 0


def _boxes(lines: Sequence[_Line]) -> list[Box]:
    """Where the lines would be on a page that does not stand askew."""
    if not lines:
        return []
    longest = sorted(lines, key=lambda line: line.box[0] - line.box[2])[: max(5, len(lines) // 4)]
    askew = median(_slope(line) for line in longest)
    cosine, sine = math.cos(-askew), math.sin(-askew)
    boxes = []
    for line in lines:
        left, top, right, bottom = line.box
        # A line that stands askew fills a box that is higher than its letters.
        height = max(bottom - top - abs(math.tan(askew)) * (right - left), 1)
        x, y = (left + right) / 2, (top + bottom) / 2
        middle_x, middle_y = cosine * x - sine * y, sine * x + cosine * y
        half = (right - left) / 2
        boxes.append(Box(middle_x - half, middle_y - height / 2, middle_x + half, middle_y + height / 2, line.text))
    return boxes


def _slope(line: _Line) -> float:
    """Radians."""
    if line.baseline is None:
        return 0.0
    (x, y), (to_x, to_y) = line.baseline
    return math.atan2(to_y - y, to_x - x)
