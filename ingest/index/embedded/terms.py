"""Filters as conditions on indexed terms; they never add to a score.

An attribute is indexed as a term of its key and its value. A number is written as 16 hexadecimal digits that sort as
numbers do, and each of its prefixes is a term too, so that a range of numbers takes a few hundred terms at most (the
prefix coding of Schindler and Diepenbroek, 2008).
"""

import math
import struct
from typing import Any

from tantivy import Occur, Query, Schema, Searcher

from ingest.index.embedded.filters import is_plain_text
from ingest.index.embedded.record import ID_COLUMNS

_DIGITS = "0123456789abcdef"
_PLACES = 16
_LONGEST_KEY = 1000  # characters; a term has a length limit in the index
_LARGEST = 2**53  # larger integers are not exact as floats
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
        terms = [self._attribute_term(field, value) for value in values]
        known = [term for term in terms if term is not None]
        return [self._one_of_terms("attributes", known)] if len(known) == len(terms) else None

    def compared(self, field: str, operator: str, value: Any) -> Conditions | None:
        term = None if isinstance(value, str) else self._attribute_term(field, value)
        if term is None:
            return None
        beyond = operator[0]
        start = len(term) - _PLACES
        terms = [
            term[:place] + digit
            for place in range(start, len(term))
            for digit in _DIGITS
            if (digit > term[place] if beyond == ">" else digit < term[place])
        ]
        if operator.endswith("="):
            terms.append(term)
        return [self._one_of_terms("attributes", terms)]

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

    def _attribute_term(self, field: str, value: Any) -> str | None:
        """The term that exactly the chunks with this attribute have, or None."""
        key = field.removeprefix("attributes.")
        if key == field or "." in key:
            return None
        if isinstance(value, int) and abs(value) > _LARGEST:
            return None
        is_large = isinstance(value, float) and abs(value) > _LARGEST
        return None if is_large and self._searcher.doc_freq("attributes", _large(key)) else _term(key, value)

    def _one_of_terms(self, field: str, terms: list[str]) -> Query:
        return Query.term_set_query(self._schema, field, terms)

    def _is_everything(self, field: str, values: list[str]) -> bool:
        # Most people have one store: a search without a filter then finds the same in half the time.
        found = set(values) if len(values) <= _MOST_COUNTED else ()
        return sum(self._searcher.doc_freq(field, value) for value in found) == self._chunks


def attribute_terms(attributes: Any) -> list[str]:
    """The terms to index; filters on anything else are checked on the documents."""
    terms: list[str] = []
    for key, value in attributes.items() if isinstance(attributes, dict) else ():
        is_large = isinstance(value, int) and abs(value) > _LARGEST
        if is_large:
            value = math.copysign(math.inf, value)  # greater than all numbers that are compared with it here
        term = _term(key, value)
        if term is None:
            continue
        if is_large:
            terms.append(_large(key))
        terms.append(term)
        if not isinstance(value, str):
            terms += [term[:-cut] for cut in range(1, _PLACES)]
    return terms


def _large(key: str) -> str:
    """What chunks have whose attribute is an integer that no float may equal."""
    return f"{key}\0large"


def _term(key: str, value: Any) -> str | None:
    if len(key) > _LONGEST_KEY or "\0" in key:
        return None
    if is_plain_text(value):
        return f"{key}\0text\0{value}"
    if isinstance(value, int | float) and not math.isnan(value):
        return f"{key}\0number\0{_sortable(value)}"
    return None


def _sortable(value: float) -> str:
    """Digits that sort as the numbers do; true is 1 and false is 0, as in Python and Haystack."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))  # + 0.0 turns -0.0 into 0.0
    flipped = bits ^ (2**64 - 1 if bits >> 63 else 1 << 63)
    return f"{flipped:0{_PLACES}x}"


def everything(schema: Schema) -> Query:
    """All chunks, but nothing that stands beside them."""
    return Query.term_query(schema, "all_docs", "1", "basic")


def all_of(queries: Conditions) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
