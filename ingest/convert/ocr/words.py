"""What Tesseract says stands on a picture: words in lines, each with its place and how sure Tesseract is of it."""

import os.path
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, NamedTuple

import tesserocr
from PIL import Image

from ingest.convert.ocr import languages, paper
from ingest.convert.ocr.columns import Box as Cell
from ingest.convert.ocr.columns import are_level, joined
from ingest.convert.parts.symbols import BOXES

DPI = 200  # what Tesseract is told: few pictures say it, and say it right
LEAST_CONFIDENCE = 60  # of 100: a line below is of another script, or no text,
LEAST_AMONG_SURE = 30  # unless the others are sure
SURE = 75  # a picture that is read like this stands upright, and its lines are text
GAP = 1.5  # heights of a line, between two cells of a table
LEAST_HEIGHT = 0.5  # of its line, of a bar
LONG = 4  # letters of a word that is wider than high, if it stands upright

WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
EMPTY = re.compile(r"\[[_.]?\]|\[_")  # a box to tick, as Tesseract reads it,
TICKED = re.compile(r"\[?[IJl|]?[XxVv][IJl|]?\]")  # and with a cross in it
CROSS = ("X", "x")
VERTICAL = re.compile(rf"\w{{3}}|{WIDE}")  # at least, in a line of letters that is vertical


class Word(NamedTuple):
    text: str
    confidence: float  # of 100
    box: paper.Place

    @property
    def is_figure(self) -> bool:
        digits = sum(character.isdigit() for character in self.text)
        return digits > 0 and 2 * digits >= sum(character.isalnum() for character in self.text)


class Line(NamedTuple):
    words: Sequence[Word]
    vertical: bool = False

    @property
    def confidence(self) -> float:
        """That of the mean; Tesseract tells only that of the worst word."""
        return sure([self])

    @property
    def has_words(self) -> bool:
        return any(character.isalnum() for word in self.words for character in word.text)

    @property
    def is_surely_vertical(self) -> bool:
        """Rather than a column of figures, or a part of a word. Those of Chinese and Japanese have one character."""
        text = " ".join(word.text for word in self.words)
        return self.confidence >= SURE and VERTICAL.search(text) is not None

    @property
    def height(self) -> float:
        return median(word.box[3] - word.box[1] for word in self.words)

    @property
    def cells(self) -> Sequence[Cell]:
        """Its words, apart where there is a gap: then they are cells of a table, or columns. Cells are as high as their
        line, since a dash or a figure has another middle; unless their words are not level: then it is no line."""
        cells = [_cell(words) for words in _apart(self)]
        whole = joined(cells)
        words = [cell for cell in cells if any(map(str.isalpha, cell.text)) and not cell.is_figure]
        if all(are_level(cell, words[0], self.height) for cell in words):
            return [cell._replace(top=whole.top, bottom=whole.bottom) for cell in cells]
        return cells


def lies_on_its_side(lines: Sequence[Line]) -> bool:
    """Whether words are higher than wide, though they are not Chinese or Japanese: they are read better upright."""
    longer = [
        word for line in lines for word in line.words if len(word.text) >= LONG and not re.search(WIDE, word.text)
    ]
    return 2 * sum(word.box[3] - word.box[1] > word.box[2] - word.box[0] for word in longer) > len(longer)


@contextmanager
def tesseract(reading: Sequence[str]) -> Iterator[Any]:
    """Tesseract, as it reads these languages together."""
    with tesserocr.PyTessBaseAPI(**_models(reading), psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY) as api:
        keep_off_files(api)
        yield api


def keep_off_files(api: Any) -> None:
    """Its messages go to standard error: by default it opens `/dev/null` for them, and crashes where it may not."""
    api.SetVariable("debug_file", "")


def _models(reading: Sequence[str]) -> dict[str, Any]:
    """Tesseract takes one folder; of models in others, it takes the way from there."""
    paths = [languages.installed()[language] for language in reading]
    folder = paths[0].parent
    names = (os.path.relpath(path, folder).removesuffix(languages.ENDING) for path in paths)
    return {"path": f"{folder}{os.path.sep}", "lang": "+".join(names)}


def read(api: Any, image: Image.Image, mode: int = tesserocr.PSM.AUTO) -> list[Line]:
    """In this mode of Tesseract: how it looks for lines."""
    api.SetPageSegMode(mode)
    api.SetImage(image)
    api.SetSourceResolution(DPI)
    api.Recognize()
    return with_boxes([line for line in map(_without_dots, _lines(api)) if line.words])


def _without_dots(line: Line) -> Line:
    """Without bars that are too low for one: dots of the letters below, or dust."""
    height = LEAST_HEIGHT * line.height
    return line._replace(words=[word for word in line.words if word.text != "|" or word.box[3] - word.box[1] >= height])


def with_boxes(lines: Sequence[Line]) -> list[Line]:
    """With the boxes to tick that lines begin with, which Tesseract reads as brackets and letters. Where there are
    such, a cross alone is a ticked one."""
    empty, ticked = BOXES
    firsts = [line.words[0].text if len(line.words) > 1 else "" for line in lines]
    boxes = [empty if EMPTY.fullmatch(first) else ticked if TICKED.fullmatch(first) else None for first in firsts]
    if any(boxes):
        boxes = [box or (ticked if first in CROSS else None) for box, first in zip(boxes, firsts, strict=True)]
    return [_beginning(line, box) if box else line for line, box in zip(lines, boxes, strict=True)]


def _beginning(line: Line, text: str) -> Line:
    first, *others = line.words
    return line._replace(words=[first._replace(text=text), *others])


def _lines(api: Any) -> Iterator[Line]:
    line, word = tesserocr.RIL.TEXTLINE, tesserocr.RIL.WORD
    found = api.GetIterator()
    words: list[Word] = []
    vertical = False
    for each in tesserocr.iterate_level(found, word) if found else ():
        if each.IsAtBeginningOf(line) and words:
            yield Line(words, vertical)
            words = []
        vertical = each.BlockType() == tesserocr.PT.VERTICAL_TEXT
        if not each.Empty(word) and (text := each.GetUTF8Text(word).strip()):
            words.append(Word(text, each.Confidence(word), each.BoundingBox(word)))
    if words:
        yield Line(words, vertical)


def _apart(line: Line) -> Iterator[Sequence[Word]]:
    cell: list[Word] = []
    for word in line.words:
        if cell and max(word.box[0] - cell[-1].box[2], cell[-1].box[0] - word.box[2]) > GAP * line.height:
            yield cell
            cell = []
        cell.append(word)
    yield cell


def _cell(words: Sequence[Word]) -> Cell:
    return joined([Cell(*word.box, word.text) for word in words])


def sure(lines: Iterable[Line]) -> float:
    return _mean((word.confidence, len(word.text)) for line in lines for word in line.words)


def _mean(weighted: Iterable[tuple[float, int]]) -> float:
    pairs = list(weighted)
    weight = sum(each for _, each in pairs)
    return sum(value * each for value, each in pairs) / weight if weight else 0
