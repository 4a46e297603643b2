"""The text on a picture, recognised by Tesseract in this process.

First the model of scripts says which way up the letters stand and which script they are of; then the languages of that
script read the picture, upright and straight. That takes half the time of reading with all languages, and it finds out
that a script cannot be read here: the model of another script makes up words, and is sure of some. What it says is a
guess where there are few letters or small ones: then the reading itself tells.

Tesseract takes cells of some tables, or a column, for noise. So what is left when the words found are wiped off is read
again.
"""

import math
import os.path
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from statistics import median
from typing import Any, NamedTuple

import tesserocr
from PIL import Image

from ingest.convert import Recognised, ocr
from ingest.convert.ocr import languages, paper, reading_order
from ingest.convert.ocr.reading_order import Box as Cell
from ingest.convert.parts.boxes import Box

DPI = 200  # what Tesseract is told: few pictures say it, and say it right
LEAST_CONFIDENCE = 60  # of 100: a line below is of another script, or no text,
LEAST_AMONG_SURE = 30  # unless the others are sure
SURE = 75  # a picture that is read like this stands upright
SURE_OF_SCRIPT = 85  # and like this, its script is the one that was read
CERTAIN = 2.0  # of the model of scripts, which script: English pages have 5 to 25, tables as little as .03
SMALL_SCRIPT = 18.5  # pixels, of capitals: it is less sure of larger ones that are enlarged
CERTAIN_TURN = 5.0  # and which way up: pages of prose have 10 to 40
GAP = 1.5  # heights of a line, between two cells of a table
EDGE = 0.15  # heights around a word that are of it, too
SURE_OF_FIGURE = 80  # one of less is read again
CLEAR = 92  # and needs none that agrees if it is read so
AGAIN = 1.0, 1.5  # sizes
LEAST_SCALE = 0.45  # of what was enlarged more, the small letters tell nothing
MANY_FIGURES = 0.5  # of the words: a table
AROUND = 0.4  # heights, of a figure that is read alone
LEAST_HEIGHT = 0.5  # of other lines
HIGHEST = 8  # times as high: handwriting
BAR = 0.2  # heights: a rule is not as wide
UNREAD = "a part that could not be read"
FIGURES = "figures that are hard to tell: some may be read wrong (a clearer scan is read better)"
UNSURE = "letters that are hard to tell: some are read wrong, and some are left out (a clearer scan is read better)"
UNKNOWN = (
    "text in a language that was not recognised: letters with accents may be wrong (install its language for "
    "Tesseract, name it in RAG_OCR_LANGUAGES, and read the file again)"
)
ENGLISH = "eng"
LESS_SURE = 1.0  # a page in one language is not, if it is read by that alone
TURNS = (0, 180, 90, 270)  # degrees counterclockwise

# Tesseract sets spaces between letters of Chinese and Japanese, too.
WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
SPACE_BETWEEN_WIDE = re.compile(rf"(?<={WIDE}) (?={WIDE})")
VERTICAL = re.compile(rf"\w{{3}}|{WIDE}")  # at least, in a line of letters that is vertical
FIGURE = re.compile(r"\d|^[-–—]$")  # a dash is one, too


class _Word(NamedTuple):
    text: str
    confidence: float  # of 100
    box: paper.Place

    @property
    def is_figure(self) -> bool:
        digits = sum(character.isdigit() for character in self.text)
        return digits > 0 and 2 * digits >= sum(character.isalnum() for character in self.text)


class _Line(NamedTuple):
    words: Sequence[_Word]
    vertical: bool = False

    @property
    def confidence(self) -> float:
        """That of the mean; Tesseract tells only that of the worst word."""
        return _sure([self])

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


class _Reading(NamedTuple):
    lines: Sequence[_Line]
    sure: float  # of 100
    turn: int  # degrees counterclockwise that set it upright
    unread: int = 0  # places where words may stand


NOTHING = _Reading((), 0, 0)


class _Look(NamedTuple):
    """Which way up the letters stand, and which script they are of."""

    turn: int  # degrees counterclockwise that set them upright
    script: str
    script_certainty: float
    turn_certainty: float


