"""Haystack filters, said as far as possible in a backend's own language; the rest is left to Haystack.

A part is only translated when the backend means exactly what `document_matches_filter` means by it.
"""

import re
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from haystack.errors import FilterError
from haystack.utils.filters import COMPARISON_OPERATORS, LOGICAL_OPERATORS
from tantivy import Occur, Query, Schema

from ingest.index.embedded.rows import ID_COLUMNS, Where

Filters = dict[str, Any]
Condition = TypeVar("Condition")

_LONGEST_VALUE = 1000  # characters; a term has a length limit in the index
_LARGEST_NUMBER = 2**53  # beyond, integers and floats no longer say the same
_ISO_DATE = re.compile(r"\d{4}-")  # such strings are equal to Haystack when they are the same moment
_ATTRIBUTE = re.compile(r"attributes\.([\w-]+)")


class Language(Protocol[Condition]):
    def one_of(self, field: str, values: list[Any]) -> Condition | None:
        """The field (without "meta.") has one of these values; None if that cannot be said exactly."""

    def every(self, conditions: list[Condition]) -> Condition: ...

    def some(self, conditions: list[Condition]) -> Condition: ...

    def none(self, condition: Condition) -> Condition: ...


def split(filters: Filters | None, language: Language[Condition]) -> tuple[Condition, Filters | None]:
    """What the backend can apply, and the filters that are still to be checked on each document."""
    said: list[Condition] = []
    unsaid: list[Filters] = []
    for part in _conjuncts(filters) if filters else []:
        condition = _translate(part, language)
        if condition is None:
            unsaid.append(part)
        else:
            said.append(condition)
    return language.every(said), {"operator": "AND", "conditions": unsaid} if unsaid else None


def _conjuncts(filters: Filters) -> list[Filters]:
    if "field" not in filters and filters.get("operator") == "AND" and "conditions" in filters:
        return [part for condition in filters["conditions"] for part in _conjuncts(condition)]
    return [filters]


def _translate(filters: Filters, language: Language[Condition]) -> Condition | None:
    if "field" not in filters:
        operator, conditions = _of(filters, "operator"), _of(filters, "conditions")
        if operator not in LOGICAL_OPERATORS:
            raise FilterError(f"Unknown logical operator '{operator}'. Known: {', '.join(LOGICAL_OPERATORS)}.")
        parts = [_translate(condition, language) for condition in conditions]
        said = [part for part in parts if part is not None]
        if len(said) < len(parts):
            return None
        if operator == "OR":
            return language.some(said)
        return language.every(said) if operator == "AND" else language.none(language.every(said))

    field, operator, value = filters["field"], _of(filters, "operator"), _of(filters, "value")
    if operator not in COMPARISON_OPERATORS:
        raise FilterError(f"Unknown comparison operator '{operator}'. Known: {', '.join(COMPARISON_OPERATORS)}.")
    if operator in ("in", "not in") and not isinstance(value, list):
        raise FilterError(f"The value for '{operator}' must be a list, not {type(value).__name__}.")
    if operator not in ("==", "!=", "in", "not in"):
        return None
    # A field without a dot is looked up in meta, as Haystack does; with one, only "meta." leads there.
    name = field.removeprefix("meta.")
    if "." in field and name == field:
        return None
    same = language.one_of(name, value if operator in ("in", "not in") else [value])
    if same is None:
        return None
    return same if operator in ("==", "in") else language.none(same)


def _of(filters: Filters, key: str) -> Any:
    if key not in filters:
        raise FilterError(f"'{key}' is missing in the filter {filters}.")
    return filters[key]


class RowLanguage:
    """Conditions on chunk rows."""

    def one_of(self, field: str, values: list[Any]) -> Where | None:
        if field not in ID_COLUMNS or not all(map(_is_plain_text, values)):
            return None
        return Where.one_of(field, values)

    def every(self, conditions: list[Where]) -> Where:
        return _joined(conditions, " AND ", "1")

    def some(self, conditions: list[Where]) -> Where:
        return _joined(conditions, " OR ", "0")

    def none(self, condition: Where) -> Where:
        return Where(f"({condition.sql}) IS NOT TRUE", condition.parameters)  # null, too, is not one of them


def _joined(conditions: list[Where], word: str, empty: str) -> Where:
    sql = word.join(f"({condition.sql})" for condition in conditions)
    return Where(sql or empty, tuple(p for condition in conditions for p in condition.parameters))


class TermLanguage:
    """Conditions on indexed terms, none of which adds to a score."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def one_of(self, field: str, values: list[Any]) -> Query | None:
        if field in ID_COLUMNS and all(map(_is_plain_text, values)):
            return Query.term_set_query(self._schema, field, values)
        if _ATTRIBUTE.fullmatch(field) and all(_is_plain_text(v) or _is_plain_number(v) for v in values):
            terms = [term for value in values for term in _equal_terms(value)]
            return self.some([Query.term_query(self._schema, field, term) for term in terms])
        return None

    def every(self, conditions: list[Query]) -> Query:
        if len(conditions) == 1:
            return conditions[0]
        return Query.boolean_query([(Occur.Must, c) for c in conditions]) if conditions else Query.all_query()

    def some(self, conditions: list[Query]) -> Query:
        return Query.boolean_query([(Occur.Should, condition) for condition in conditions])

    def none(self, condition: Query) -> Query:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, condition)])


def attribute_terms(attributes: Any) -> dict[str, str | int | float | bool]:
    """The attributes that a filter may ask for by a term."""
    if not isinstance(attributes, dict):
        return {}
    return {
        key: _canonical(value)
        for key, value in attributes.items()
        if _ATTRIBUTE.fullmatch(f"attributes.{key}") and (_is_plain_text(value) or _is_plain_number(value))
    }


def _is_plain_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_VALUE and not _ISO_DATE.match(value)


def _is_plain_number(value: Any) -> bool:
    return isinstance(value, int | float) and -_LARGEST_NUMBER < value < _LARGEST_NUMBER


def _canonical(value: str | int | float | bool) -> str | int | float | bool:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _equal_terms(value: Any) -> Iterable[Any]:
    """In Python, and so in Haystack, true is 1 and false is 0."""
    yield _canonical(value)
    if not isinstance(value, str) and value in (0, 1):
        yield int(value) if isinstance(value, bool) else bool(value)
