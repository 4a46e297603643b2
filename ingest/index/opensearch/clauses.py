"""A question's words, and filters, as queries of OpenSearch."""

from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from ingest.index import terms
from ingest.index.analysis import Term
from ingest.index.chunk_fields import ID_COLUMNS
from ingest.index.filters import is_plain_text
from ingest.index.opensearch.client import JSON
from ingest.index.opensearch.statistics import Lexicon, LuceneStatistics
from ingest.index.scoring import K1
from ingest.index.spelling import near_spellings

CHUNKS: JSON = {"term": {"all_docs": "1"}}
"""All chunks, but nothing that stands beside them."""

NOTHING: JSON = {"match_none": {}}

_MOST_CLAUSES = 700  # of a question; OpenSearch takes 1,024 in all, filters included
_MOST_VALUES = 65_000  # of one query of terms

Conditions = list[JSON]  # all must hold; none means everything


class LuceneClauses:
    """Lucene's BM25 lacks the factor k1 + 1 of Tantivy's: all scores here are without it."""

    def __init__(self, lexicon: Lexicon, statistics: LuceneStatistics, similar: Callable[[str], Iterable[str]]) -> None:
        self._lexicon = lexicon
        self._statistics = statistics
        self._similar = similar

    def any_of(self, field: str, term: Term, weight: float) -> JSON:
        forms = [
            {"term": {field: {"value": form, "boost": weight / self._statistics.bm25_idf(field, form)}}}
            for form in term
            if self._lexicon.doc_freq(field, form)  # the number of clauses is limited, and most forms are in no chunk
        ]
        return forms[0] if len(forms) == 1 else {"dis_max": {"queries": forms}}

    def any_number(self, number: Term, score: float) -> JSON:
        return {"constant_score": {"filter": {"terms": {"numbers": list(number)}}, "boost": score / (K1 + 1)}}

    def near_spellings(self, word: str) -> Term:
        near = near_spellings(word, self._similar)
        self._lexicon.look_up({"text": near, "copied": near})
        return near


class QueryDialect:
    """Filters as queries; they never add to a score."""

    def one_of(self, field: str, values: list[Any]) -> Conditions | None:
        if field in ("id", *ID_COLUMNS) and all(map(is_plain_text, values)):
            return [_one_of("chunk_id" if field == "id" else field, values)]
        return _with_attribute(terms.one_of(field, values, _may_have_large))

    def compared(self, field: str, operator: str, value: Any) -> Conditions | None:
        return _with_attribute(terms.compared(field, operator, value, _may_have_large))

    def every(self, conditions: list[Conditions]) -> Conditions:
        return [query for condition in conditions for query in condition]

    def some(self, conditions: list[Conditions]) -> Conditions:
        return [] if [] in conditions else [any_of(all_of(condition) for condition in conditions)]

    def none(self, condition: Conditions) -> Conditions:
        return [{"bool": {"must_not": [all_of(condition)]}}] if condition else [NOTHING]


def within_limit(clauses: list[JSON]) -> list[JSON]:
    """As many of them as one query may have, with their parts: of a pasted page in many languages, not all bigrams."""
    sizes = accumulate(len(clause["dis_max"]["queries"]) if "dis_max" in clause else 1 for clause in clauses)
    return [clause for clause, size in zip(clauses, sizes, strict=True) if size <= _MOST_CLAUSES]


def all_of(queries: Iterable[JSON]) -> JSON:
    return {"bool": {"filter": list(queries)}}


def any_of(queries: Iterable[JSON]) -> JSON:
    found = list(queries)
    return {"bool": {"should": found, "minimum_should_match": 1}} if found else NOTHING


def _may_have_large(_key: str) -> bool:
    """Whether one has would be one more request, for numbers beyond 2^53: they are compared on the documents."""
    return True


def _with_attribute(terms: list[str] | None) -> Conditions | None:
    return None if terms is None else [_one_of("attributes", terms)]


def _one_of(field: str, values: list[str]) -> JSON:
    parts = [values[first : first + _MOST_VALUES] for first in range(0, len(values), _MOST_VALUES)]
    return any_of({"terms": {field: part}} for part in parts)
