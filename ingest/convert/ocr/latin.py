"""Figures and Latin letters on pages of another script: what its model is not sure of, that of English reads again.

The model of Hindi loses most of the 1s: 17 is 7 to it, and 11 is 4. It knows that it is not sure, but not where such a
word begins: that is told by the ink.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import tesserocr
from PIL import Image

from ingest.convert.ocr import paper
from ingest.convert.ocr.words import Line, Word, read, sure, tesseract

ENGLISH = "eng"
SURE_OF_WORD = 80  # of 100: one of less is read again,
SURE_AGAIN = 80  # and taken if it is read so, alike in each size
SCALES = 1.0, 0.7
LEAST_WORD = 3  # letters, in place of digits of the script: VA is 78 in Arabic, Yo is 40 in Hindi
EDGE = 0.4  # heights of paper around a word that is read alone
LETTER_GAP = 0.25  # heights: what is closer is of the same word,
WORD_GAP = 0.5  # and what is closer than this, if it is of no other
OWNED = 0.3  # of a letter, in the box of its word; boxes may cut one
STROKE = 1.5  # pixels of ink in a column: less is grain
LAST_LATIN = "\u024f"

Run = tuple[int, int]  # of columns with ink


def read_again(image: Image.Image, lines: Sequence[Line]) -> Sequence[Line]:
    ink, shade = paper.inked(image), paper.shade(image)
    with tesseract([ENGLISH]) as api:
        return [line._replace(words=_words(api, image, ink, shade, line)) for line in lines]


def sure_of_script(lines: Sequence[Line]) -> float:
    """Without what is read again; 0 if that is most of the words."""
    certain = [[word for word in line.words if not _is_doubtful(word)] for line in lines]
    is_most = 2 * sum(map(len, certain)) > sum(len(line.words) for line in lines)
    return sure(Line(words) for words in certain) if is_most else 0


def _is_doubtful(word: Word) -> bool:
    """And no word of the script, nor a sign of it alone: the danda would be a 1 or an I in English."""
    is_of_script = any(character > LAST_LATIN and character.isalpha() for character in word.text)
    return word.confidence < SURE_OF_WORD and not is_of_script and any(map(_tells, word.text))


def _tells(character: str) -> bool:
    return character <= LAST_LATIN or character.isalnum()


def _words(api: Any, image: Image.Image, ink: Image.Image, shade: int, line: Line) -> Sequence[Word]:
    doubtful = {number for number, word in enumerate(line.words) if _is_doubtful(word)}
    runs = _runs(ink, line)
    owners = [_owner(run, line) for run in runs]
    words = dict(enumerate(line.words))
    for number in sorted(doubtful):
        found = _whole(runs, owners, line, number, doubtful) if number in words else None
        again = _again(api, image, shade, line, found[0]) if found else None
        if found and again and not _replaces_digits(words[number], again):
            for each in found[1] - {number}:
                words.pop(each, None)
            words[number] = again
    lost = [_again(api, image, shade, line, run) for run in _without_word(runs, owners, line)]
    found_again = [word for word in lost if word and word.is_figure and len(word.text) > 1]  # else a stroke
    return sorted([*words.values(), *found_again], key=lambda word: word.box[0]) if found_again else [*words.values()]


def _replaces_digits(word: Word, again: Word) -> bool:
    """Whether digits of the script would become figures or a few letters: of them, English knows but some."""
    has_digits = any(each > LAST_LATIN and each.isalnum() for each in word.text)
    return has_digits and (again.is_figure or len(again.text) < LEAST_WORD)


def _without_word(runs: Sequence[Run], owners: Sequence[int | None], line: Line) -> Iterator[Run]:
    """From where to where there is ink of a word that was not read, within a line that runs to the right."""
    if any(one.box[0] > other.box[0] for one, other in pairwise(line.words)):
        return
    for owner, group in groupby(range(len(runs)), key=owners.__getitem__):
        first, *more = group
        last = more[-1] if more else first
        if owner is None and 0 < first <= last < len(runs) - 1:
            gap = min(runs[first][0] - runs[first - 1][1], runs[last + 1][0] - runs[last][1])
            if gap >= LETTER_GAP * line.height:
                yield runs[first][0], runs[last][1]


def _runs(ink: Image.Image, line: Line) -> Sequence[Run]:
    """Where there is ink, from left to right: a letter, or several that touch."""
    top, bottom = _band(line)
    left = max(round(min(word.box[0] for word in line.words) - line.height), 0)
    right = min(round(max(word.box[2] for word in line.words) + line.height), ink.width)
    columns = ink.crop((left, top, right, bottom)).resize((right - left, 1), Image.Resampling.BOX).tobytes()
    least = STROKE * 255 / (bottom - top)
    edges = [x for x, (one, other) in enumerate(pairwise(b"\0" + columns + b"\0")) if (one > least) != (other > least)]
    return [(left + start, left + end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _band(line: Line) -> tuple[int, int]:
    middle = sorted(line.words, key=lambda word: word.box[1] + word.box[3])[len(line.words) // 2]
    half = line.height / 2
    centre = (middle.box[1] + middle.box[3]) / 2
    return max(round(centre - half), 0), round(centre + half)


def _whole(
    runs: Sequence[Run], owners: Sequence[int | None], line: Line, number: int, doubtful: set[int]
) -> tuple[Run, set[int]] | None:
    """From where to where the word stands, and which of the line's words are in it; none if it touches another."""
    box = line.words[number].box
    middle = (box[0] + box[2]) / 2
    if not runs:
        return None
    first = last = min(range(len(runs)), key=lambda run: abs(sum(runs[run]) / 2 - middle))
    others = set(range(len(line.words))) - doubtful
    if owners[first] in others:
        return None
    for step in (-1, 1):
        while 0 <= (beside := (first if step < 0 else last) + step) < len(runs):
            gap = runs[first][0] - runs[beside][1] if step < 0 else runs[beside][0] - runs[last][1]
            if gap >= WORD_GAP * line.height or (
                gap >= LETTER_GAP * line.height and owners[beside] not in (None, number)
            ):
                break
            if owners[beside] in others:
                return None
            first, last = min(first, beside), max(last, beside)
    return (runs[first][0], runs[last][1]), {at for at in owners[first : last + 1] if at is not None} | {number}


