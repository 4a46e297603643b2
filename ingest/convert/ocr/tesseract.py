"""The text on a picture, recognised by Tesseract in this process.

First the model of scripts says which way up the letters stand and which script they are of; then the languages of that
script read the picture, upright and straight. That takes half the time of reading with all languages, and it finds out
that a script cannot be read here: the model of another script makes up words, and is sure of some. What it says is a
guess where there are few letters or small ones: then the reading itself tells.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import tesserocr
from PIL import Image

from ingest.convert import Recognised, ocr
from ingest.convert.ocr import figures, languages, latin, paper, reading_order, script, words
from ingest.convert.ocr.rest import read_rest
from ingest.convert.ocr.words import LEAST_AMONG_SURE, LEAST_CONFIDENCE, SURE, WIDE, Line, tesseract

SURE_OF_SCRIPT = 85  # of 100: if a picture is read like this, its script is the one that was read
UNREAD = "a part that could not be read"
FIGURES = "figures that are hard to tell: some may be read wrong (a clearer scan is read better)"
UNSURE = "letters that are hard to tell: some are read wrong, and some are left out (a clearer scan is read better)"
UNKNOWN = (
    "text in a language that was not recognised: letters with accents may be wrong (install its language for "
    "Tesseract, name it in RAG_OCR_LANGUAGES, and read the file again)"
)
ENGLISH = "eng"
LESS_SURE = 1.0  # a page in one language is not, if it is read by that alone
MOST_APART = 200  # words, if none was found before they were told to be text: what has more is grain, turned or not
TURNS = (0, 180, 90, 270)  # degrees counterclockwise

# Tesseract sets spaces between letters of Chinese and Japanese, too.
SPACE_BETWEEN_WIDE = re.compile(rf"(?<={WIDE}) (?={WIDE})")


class _Reading(NamedTuple):
    lines: Sequence[Line]
    sure: float  # of 100
    turn: int  # degrees counterclockwise that set it upright
    unread: int = 0  # places where words may stand


NOTHING = _Reading((), 0, 0)


def recognised(image: Image.Image, chosen: Sequence[str] = (), within: bool = False) -> Recognised:
    """The text on a picture in shades of grey, in the languages chosen or those of the script that it shows; no text
    and no reason if nothing is on it. Of one that stands `within` a text nothing that may be a guess: most of those are
    photos, drawings and logos."""
    image = paper.without_grain(paper.evened(image))
    ink = paper.inked(image)
    if not paper.has_ink(ink):
        return Recognised("")
    look = script.look(image)
    likely = [look.turn] if look.is_certain_of_turn else [0, look.turn]
    turns = list(dict.fromkeys(likely if within else [*likely, *TURNS]))
    reading = list(chosen) or languages.of_script(look.script)
    read = _best(image, reading, turns, within) if reading else NOTHING
    if not chosen and not look.is_certain and read.sure < SURE:
        for others in languages.of_scripts_alike(look.script):
            other = _best(image, others, likely, within)
            if other.sure >= SURE:
                reading, read = others, other
                break
    certain = bool(chosen) or look.script == "Latin" or (bool(reading) and look.is_certain)
    is_latin = not chosen and look.script != "Latin" and languages.is_latin(_written(read))
    if is_latin or (not certain and read.sure < SURE_OF_SCRIPT):
        as_latin = _best(image, languages.of_script("Latin"), turns, within)
        if as_latin.sure >= max(read.sure - LESS_SURE * is_latin, SURE):
            reading, read = languages.of_script("Latin"), as_latin
        elif not reading and as_latin.lines and look.is_of_letters and (not within or look.is_certain):
            return Recognised(
                "", f"letters of a script ({look.script}) of which no language is installed for text recognition"
            )
    if within and read.sure < SURE:
        lines = [line for line in read.lines if line.confidence >= SURE] if read.sure >= LEAST_CONFIDENCE else []
        read = read._replace(lines=lines)
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


def _doubt(read: _Reading, text: str, chosen: Sequence[str]) -> str | None:
    """What whoever reads the text should know of it."""
    if not chosen and languages.is_unknown(text):
        return UNKNOWN
    reasons = [UNREAD] if read.unread else []
    if any(figures.is_doubtful(word) for line in read.lines for word in line.words):
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
    text = reading_order.written([box for line in read.lines if line.confidence >= least for box in line.cells])
    return SPACE_BETWEEN_WIDE.sub("", text)


def _best(image: Image.Image, reading: Sequence[str], turns: Sequence[int], within: bool = False) -> _Reading:
    """In the turn in which the picture is read best."""
    best = NOTHING
    with tesseract(reading) as api:
        for turn in turns:
            level = paper.straight(image.rotate(turn, expand=True) if turn else image)
            given = paper.without_leaders(paper.without_rules(level))
            upright = paper.of_good_size(given)
            lines = [line for line in words.read(api, upright) if not line.vertical or line.is_surely_vertical]
            is_apart = not within and not any(line.has_words for line in lines)
            if is_apart:
                # Where letters and digits stand far apart, Tesseract finds none, unless it is told that they are text.
                lines = words.read(api, paper.without_haze(upright), tesserocr.PSM.SINGLE_BLOCK)
            sure = words.sure(lines)
            if languages.are_without_latin(reading):
                sure = max(sure, latin.sure_of_script(lines))
            if sure >= SURE and not words.lies_on_its_side(lines):
                rest, unread = read_rest(api, upright, lines)
                found: Sequence[Line] = lines + rest
                if languages.are_without_latin(reading):
                    found = latin.read_again(upright, found)
                checked = [figures.checked(api, upright, line) for line in found]
                return _Reading(figures.compared(api, given, upright, checked), sure, turn, unread)
            if sure > best.sure:
                best = _Reading(lines, sure, turn)
            if is_apart and sum(len(line.words) for line in lines) > MOST_APART:
                break
    return best