def recognised(image: Image.Image, chosen: Sequence[str] = (), within: bool = False) -> Recognised:
    """The text on a picture in shades of grey, in the languages chosen or those of the script that it shows; no text
    and no reason if nothing is on it. Of one that stands `within` a text nothing that may be a guess: most of those are
    photos, drawings and logos."""
    image = paper.without_grain(paper.evened(image))
    ink = paper.inked(image)
    if not paper.has_ink(ink):
        return Recognised("")
    look = _look(paper.of_good_size(image, SMALL_SCRIPT)) or _Look(0, "Latin", 0, 0)
    likely = [look.turn] if look.turn_certainty > CERTAIN_TURN else [0, look.turn]
    turns = list(dict.fromkeys(likely if within else [*likely, *TURNS]))
    reading = list(chosen) or languages.of_script(look.script)
    read = _best(image, reading, turns) if reading else NOTHING
    certain = bool(chosen) or look.script == "Latin" or (bool(reading) and look.script_certainty > CERTAIN)
    is_latin = not chosen and look.script != "Latin" and languages.is_latin(_written(read))
    if is_latin or (not certain and read.sure < SURE_OF_SCRIPT):
        as_latin = _best(image, languages.of_script("Latin"), turns)
        if as_latin.sure >= max(read.sure - LESS_SURE * is_latin, SURE):
            reading, read = languages.of_script("Latin"), as_latin
        elif not reading and as_latin.lines and (not within or look.script_certainty > CERTAIN):
            return Recognised(
                "", f"letters of a script ({look.script}) of which no language is installed for text recognition"
            )
    if within and read.sure < SURE:
        sure = [line for line in read.lines if line.confidence >= SURE] if read.sure >= LEAST_CONFIDENCE else []
        read = read._replace(lines=sure)
    text = _written(read)
    if not any(map(str.isalnum, text)):
        return Recognised("", ocr.NO_TEXT if paper.has_much_ink(ink) else None)
    language = "" if chosen else languages.of_text(text)
    if language and language not in languages.installed():
        return Recognised(
            text,
            f"text in {languages.name(language)}, recognised without that language: letters with accents may be wrong "
            f"(install '{language}' for Tesseract, and read the file again)",
        )
    language = "" if chosen else languages.of_text(text, languages.SOME_WORDS)
    if language != ENGLISH and language in languages.installed():
        read = _in_language(image, language, reading, read)
        text = _written(read)
    return Recognised(text, UNSURE if read.sure < SURE else None if within else _doubt(read, text, chosen))


class PlacedWord(NamedTuple):
    text: str
    box: Box


def placed_words(image: Image.Image, chosen: Sequence[str] = ()) -> list[PlacedWord]:
    """The words on a picture in shades of grey, in the order of their lines, each with its place on it. Read once: what
    they are is known well enough from the time when the file was taken in."""
    image = paper.without_grain(paper.evened(image))
    if not paper.has_ink(paper.inked(image)):
        return []
    look = _look(paper.of_good_size(image, SMALL_SCRIPT)) or _Look(0, "Latin", 0, 0)
    reading = list(chosen) or languages.of_script(look.script) or languages.of_script("Latin")
    turn = look.turn if look.turn_certainty > CERTAIN_TURN else 0
    upright = image.rotate(turn, expand=True) if turn else image
    angle = paper.slope(upright)
    large = paper.of_good_size(paper.without_rules(paper.straight(upright)))
    with tesserocr.PyTessBaseAPI(**_models(reading), psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY) as api:
        _keep_off_files(api)
        words = [word for line in _read(api, large) for word in line.words]
    back = _Back(large.size, upright.size, angle, turn)
    return [PlacedWord(word.text, back.box(word.box)) for word in words]


class _Back(NamedTuple):
    """From a place on the picture that was read to the parts of the one that was given."""

    read: tuple[int, int]
    upright: tuple[int, int]
    angle: float
    turn: int

    def box(self, place: paper.Place) -> Box:
        left, top, right, bottom = place
        corners = [self._point(x, y) for x in (left, right) for y in (top, bottom)]
        (x0, x1), (y0, y1) = ((max(min(side), 0.0), min(max(side), 1.0)) for side in zip(*corners, strict=True))
        return Box(x0, y0, max(x1 - x0, 0.0), max(y1 - y0, 0.0))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        width, height = self.upright
        dx, dy = x / self.read[0] * width - width / 2, y / self.read[1] * height - height / 2
        sine, cosine = math.sin(math.radians(self.angle)), math.cos(math.radians(self.angle))
        across, down = (dx * cosine + dy * sine) / width + 0.5, (dy * cosine - dx * sine) / height + 0.5
        return {0: (across, down), 90: (1 - down, across), 180: (1 - across, 1 - down)}.get(
            self.turn, (down, 1 - across)
        )


def _doubt(read: _Reading, text: str, chosen: Sequence[str]) -> str | None:
    """What whoever reads the text should know of it."""
    if not chosen and languages.is_unknown(text):
        return UNKNOWN
    reasons = [UNREAD] if read.unread else []
    if any(word.is_figure and word.confidence < SURE_OF_FIGURE for line in read.lines for word in line.words):
        reasons.append(FIGURES)
    return " and ".join(reasons) or None


