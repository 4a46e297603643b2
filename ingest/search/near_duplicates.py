"""Near-duplicates: passages that differ in a few words only, so that one of them is enough."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import takewhile
from typing import Generic, TypeVar

from haystack import Document

ALIKE = 0.9  # the share of their words that two have in common (Jaccard, 1901)
ALIKE_SCORE = 0.97  # times the better score; below, they differ in a word of the question

Found = TypeVar("Found", bound=Document)

_DIGIT = re.compile(r"\d")


def without_near_duplicates(documents: Iterable[Found], enough: int) -> tuple[list[Found], list[Found]]:
    """The best `enough` documents that repeat no better one, and the near-duplicates skipped on the way; both best
    first.

    Two documents that differ in a number are no near-duplicates: one may be of another year. `documents` come best
    first, and near-duplicates have nearly the same score, so that few have to be compared.
    """
    distinct: list[_Compared[Found]] = []
    repeated: list[Found] = []
    for document in documents:
        if len(distinct) == enough:
            break
        compared = _Compared(document)
        if any(map(compared.repeats, takewhile(compared.is_close, reversed(distinct)))):
            repeated.append(document)
        else:
            distinct.append(compared)
    return [each.document for each in distinct], repeated


class _Compared(Generic[Found]):
    def __init__(self, document: Found) -> None:
        self.document = document
        self._score = document.score or 0.0
        self._length = len(document.content or "")

    def is_close(self, other: "_Compared[Found]") -> bool:
        """Whether the scores are so near that one may repeat the other; of better ones, none is nearer."""
        return self._score >= ALIKE_SCORE * other._score

    def repeats(self, other: "_Compared[Found]") -> bool:
        if not ALIKE <= (self._length + 1) / (other._length + 1) <= 1 / ALIKE:
            return False
        common = len(self._words & other._words)
        if common < ALIKE * (len(self._words) + len(other._words) - common):
            return False
        return not any(map(_DIGIT.search, self._words ^ other._words))

    @cached_property
    def _words(self) -> frozenset[str]:
        # Simple splitting, as it costs time in every search.
        return frozenset((self.document.content or "").lower().split())
