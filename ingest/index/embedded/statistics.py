"""How many texts there are, how many have a word, and how long they are: what a score depends on beside the chunk.

Each text counts once. The words of a copy are indexed a second time, as `copied`, so that they can be taken off again;
a removed chunk, whose words Tantivy counts until it merges the segment, is taken off too. Tantivy goes by the average
length of all it has, so beside a copy stand counterweights, documents without words that make up for its length.

A collection of a few chunks says little about how rare words are and how long chunks. So some usual chunks are assumed
beside it, and a score means much the same in a store of one sentence as in a large one.
"""

import json
import math
from collections.abc import Mapping, Sequence

from tantivy import Occur, Query, Schema, Searcher

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

_EXACTLY = 1000  # chunks with a term, up to which those that were removed are not counted: a few microseconds


class Statistics:
    """Those of one state of an index, which all searches until the next commit share."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self.searcher = searcher
        self.chunks = searcher.doc_freq("all_docs", "1")
        """With copies, and with removed ones that are not yet merged away."""
        self._copies = searcher.doc_freq("copied", MARK)
        self._indexed = self.chunks + searcher.doc_freq("all_docs", COUNTERWEIGHT) + ASSUMED
        self._removed = self._indexed - searcher.num_docs if self.chunks else 0
        chunks_in = {language: searcher.doc_freq("language", language.name) for language in LANGUAGES}
        self.languages = [language for language, chunks in chunks_in.items() if chunks]
        self._texts_in = {
            language: chunks_in[language] - searcher.doc_freq("copied", MARK + language.name)
            for language in self.languages
        }

    def texts(self, script: str) -> float:
        """How many are in a language of this script, in others its words are rare anyway; how many at all, if none."""
        found = sum(texts for language, texts in self._texts_in.items() if language.script == script)
        return (found or self.chunks - self._copies) * (1 - self._removed / self._indexed)

    def with_term(self, field: str, form: str) -> int:
        """In how many texts a term is."""
        indexed = self.searcher.doc_freq(field, form)
        if not indexed:
            return 0
        copied = self.searcher.doc_freq("copied", form) if self._copies else 0
        if not self._removed or indexed > _EXACTLY:
            return max(indexed - copied, 1)  # a copy may have another title
        once = self._count(field, form, but_copied=True) if copied else 0
        return once or min(self._count(field, form), 1 if copied else indexed)

    def bm25_idf(self, field: str, form: str) -> float:
        """The factor that Tantivy has for it."""
        return idf(self.searcher.doc_freq(field, form), self._indexed)

    def lengths(self, added: Sequence[Lengths]) -> Lengths:
        """The average lengths, once these texts are added."""
        totals = {field: self._average_length(field) * self._indexed for field in ASSUMED_LENGTHS}
        count = self._indexed + len(added)
        return {field: (total + sum(each[field] for each in added)) / count for field, total in totals.items()}

    def _average_length(self, field: str) -> float:
        """Tantivy tells it only where it explains a score."""
        query = Query.term_query(self._schema, field, MARK, "freq")
        hits = self.searcher.search(query, 1, count=False).hits
        if not hits:
            return ASSUMED_LENGTHS[field]
        factors = json.loads(query.explain(self.searcher, hits[0][1]).to_json())["details"]
        [average] = [
            part["value"]
            for factor in factors
            for part in factor.get("details", [])
            if part["description"].startswith("avgdl")
        ]
        return float(average)

    def _count(self, field: str, form: str, but_copied: bool = False) -> int:
        query = Query.term_query(self._schema, field, form, "basic")
        if but_copied:
            copies = Query.term_query(self._schema, "copied", form, "basic")
            query = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, copies)])
        return _matching(self.searcher, query)


def count_chunks(schema: Schema, searcher: Searcher) -> int:
    counterweights = 0
    if searcher.doc_freq("all_docs", COUNTERWEIGHT):
        counterweights = _matching(searcher, Query.term_query(schema, "all_docs", COUNTERWEIGHT, "basic"))
    return max(searcher.num_docs - counterweights - ASSUMED, 0)


def counterweights(copy: Lengths, usual: Lengths) -> list[dict[str, str]]:
    """Documents that are, together with a copy, of the usual length on average."""
    count = max(1, *(math.ceil(copy[field] / usual[field]) - 1 for field in usual))
    padding = {field: round(usual[field] * (count + 1) - copy[field]) for field in usual}
    first = {field: " ".join([MARK] * length) for field, length in padding.items()}
    return [each | {"all_docs": COUNTERWEIGHT} for each in (first, *[{}] * (count - 1))]


def _matching(searcher: Searcher, query: Query) -> int:
    scoreless = Query.const_score_query(query, 0.0)
    return searcher.search(scoreless, 1, count=True).count or 0  # type: ignore[attr-defined]  # missing in its stub


def idf(with_term: float, texts: float) -> float:
    return math.log(1 + (texts - with_term + 0.5) / (with_term + 0.5))