def _in_language(image: Image.Image, language: str, reading: Sequence[str], read: _Reading) -> _Reading:
    """By that language alone, since beside others its capitals and small letters lose their accents; with English if
    there seems to be some, or with those of another script on the same page."""
    others = [each for each in reading if each not in languages.BY_SCRIPT["Latin"]]
    for together in ([*others, language],) if others else ([language], [language, ENGLISH]):
        again = _best(image, together, [read.turn])
        if again.sure >= max(read.sure - LESS_SURE, SURE):
            return again
    return read


def _written(read: _Reading) -> str:
    least = LEAST_AMONG_SURE if read.sure >= SURE else LEAST_CONFIDENCE
    text = reading_order.written([box for line in read.lines if line.confidence >= least for box in _boxes(line)])
    return SPACE_BETWEEN_WIDE.sub("", text)


def _look(image: Image.Image) -> _Look | None:
    """None if there are too few letters to tell."""
    osd = languages.installed()[languages.SCRIPTS]
    with tesserocr.PyTessBaseAPI(
        path=f"{osd.parent}{os.path.sep}",
        lang=languages.SCRIPTS,
        psm=tesserocr.PSM.OSD_ONLY,
        oem=tesserocr.OEM.TESSERACT_ONLY,
    ) as api:
        _keep_off_files(api)
        api.SetImage(image)
        api.SetSourceResolution(DPI)
        found = api.DetectOrientationScript()
    if not found:
        return None
    return _Look(found["orient_deg"], found["script_name"], found["script_conf"], found["orient_conf"])


def _best(image: Image.Image, reading: Sequence[str], turns: Sequence[int]) -> _Reading:
    """In the turn in which the picture is read best."""
    best = NOTHING
    with tesserocr.PyTessBaseAPI(**_models(reading), psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY) as api:
        _keep_off_files(api)
        for turn in turns:
            level = paper.straight(image.rotate(turn, expand=True) if turn else image)
            given = paper.without_rules(level)
            upright = paper.of_good_size(given)
            lines = [line for line in _read(api, upright) if not line.vertical or line.is_surely_vertical]
            sure = _sure(lines)
            if sure >= SURE:
                rest, unread = _rest(api, upright, lines)
                checked = [_checked(api, upright, line) for line in lines + rest]
                return _Reading(_compared(api, given, upright, checked), sure, turn, unread)
            if sure > best.sure:
                best = _Reading(lines, sure, turn)
    return best


def _read(api: Any, image: Image.Image) -> list[_Line]:
    api.SetImage(image)
    api.SetSourceResolution(DPI)
    api.Recognize()
    return [line for line in map(_without_dots, _lines(api)) if line.words]


def _without_dots(line: _Line) -> _Line:
    """Without bars that are too low for one: dots of the letters below, or dust."""
    height = LEAST_HEIGHT * line.height
    return line._replace(words=[word for word in line.words if word.text != "|" or word.box[3] - word.box[1] >= height])


def _rest(api: Any, image: Image.Image, lines: Sequence[_Line]) -> tuple[list[_Line], int]:
    """What is read where the picture has letters in none of these lines, and at how many places nothing is."""
    wiped = _wiped(image, lines)
    if not paper.has_letters(paper.inked(wiped)):
        return [], 0
    api.SetPageSegMode(tesserocr.PSM.SPARSE_TEXT)
    least = LEAST_HEIGHT * median(line.height for line in lines)
    rest = [line for line in _read(api, wiped) if line.confidence >= SURE and line.height >= least and line.has_words]
    left = _wiped(wiped, rest)
    # Words that stand alone are read by themselves: figures of a single digit are noise to Tesseract.
    api.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
    places = [place for place in paper.words(paper.inked(left), least) if _may_be_text(place, least)]
    pieces = [_piece(api, left, place) for place in places]
    found = [piece for piece in pieces if piece]
    return rest + found, len(pieces) - len(found)


def _may_be_text(place: paper.Place, least: float) -> bool:
    """Rather than a picture, a large stamp or what is left of a rule."""
    left, top, right, bottom = place
    return bottom - top <= HIGHEST * least and right - left > BAR * (bottom - top)


def _wiped(image: Image.Image, lines: Sequence[_Line]) -> Image.Image:
    """Without the words of these lines."""
    wiped, shade = image.copy(), paper.shade(image)
    for cell in (cell for line in lines if line.confidence >= LEAST_AMONG_SURE for cell in _boxes(line)):
        edge = EDGE * cell.height
        box = cell.left - edge, cell.top - edge, cell.right + edge, cell.bottom + edge
        wiped.paste(shade, (*map(round, box),))
    return wiped


def _piece(api: Any, image: Image.Image, place: paper.Place) -> _Line | None:
    left, top, right, bottom = place
    edge = round(AROUND * (bottom - top))
    around = left - edge, top - edge, right + edge, bottom + edge
    words = [word for line in _read(api, image.crop(around)) for word in line.words]
    if len(words) == 1:  # whose box may be that of a part of it
        line = _Line([words[0]._replace(box=place)])
    else:
        line = _Line([word._replace(box=_moved(word.box, around)) for word in words])
    return line if words and line.confidence >= SURE and line.has_words else None


