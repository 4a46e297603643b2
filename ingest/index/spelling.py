"""Near spellings: the indexed words that are almost spelled like one that no chunk has."""

from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher

from haystack import Document

from ingest.index.analysis import Term, words_of
from ingest.index.chunk_fields import language_of_chunk

KEPT = 2
"""Letters at the beginning of a word that are right, mostly; others would have to be looked for everywhere."""

_SHORTEST, _LONG, _LONGEST = 4, 8, 40  # letters; a word may differ in one, a long one in two
_MOST = 3
_ALIKE = 0.8  # of two words


def near_spellings(word: str, similar: Callable[[str], Iterable[str]]) -> Term:
    """The nearest of the `similar` words, which come most frequent first. None for numbers and codes, in which every
    character counts."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return ()
    most = 2 if len(word) >= _LONG else 1
    nearest: list[str] = []
    letters = set(word)
    for other in similar(word):  # the word itself may be among them, of removed chunks that are not yet merged away
        if abs(len(other) - len(word)) > most or len(letters.symmetric_difference(other)) > 2 * most:
            continue
        if other.isalpha() and other != word and (edits := _edits(word, other, most)) <= most:
            if edits < most:
                nearest, most = [], edits
            nearest.append(other)
    return tuple(nearest[:_MOST])


def with_near_spellings(documents: list[Document], near: Mapping[str, Term]) -> list[Document]:
    """These documents, each with the words in its meta that stand in it for one of the question's."""
    for document in documents if near else ():
        language = language_of_chunk(document.meta, document.content or "")
        for word, terms in near.items():
            others = words_of(document.content or "", language, terms)
            if found := [other for other in others if _is_near(word, other)]:
                document.meta.setdefault("near_spellings", {})[word] = found
    return documents


def _is_near(word: str, other: str) -> bool:
    """Whether two whole words are almost the same, as their stems are: "summarize" is not "summer"."""
    return SequenceMatcher(None, word.lower(), other.lower(), autojunk=False).ratio() >= _ALIKE


def _edits(one: str, other: str, most: int) -> int:
    """How many letters are to be put in, left out, changed or swapped with the next to turn one into the other; more
    than `most` if they are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                edits = min(edits, last[j - 2] + 1)
            row.append(edits)
        if min(row) > most:
            return most + 1
    return row[-1]
