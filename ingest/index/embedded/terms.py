"""Filters as conditions on the terms of a Tantivy index; they never add to a score."""

from typing import Any

from tantivy import Occur, Query, Schema, Searcher

from ingest.index import terms
from ingest.index.chunk_fields import ID_COLUMNS
from ingest.index.filters import is_plain_text

_MOST_COUNTED = 100  # values counted to see whether they cover everything

Conditions = list[Query]  # all must hold; none means everything


class TermDialect:
    def __init__(self, schema: Schema, searcher: Searcher, chunks: int) -> None:
        self._schema = schema
        self._searcher = searcher
        self._chunks = chunks

    def one_of(self, field: str, values: list[Any]) -> Conditions | None:
        if field in ID_COLUMNS and all(map(is_plain_text, values)):
            return [] if self._is_everything(field, values) else [self._one_of_terms(field, values)]
        return self._with_attribute(terms.one_of(field, values, self._has_large))

    def compared(self, field: str, operator: str, value: Any) -> Conditions | None:
        return self._with_attribute(terms.compared(field, operator, value, self._has_large))

    def every(self, conditions: list[Conditions]) -> Conditions:
        return [query for condition in conditions for query in condition]

    def some(self, conditions: list[Conditions]) -> Conditions:
        if [] in conditions:
            return []
        return [Query.boolean_query([(Occur.Should, all_of(condition)) for condition in conditions])]

    def none(self, condition: Conditions) -> Conditions:
        if not condition:
            return [Query.empty_query()]
        return [Query.boolean_query([(Occur.Must, everything(self._schema)), (Occur.MustNot, all_of(condition))])]

    def _with_attribute(self, terms: list[str] | None) -> Conditions | None:
        return None if terms is None else [self._one_of_terms("attributes", terms)]

    def _has_large(self, key: str) -> bool:
        return bool(self._searcher.doc_freq("attributes", terms.large(key)))

    def _one_of_terms(self, field: str, terms: list[str]) -> Query:
        if len(terms) == 1:  # a set is made an automaton, which takes longer than to find the term
            return Query.term_query(self._schema, field, terms[0], "basic")
        return Query.term_set_query(self._schema, field, terms)

    def _is_everything(self, field: str, values: list[str]) -> bool:
        # Most people have one store: a search without a filter then finds the same in half the time.
        found = set(values) if len(values) <= _MOST_COUNTED else ()
        return sum(self._searcher.doc_freq(field, value) for value in found) == self._chunks


def everything(schema: Schema) -> Query:
    """All chunks, but nothing that stands beside them."""
    return Query.term_query(schema, "all_docs", "1", "basic")


def all_of(queries: Conditions) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
