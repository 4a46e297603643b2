"""Naming: which of the files the words of a request mean, by their names and titles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from unicodedata import normalize

from ingest.records.listing import ListedFile
from rag_api.answer.overview.request import Request

_WORD = re.compile(r"[^\W\d_]+|\d+")
_ENDING = 3  # letters in which two forms of a word may differ
_SHORTEST_PART = 4  # letters of a part of a compound
_SHORTEST_FIRST = 3  # of the first part: "Bauplan"


@dataclass(frozen=True)
class Named:
    """A file with its title and what stands below that, such as parties and a date, where they are known."""

    file: ListedFile
    title: str = ""
    below: str = ""


def named(request: Request, candidates: Iterable[Named]) -> list[ListedFile]:
    """The files that these words name, those that they name best: each word has to be in the name or title of a file,
    but those for its kind ("guide") only if nothing else is said. Of several words, some may stand below the title."""
    if any("." in word and "." not in (word[0], word[-1]) for word in request.names):
        exact = [one.file for one in candidates if one.file.filename.lower() in request.names]
        if exact:
            return exact
    said = [_folded(part) for word in request.names for part in _WORD.findall(word) or [word]]
    kinds = {_folded(kind) for kind in request.kinds}
    least = [word for word in said if word not in kinds] or said
    ranked: list[tuple[tuple[int, float], ListedFile]] = []
    for one in candidates:
        name = _words(one.file.filename)
        known = name + _words(one.title) + (_words(one.below) if len(least) > 1 else [])
        if least and all(_has(word, known) for word in least):
            more = sum(_has(word, known) for word in said)
            inside = sum(any(_alike(word, its) for word in said) for its in name) / len(name) if name else 0.0
            ranked.append(((more, inside), one.file))
    most = max((more for (more, _), _ in ranked), default=0)
    ranked = sorted((rank for rank in ranked if rank[0][0] == most), key=lambda rank: -rank[0][1])
    return [file for _, file in ranked]


def covered(request: Request, text: str) -> bool:
    """Whether a text has at least half of the words that a document is meant by."""
    known = _words(text)
    said = [_folded(part) for word in request.names for part in _WORD.findall(word) or [word]]
    return 2 * sum(_has(word, known) for word in said) >= len(said)


def names(request: Request, heading: str, whose: str) -> int:
    """How many of the words that are said of a section a heading has: "the meeting of 9 April". 0 if one is neither in
    it nor in the name or title of its file ("the minutes of 9 April"), or if it lacks a number or has only theirs."""
    known, above = _words(heading), _words(whose)
    said = [_folded(part) for word in request.names for part in _WORD.findall(word) or [word]]
    there = [word for word in said if (word in known if word.isdigit() else _has(word, known))]
    others = [word for word in said if word not in there]
    is_its = all(not word.isdigit() and _has(word, above) for word in others)
    return len(there) if is_its and any(not _has(word, above) for word in there) else 0


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)))


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _has(word: str, known: list[str]) -> bool:
    return any(_alike(word, its) for its in known) or _in_parts(word, known)


def _alike(one: str, other: str) -> bool:
    """Whether these are forms of the same word."""
    if one == other:
        return True
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return common >= _SHORTEST_PART and max(len(one), len(other)) - common <= _ENDING


def _in_parts(word: str, known: list[str]) -> bool:
    """Whether a word is a part of a compound in a name; or the parts of a compound, or of a phrase in a script without
    blanks, are the words of a name."""
    if len(word) > _SHORTEST_PART and any(its.startswith(word) or _ends_compound(word, its) for its in known):
        return True
    if len(word) < 2 * _SHORTEST_PART and word.isascii():
        return False
    if any(word in its for its in known) or word in "".join(known):
        return True
    parts = {its for its in known if its in word and (len(its) >= _SHORTEST_PART or not its.isascii())}
    return sum(map(len, parts)) >= 0.8 * len(word)


def _ends_compound(word: str, its: str) -> bool:
    """Whether another word stands before this one: a release is no lease."""
    return its.endswith(word) and len(its) - len(word) >= _SHORTEST_FIRST
