"""A question's words as queries of Tantivy; `ingest/index/scoring.py` says which words, and what each counts."""

from collections.abc import Iterator

from tantivy import Occur, Query, Schema, Searcher

from ingest.index.analysis import Term
from ingest.index.spelling import KEPT, near_spellings
from ingest.index.statistics import Statistics

_LOOKED_AT = 3_000  # words with the same beginning, the most frequent


class TantivyClauses:
    def __init__(self, schema: Schema, searcher: Searcher, statistics: Statistics) -> None:
        self._schema = schema
        self._searcher = searcher
        self._statistics = statistics

    def any_of(self, field: str, term: Term, weight: float) -> Query:
        schema, bm25_idf = self._schema, self._statistics.bm25_idf
        forms = [
            Query.boost_query(Query.term_query(schema, field, form, "freq"), weight / bm25_idf(field, form))
            for form in term
        ]
        return forms[0] if len(forms) == 1 else Query.disjunction_max_query(forms)

    def any_number(self, number: Term, score: float) -> Query:
        forms = [(Occur.Should, Query.term_query(self._schema, "numbers", form, "basic")) for form in number]
        return Query.const_score_query(Query.boolean_query(forms), score)

    def near_spellings(self, word: str) -> Term:
        return near_spellings(word, self._similar)

    def _similar(self, word: str) -> Iterator[str]:
        for other, _ in self._searcher.terms_with_prefix("text", word[:KEPT], limit=_LOOKED_AT):
            yield other
