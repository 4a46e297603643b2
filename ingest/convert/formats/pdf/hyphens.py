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
    "all cross ex first fourth half high long low mid multi non one post pre second self short single third two vice "
    "well".split()
)
# And these behind most words of four letters and more: "cost-effective", but "ineffective".
SECOND_PARTS = frozenset(
    "based class driven effective efficient friendly intensive led level making oriented related specific".split()
)
LONG_FIRST = 4
MOST_COMPOUNDS = 1 / 3  # of the cuts of a text that a program has hyphenated

# Between two parts of which the first only ends in a hyphen because it shares its end with the second: "Heizungs- und
# Warmwasserkosten". No word ends in the first ones, nor is a letter by itself ever cut off.
CONJUNCTIONS = frozenset(
    "a e i o u y и і ή و und oder sowie bis and or nor to plus och eller lub oraz czy или або ili veya vagy και".split()
)
# Some words do end in these, in texts where they are no words.
PERHAPS_CONJUNCTIONS = frozenset("en et ou of og ve és și sau ed as al".split())


class _Cut(NamedTuple):
    at: int
    first: str
    second: str


def without_cuts(text: str) -> str:
    """ "poten-tially" is one word, unless both parts are words of the text, or the whole is known with a hyphen; and
    what is not known in either way is, unless so many cuts are such that no program has hyphenated this text."""
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

    def is_suspended(cut: _Cut) -> bool:
        behind = cut.at + 1 + len(cut.second)
        if not text[behind : behind + 1].isspace():
            return text.startswith(("bzw.", "resp.", "und/", "and/"), cut.at + 1)
        return cut.second in CONJUNCTIONS or (cut.second in PERHAPS_CONJUNCTIONS and words[cut.second] > 0)

    def is_compound(cut: _Cut) -> bool:
        return cut[1:] in compounds or (words[cut.first] > 0 and words[cut.second] > 0)

    def stays(cut: _Cut) -> bool:
        return (
            cut.first in FIRST_PARTS
            or len(cut.first) == 1
            or (cut.second in SECOND_PARTS and len(cut.first) >= LONG_FIRST)
            or text[cut.at + 1].isupper()
            or text[cut.at - len(cut.first) - 1 : cut.at - len(cut.first)] in ("-", "/")
        )

    parted = [cut for cut in cuts if cut.first and cut.second]
    joined = {cut.at for cut in parted if is_word(cut)}
    suspended = {cut.at for cut in cuts if cut.at not in joined and is_suspended(cut)}
    rest = [cut for cut in parted if cut.at not in joined | suspended]
    compound = {cut.at for cut in rest if is_compound(cut)}
    if len(compound) <= MOST_COMPOUNDS * (len(joined) + len(rest)):
        joined |= {cut.at for cut in rest if cut.at not in compound and not stays(cut)}
    pieces, start = [], 0
    for cut in cuts:
        pieces += [text[start : cut.at], "" if cut.at in joined else "- " if cut.at in suspended else "-"]
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
