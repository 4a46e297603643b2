"""Words that were cut at the end of a line, made whole."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MARK = "\ufffe"  # what PDFium puts between the parts

WORD = re.compile(r"[^\W\d_]+")
LONGEST = 60  # letters of a part

# They keep their hyphen before most words.
FIRST_PARTS = frozenset(
    "all cross ex half high long low mid multi non one post pre self short single third two well".split()
)


class _Cut(NamedTuple):
    at: int
    first: str
    second: str


def without_cuts(text: str) -> str:
    """ "poten-tially" is one word, unless both parts are words of the text, or the whole is known with a hyphen."""
    if MARK not in text:
        return text
    folded = text.lower()
    if len(folded) != len(text):  # a few letters are two when small
        folded = text
    cuts = list(_cuts(folded, MARK))
    words = Counter(WORD.findall(folded))
    words.subtract(part for cut in cuts for part in cut[1:])
    compounds = {cut[1:] for cut in _cuts(folded, "-")}
    pieces, start = [], 0
    for at, first, second in cuts:
        stays = (
            not first
            or not second
            or (
                words[first + second] <= 0
                and (
                    (first, second) in compounds
                    or text[at + 1].isupper()
                    or first in FIRST_PARTS
                    or (words[first] > 0 and words[second] > 0)
                    or text[at - len(first) - 1 : at - len(first)] == "-"
                )
            )
        )
        pieces += [text[start:at], "-" if stays else ""]
        start = at + 1
    return "".join([*pieces, text[start:]])


def _cuts(text: str, mark: str) -> Iterator[_Cut]:
    at = text.find(mark)
    while at != -1:
        start, end = at, at + 1
        while start > 0 and at - start < LONGEST and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and end - at <= LONGEST and text[end].isalpha():
            end += 1
        yield _Cut(at, text[start:at], text[at + 1 : end])
        at = text.find(mark, at + 1)
