"""Where a quote stands in a text that was read by other means.

Both are compared by their letters and digits alone: spaces, breaks of lines, hyphens, ligatures, case and accents, in
which two readers (or a reader and what cleans its text) differ, do not count.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

Match = Literal["exact", "close", "none"]

SEED = 12  # letters that must agree for a piece to be begun, or for a quote to be found within words
ALONE = 24  # letters of a piece that stands far from the one before it
NEAR = 400  # letters
ENOUGH = 0.6  # of a quote's letters; with fewer found, nothing is
MOST_PLACES = 20  # of a quote, or of a seed
MOST_TRIED = 1000  # places in words

# Letters of scripts that set no spaces: a word may begin at each of them.
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
SIGNS = frozenset(map(chr, range(0x900, 0x1D00)))  # of vowels, in the scripts of India and of South-East Asia
WITHIN_A_WORD = frozenset(("Mn", "Mc", "Me", "Cf"))  # categories: marks on a letter, hyphens that are not seen


class Letters(NamedTuple):
    """A text as it is compared."""

    text: str
    at: Sequence[int]
    """For each letter, the number of the character that it is of."""
    begins: bytes
    """For each letter, whether a word may begin with it; and once more for the end of the text."""


class Found(NamedTuple):
    match: Match
    pieces: Sequence[tuple[int, int]]
    """Of the text, by its letters."""


def letters(characters: Iterable[str]) -> Letters:
    text: list[str] = []
    at: list[int] = []
    begins = bytearray()
    apart = True
    for number, character in enumerate(characters):
        its = _plain(character)
        if not its:
            apart = apart or unicodedata.category(character) not in WITHIN_A_WORD
            continue
        spaceless = WITHOUT_SPACES.match(character) is not None
        text.append(its)
        at.extend([number] * len(its))
        begins.append(apart or spaceless)
        begins.extend(bytes(len(its) - 1))
        apart = spaceless
    begins.append(True)
    return Letters("".join(text), at, bytes(begins))


@lru_cache(10_000)
def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold()
    return "".join(each for each in decomposed if each.isalnum() or (each in SIGNS and not unicodedata.combining(each)))


def found(quote: str, within: Letters) -> Found:
    """The quote as a whole wherever it stands; else as much of it as there is, in its order of reading."""
    needle = letters(quote).text
    if not needle:
        return Found("none", [])
    if whole := _whole(needle, within):
        return Found("exact", whole)
    pieces = list(_pieces(needle, within.text))
    share = sum(end - start for start, end in pieces) / len(needle)
    return Found("close", pieces) if share >= ENOUGH else Found("none", [])


def _whole(needle: str, within: Letters) -> list[tuple[int, int]]:
    """The places of whole words; of a long quote any, where there are none: some pages have no spaces."""
    tried = list(islice(_places(needle, within.text), MOST_TRIED))
    words = [start for start in tried if within.begins[start] and within.begins[start + len(needle)]]
    chosen: list[tuple[int, int]] = []
    for start in words or (tried if len(needle) >= SEED else []):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, start + len(needle)))
    return chosen[:MOST_PLACES]


def _places(needle: str, text: str) -> Iterator[int]:
    start = text.find(needle)
    while start >= 0:
        yield start
        start = text.find(needle, start + 1)


def _pieces(needle: str, text: str) -> Iterator[tuple[int, int]]:
    """From the beginning of the quote on, the longest piece that goes on near the one before, else the longest."""
    seeds = _seeds(needle, text)
    begin, expected = 0, None
    while begin + SEED <= len(needle):
        best = None
        for start in seeds[needle[begin : begin + SEED]]:
            length = _common(needle, begin, text, start)
            near = expected is not None and abs(start - expected) <= NEAR
            if (near or length >= ALONE) and (best is None or (near, length) > best[:2]):
                best = near, length, start
        if best is None:
            begin += 1
        else:
            _, length, start = best
            yield start, start + length
            begin, expected = begin + length, start + length


def _seeds(needle: str, text: str) -> dict[str, list[int]]:
    """By each run of `SEED` letters of the quote, where it stands: in one walk, however long both are."""
    wanted = {needle[n : n + SEED] for n in range(len(needle) - SEED + 1)}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for start in range(len(text) - SEED + 1):
        seed = text[start : start + SEED]
        if seed in wanted and len(places[seed]) < MOST_PLACES:
            places[seed].append(start)
    return places


def _common(one: str, begin: int, other: str, start: int) -> int:
    """How many letters agree from there on."""
    length, step = 0, SEED
    while step:
        if one[begin + length : begin + length + step] == other[start + length : start + length + step]:
            if begin + length + step >= len(one) or start + length + step >= len(other):
                return min(len(one) - begin, len(other) - start)
            length, step = length + step, 2 * step
        else:
            step //= 2
    return length
