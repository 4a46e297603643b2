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
    """ "poten-tially" is one word, unless both parts are words of the text, or the whole is known with a hyphen; or
    unless most cuts that tell are such, since then no program has hyphenated this text."""
    if MARK not in text:
        return text
    folded = text.lower()
    if len(folded) != len(text):  # a few letters are two when small
        folded = text
    cuts = list(_cuts(folded, MARK))
    words = Counter(WORD.findall(folded))
    words.subtract(part for cut in cuts for part in cut[1:])
    compounds = {cut[1:] for cut in _cuts(folded, "-")}

    def is_word(cut: _Cut) -> bool:
        return words[cut.first + cut.second] > 0

    def is_compound(cut: _Cut) -> bool:
        return cut[1:] in compounds or (words[cut.first] > 0 and words[cut.second] > 0)

    def stays(cut: _Cut) -> bool:
        return (
            is_compound(cut)
            or cut.first in FIRST_PARTS
            or text[cut.at + 1].isupper()
            or text[cut.at - len(cut.first) - 1 : cut.at - len(cut.first)] == "-"
        )

    parted = [cut for cut in cuts if cut.first and cut.second]
    joined = {cut.at for cut in parted if is_word(cut)}
    compound = {cut.at for cut in parted if cut.at not in joined and is_compound(cut)}
    if len(compound) <= len(joined):
        joined |= {cut.at for cut in parted if not stays(cut)}
    pieces, start = [], 0
    for cut in cuts:
        pieces += [text[start : cut.at], "" if cut.at in joined else "-"]
        start = cut.at + 1
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
