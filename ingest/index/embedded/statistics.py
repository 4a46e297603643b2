"""How many texts there are, and how many have a word: what tells how rare a word is.

Each text counts once. The words of a copy are indexed a second time, as `copied`, so that they can be taken off again;
a removed chunk, whose words Tantivy counts until it merges the segment, is taken off too. A collection of a few chunks
says little about how long chunks are and how rare words are, so some usual chunks without any word are assumed beside
it: then a score means much the same in a store of one sentence as in a large one.
"""

import math

from tantivy import Occur, Query, Schema, Searcher

from ingest.languages import LANGUAGES

ASSUMED = 20
"""Chunks to assume beside those there are, by measurement: docs/quality.md."""

MARK = "\x1f"
"""What no word has in it: begins the terms that are none."""

_EXACTLY = 1000  # chunks with a term, up to which those that were removed are not counted: a few microseconds


class Statistics:
    """Those of one state of an index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self.chunks = searcher.doc_freq("all_docs", "1")
        """With copies, and with removed ones that are not yet merged away."""
        self._removed = max(self.chunks + ASSUMED - searcher.num_docs, 0) if self.chunks else 0

    def texts(self, script: str) -> float:
        """How many are in a language of this script, in others its words are rare anyway; how many at all, if none."""
        found = sum(
            self._searcher.doc_freq("language", language.name) - self._searcher.doc_freq("copied", MARK + language.name)
            for language in LANGUAGES
            if language.script == script
        )
        there = found or self.chunks - self._searcher.doc_freq("copied", MARK)
        return there * (1 - self._removed / self.chunks) if self._removed else there

    def with_term(self, field: str, form: str) -> int:
        """In how many texts a term is."""
        indexed = self._searcher.doc_freq(field, form)
        if not indexed:
            return 0
        copied = self._searcher.doc_freq("copied", form)
        if not self._removed or indexed > _EXACTLY:
            return max(indexed - copied, 1)  # a copy may have another title
        once = self._count(field, form, but_copied=True) if copied else 0
        return once or min(self._count(field, form), 1 if copied else indexed)

    def bm25_idf(self, field: str, form: str) -> float:
        """The factor that Tantivy has for it."""
        return idf(self._searcher.doc_freq(field, form), self.chunks + ASSUMED)

    def _count(self, field: str, form: str, but_copied: bool = False) -> int:
        query = Query.term_query(self._schema, field, form, "basic")
        if but_copied:
            copies = Query.term_query(self._schema, "copied", form, "basic")
            query = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, copies)])
        return self._searcher.search(query, 1, count=True).count or 0  # type: ignore[attr-defined]  # missing in its stub


def idf(with_term: float, texts: float) -> float:
    return math.log(1 + (texts - with_term + 0.5) / (with_term + 0.5))
