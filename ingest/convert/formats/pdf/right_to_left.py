"""Arabic, Hebrew and their like in the order of reading, told by where the letters stand.

PDFium turns what a program has written from left to right, but not each letter by itself that has its meaning beside it
(ActualText); it turns what is one shape, so that lam and alef change places.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

LETTERS = r"\u0590-\u05ff\u0600-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u08ff"
LETTER = re.compile(rf"[{LETTERS}\ufb1d-\ufdff\ufe70-\ufeff]")
TURNED = re.compile(r"[اأإآٱ]ل|هلل")  # one shape shows lam and alef, and one the name of God
# What stands from left to right within: words, with the numbers and signs between them; and numbers. Behind Arabic, a
# hyphen does not hold the parts of a number together, and a percent sign stands left of it.
_LATIN = rf"(?:\d[\d.,:/+-]{{0,40}})?[^\W\d_{LETTERS}](?:[^{LETTERS}]*[^\W_{LETTERS}])?"
WITHIN_HEBREW = re.compile(rf"{_LATIN}|[$€£₪#]?\d+(?:[.,:/+-]\d+)*[%°$€£₪]?")
WITHIN_ARABIC = re.compile(rf"{_LATIN}|\d+(?:[.,:/٫٬]\d+)*")
HEBREW = re.compile(r"[\u0590-\u05ff\ufb1d-\ufb4f]")
HEBREW = re.compile(r"[\u0590-\u05ff\ufb1d-\ufb4f]")
ARABIC = re.compile(r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
MIRRORED = str.maketrans("()[]", ")(][")
OPENING, BRACKETS = "([", "()[]"
STOPS = ".,:;!?…،؛؟۔"


class Placed(NamedTuple):
    text: str
    x: float = 0  # where it begins
    left: float = 0  # and its ink
    right: float = 0

    @property
    def is_letter(self) -> bool:
        return LETTER.match(self.text) is not None


def by_place(letters: Sequence[Placed], least: float, arabic: bool) -> str:
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
    seen: list[str] = []
    for at, base in enumerate(bases):
        if at and base.left - bases[at - 1].right > least:
            seen.append(" ")
        seen.append("".join(texts[at]))
    return with_brackets("".join(_as_read(seen, arabic)).replace("اهلل", "الله"))


def with_brackets(line: str) -> str:
    """With the brackets that open where they open: some files have those that are seen, and PDFium turns some."""
    found = [at for at, letter in enumerate(line) if letter in BRACKETS]
    if not found or _is_balanced(line):
        return line
    if _is_balanced(turned := line.translate(MIRRORED)):
        return turned
    letters = list(line)
    for at in found:
        opens = line[at + 1 : at + 2].isalnum() and not line[max(at - 1, 0) : at].isalnum()
        letters[at] = line[at] if (line[at] in OPENING) == opens else line[at].translate(MIRRORED)
    return "".join(letters)


def _is_balanced(line: str) -> bool:
    still_open = ""
    for letter in line:
        if letter in OPENING:
            still_open += letter
        elif letter in BRACKETS:
            if not still_open or still_open[-1] != letter.translate(MIRRORED):
                return False
            still_open = still_open[:-1]
    return not still_open


def _as_read(seen: Sequence[str], arabic: bool) -> Iterator[str]:
    """These letters and spaces, which stand from left to right, in the order in which they are read."""
    bases = "".join(letter[0] for letter in seen)
    within = WITHIN_ARABIC if arabic else WITHIN_HEBREW
    end = len(seen)
    for run in reversed(list(within.finditer(bases))):
        yield from reversed(seen[run.end() : end])
        yield from seen[run.start() : run.end()]
        end = run.start()
    yield from reversed(seen[:end])


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
    return with_brackets(text)


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