def _moved(box: paper.Place, to: paper.Place) -> paper.Place:
    return box[0] + to[0], box[1] + to[1], box[2] + to[0], box[3] + to[1]


def _checked(api: Any, image: Image.Image, line: _Line) -> _Line:
    """With figures that are doubtful read again, each by itself: in a line, a sign or a point is lost."""
    words = list(line.words)
    edge = round(AROUND * line.height)
    for number, word in enumerate(words):
        if word.confidence < SURE_OF_FIGURE and word.is_figure:
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


def _compared(api: Any, given: Image.Image, upright: Image.Image, lines: Sequence[_Line]) -> Sequence[_Line]:
    """With the figures of tables as they are read in the size that was given, too, if that was enlarged: of large
    letters Tesseract is sure that a 7 is a 1, in either size of others. Where the two differ, a third decides."""
    words = [word for line in lines for word in line.words]
    scale = given.width / upright.width
    if not LEAST_SCALE <= scale < 1 or sum(word.is_figure for word in words) < MANY_FIGURES * len(words):
        return lines
    step = max(median(line.height for line in lines), 1)
    others: dict[int, list[_Word]] = {}  # by how far down they are
    api.SetPageSegMode(tesserocr.PSM.AUTO)
    for word in (word for line in _read(api, given) for word in line.words):
        box = tuple(round(side / scale) for side in word.box)
        placed = word._replace(box=(box[0], box[1], box[2], box[3]))
        others.setdefault(int((box[1] + box[3]) / 2 // step), []).append(placed)

    def decided(word: _Word) -> _Word:
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


def _again(api: Any, alone: Image.Image, word: _Word) -> Iterator[_Word]:
    """The word as it is read alone, in each size."""
    api.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
    for scale in AGAIN:
        size = round(alone.width * scale), round(alone.height * scale)
        words = [each for line in _read(api, alone.resize(size, Image.Resampling.LANCZOS)) for each in line.words]
        text = " ".join(each.text for each in words)
        yield word._replace(text=text, confidence=min((each.confidence for each in words), default=0))


def _agreed(word: _Word, again: Iterable[_Word]) -> _Word:
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


def _keep_off_files(api: Any) -> None:
    """Its messages go to standard error: by default it opens `/dev/null` for them, and crashes where it may not."""
    api.SetVariable("debug_file", "")


def _models(reading: Sequence[str]) -> dict[str, Any]:
    """Tesseract takes one folder; of models in others, it takes the way from there."""
    paths = [languages.installed()[language] for language in reading]
    folder = paths[0].parent
    names = (os.path.relpath(path, folder).removesuffix(languages.ENDING) for path in paths)
    return {"path": f"{folder}{os.path.sep}", "lang": "+".join(names)}


def _lines(api: Any) -> Iterator[_Line]:
    line, word = tesserocr.RIL.TEXTLINE, tesserocr.RIL.WORD
    found = api.GetIterator()
    words: list[_Word] = []
    vertical = False
    for each in tesserocr.iterate_level(found, word) if found else ():
        if each.IsAtBeginningOf(line) and words:
            yield _Line(words, vertical)
            words = []
        vertical = each.BlockType() == tesserocr.PT.VERTICAL_TEXT
        if not each.Empty(word) and (text := each.GetUTF8Text(word).strip()):
            words.append(_Word(text, each.Confidence(word), each.BoundingBox(word)))
    if words:
        yield _Line(words, vertical)


def _boxes(line: _Line) -> Iterator[Cell]:
    """The words of a line, apart where there is a gap: then they are cells of a table, or columns."""
    cell: list[_Word] = []
    for word in line.words:
        if cell and max(word.box[0] - cell[-1].box[2], cell[-1].box[0] - word.box[2]) > GAP * line.height:
            yield _box(cell, line)
            cell = []
        cell.append(word)
    yield _box(cell, line)


def _box(cell: Sequence[_Word], line: _Line) -> Cell:
    """As high as its line: a dash of a cell, or a figure, has another middle."""
    return Cell(
        min(word.box[0] for word in cell),
        min(word.box[1] for word in line.words),
        max(word.box[2] for word in cell),
        max(word.box[3] for word in line.words),
        " ".join(word.text for word in cell),
    )


def _sure(lines: Iterable[_Line]) -> float:
    return _mean((word.confidence, len(word.text)) for line in lines for word in line.words)


def _mean(weighted: Iterable[tuple[float, int]]) -> float:
    pairs = list(weighted)
    weight = sum(each for _, each in pairs)
    return sum(value * each for value, each in pairs) / weight if weight else 0
