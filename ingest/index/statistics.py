"""How many texts there are, and how many have a word: what a score depends on beside the chunk.

Each text counts once. The words of a copy are indexed a second time, as `copied`, so that they can be taken off again;
a removed chunk, whose words an engine counts until it merges the segment, is taken off too. An engine goes by the
average length of all it has, so beside a copy stand counterweights, documents without words that make up for its
length.

A collection of a few chunks says little about how rare words are and how long chunks. So some usual chunks are assumed
beside it, and a score means much the same in a store of one sentence as in a large one.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from ingest.index.analysis import Term
from ingest.languages import LANGUAGES

ASSUMED = 20
"""Chunks to assume beside those there are, by measurement: docs/quality.md."""

ASSUMED_LENGTHS = {"text": 150, "bigrams": 100}
"""How long these are, in terms."""

MARK = "\x1f"
"""What no word has in it: begins the terms that are none."""

COUNTERWEIGHT = "0"
"""In `all_docs`, where chunks have "1"."""

Lengths = Mapping[str, float]
"""Of each field, in terms."""

EXACTLY = 1000  # chunks with a term, up to which those that were removed are not counted: a few microseconds


class Statistics(ABC):
    """Those of one state of an index. `doc_freq` says how many of its documents have a term in a field, removed ones
    that are not yet merged away included; `living` is how many there are without those."""

    def __init__(self, doc_freq: Callable[[str, str], int], living: int) -> None:
        self._doc_freq = doc_freq
        self.chunks = doc_freq("all_docs", "1")
        """With copies, and with removed ones."""
        self._copies = doc_freq("copied", MARK)
        self._indexed = self.chunks + doc_freq("all_docs", COUNTERWEIGHT) + ASSUMED
        self._removed = self._indexed - living if self.chunks else 0
        chunks_in = {language: doc_freq("language", language.name) for language in LANGUAGES}
        self.languages = [language for language, chunks in chunks_in.items() if chunks]
        self._texts_in = {
            language: chunks_in[language] - doc_freq("copied", MARK + language.name) for language in self.languages
        }

    def texts(self, script: str) -> float:
        """How many are in a language of this script, in others its words are rare anyway; how many at all, if none."""
        found = sum(texts for language, texts in self._texts_in.items() if language.script == script)
        return (found or self.chunks - self._copies) * (1 - self._removed / self._indexed)

    def with_any(self, field: str, term: Term) -> int:
        """In how many texts a term is, in the form that most have."""
        return max(self._with_form(field, form) for form in term)

    def _with_form(self, field: str, form: str) -> int:
        indexed = self._doc_freq(field, form)
        if not indexed:
            return 0
        copied = self._doc_freq("copied", form) if self._copies else 0
        if not self._removed or indexed > EXACTLY:
            return max(indexed - copied, 1)  # a copy may have another title
        once = self._count(field, form, but_copied=True) if copied else 0
        return once or min(self._count(field, form), 1 if copied else indexed)

    def bm25_idf(self, field: str, form: str) -> float:
        """The factor that the engine has for it."""
        return idf(self._doc_freq(field, form), self._indexed)

    @abstractmethod
    def _count(self, field: str, form: str, but_copied: bool = False) -> int:
        """How many documents have it, without removed ones."""


def counterweights(copy: Lengths, usual: Lengths) -> list[dict[str, int]]:
    """The lengths of documents that are, together with a copy, of the usual length on average."""
    count = max(1, *(math.ceil(copy[field] / usual[field]) - 1 for field in usual))
    first = {field: round(usual[field] * (count + 1) - copy[field]) for field in usual}
    return [first, *[{} for _ in range(count - 1)]]


def idf(with_term: float, texts: float) -> float:
    return math.log(1 + (texts - with_term + 0.5) / (with_term + 0.5))