def _owner(run: Run, line: Line) -> int | None:
    """The word in whose box most of this ink is."""
    shared = [min(run[1], word.box[2]) - max(run[0], word.box[0]) for word in line.words]
    most = max(range(len(shared)), key=shared.__getitem__)
    return most if shared[most] >= OWNED * (run[1] - run[0]) else None


def _again(api: Any, image: Image.Image, shade: int, line: Line, run: Run) -> Word | None:
    """What stands there, if it is read alike in each size, and for sure."""
    edge, (top, bottom) = round(EDGE * line.height), _band(line)
    alone = Image.new("L", (run[1] - run[0] + 2 * edge, bottom - top + 2 * edge), shade)
    alone.paste(image.crop((run[0], top - edge // 2, run[1], bottom + edge // 2)), (edge, edge - edge // 2))
    texts = set()
    confidence = 100.0
    for scale in SCALES:
        size = round(alone.width * scale), round(alone.height * scale)
        resized = alone if scale == 1 else alone.resize(size, Image.Resampling.LANCZOS)
        words = [word for each in read(api, resized, tesserocr.PSM.SINGLE_LINE) for word in each.words]
        texts.add(" ".join(word.text for word in words))
        confidence = min([confidence, *(word.confidence for word in words)])
    text = texts.pop()
    if texts or confidence < SURE_AGAIN or not any(map(str.isalnum, text)):
        return None
    return Word(text, confidence, (run[0], top, run[1], bottom))
