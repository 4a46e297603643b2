"""Arabic, Hebrew and their like in the order of reading, told by where the letters stand.

PDFium turns what a program has written from left to right, but not each letter by itself that has its meaning beside it
(ActualText); it turns what is one shape, so that lam and alef change places.
"""

import ctypes
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line

LETTERS = r"\u0590-\u05ff\u0600-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u08ff"
LETTER = re.compile(rf"[{LETTERS}\ufb1d-\ufdff\ufe70-\ufeff]")
TURNED = re.compile(r"[اأإآٱ]ل|هلل")  # one shape shows lam and alef, and one the name of God
# Words and numbers, with what stands between their letters.
LEFT_TO_RIGHT = re.compile(rf"[^\W{LETTERS}]+(?:[^\w\s]+[^\W{LETTERS}]+)*(?: [A-Za-z]+(?:[^\w\s]+[^\W{LETTERS}]+)*)*")
TURNED_BRACKETS = re.compile(r"[^()\[\]]*(?:\)[^()]*\(|\][^\[\]]*\[)")  # the one that closes before the one that opens
MIRRORED = str.maketrans("()[]", ")(][")
STOPS = ".,:;!?…،؛؟۔"


class Placed(NamedTuple):
    text: str
    x: float = 0  # where it begins
    left: float = 0  # and its ink
    right: float = 0

    @property
    def is_letter(self) -> bool:
        return LETTER.match(self.text) is not None


def reordered(lines: Sequence[Line], found: pypdfium2.PdfTextPage) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    if not any(LETTER.search(line.text) for line in lines):
        return lines
    return [line._replace(text=in_order(_placed(line, found))) if _is_whole(line) else line for line in lines]


def _is_whole(line: Line) -> bool:
    """Whether its characters are those that PDFium counts from its first to its last."""
    return LETTER.search(line.text) is not None and line.last - line.first + 1 == len(line.text.strip())


def _placed(line: Line, found: pypdfium2.PdfTextPage) -> list[Placed]:
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    placed = []
    for index, text in enumerate(line.text.strip(), start=line.first):
        pdfium.FPDFText_GetCharOrigin(found.raw, index, x, y)
        pdfium.FPDFText_GetCharBox(found.raw, index, left, right, bottom, top)
        placed.append(Placed(text, x.value, left.value))
    return placed


def by_place(letters: Sequence[Placed], least: float) -> str:
    """What a line of these says, in whatever order they were drawn; spaces are gaps of this width at least."""
    bases = sorted(
        (each for each in reversed(letters) if not unicodedata.combining(each.text[0])), key=lambda each: each.left
    )
    marks = [each for each in letters if unicodedata.combining(each.text[0])]
    texts = [[each.text] for each in bases]
    for mark in marks if bases else ():
        place = bisect_left(bases, _middle(mark), key=lambda base: base.left)
        nearest = min(range(max(place - 1, 0), min(place + 1, len(bases))), key=lambda at: _apart(bases[at], mark))
        texts[nearest].append(mark.text)
    tokens = ["".join(texts[-1])] if bases else []
    for at in range(len(bases) - 2, -1, -1):
        gap = bases[at + 1].left - bases[at].right > least
        tokens.append(" " * gap + "".join(texts[at]))
    text = LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], "".join(tokens)).replace("اهلل", "الله")
    return text.translate(MIRRORED) if TURNED_BRACKETS.match(text) else text


def _middle(letter: Placed) -> float:
    return (letter.left + letter.right) / 2


def _apart(one: Placed, other: Placed) -> float:
    return abs(_middle(one) - _middle(other))


def in_order(letters: Sequence[Placed]) -> str:
    """What a line of these says; they stand as PDFium has them."""
    if not any(each.is_letter for each in letters):
        return "".join(each.text for each in letters)
    shapes = [_shape(list(each)) for _, each in groupby(letters, lambda its: (its.is_letter, its.x, its.left))]
    words = [_word(list(each)) for _, each in groupby(shapes, lambda its: its.is_letter)]
    if not any(each.text.isalpha() and not each.is_letter for each in letters):
        if _rises([word[0] for word in words if word[0].is_letter]):
            words.reverse()
        words = _with_stop_at_end(words)
    text = "".join(each.text for word in words for each in word)
    return text.translate(MIRRORED) if TURNED_BRACKETS.match(text) else text


def _shape(letters: Sequence[Placed]) -> Placed:
    """Letters that stand in one place are one shape."""
    text = "".join(each.text for each in letters)
    if len(letters) > 1 and letters[0].is_letter and TURNED.search(text):
        text = text[::-1]
    return letters[0]._replace(text=text)


def _word(shapes: list[Placed]) -> list[Placed]:
    bases = [each for each in shapes if not unicodedata.combining(each.text[0])]
    return shapes[::-1] if shapes[0].is_letter and _rises(bases) else shapes


def _rises(shapes: Sequence[Placed]) -> bool:
    """Whether they stand from left to right; the two of a shape begin in one place."""
    return bool(shapes) and shapes[0].x < shapes[-1].x and all(one.x <= other.x for one, other in pairwise(shapes))


def _with_stop_at_end(words: list[list[Placed]]) -> list[list[Placed]]:
    """No sentence begins with one; it does where the text is set as if it were in Latin letters."""
    if len(words) > 1 and len(words[0]) == 1 and words[0][0].text in STOPS:
        return [*words[1:], words[0]]
    return words
