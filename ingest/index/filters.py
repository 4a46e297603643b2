"""Haystack filters, translated into a backend's own conditions as far as possible; Haystack checks the rest.

A part is translated only if the backend means exactly what `document_matches_filter` does.
"""

import re
from typing import Any, Protocol, TypeVar

from haystack.errors import FilterError
from haystack.utils.filters import COMPARISON_OPERATORS, LOGICAL_OPERATORS

Filters = dict[str, Any]
Condition = TypeVar("Condition")

LONGEST_TEXT = 1000  # characters; a term has a length limit in the index
_ISO_DATE = re.compile(r"\d{4}-")  # Haystack compares such texts as moments


class FilterDialect(Protocol[Condition]):
    def one_of(self, field: str, values: list[Any]) -> Condition | None:
        """The field (without "meta.") has one of these values; None if the backend cannot say exactly that."""

    def compared(self, field: str, operator: str, value: Any) -> Condition | None:
        """The field is `<`, `<=`, `>` or `>=` the value; None if the backend cannot say exactly that."""

    def every(self, conditions: list[Condition]) -> Condition: ...

    def some(self, conditions: list[Condition]) -> Condition: ...

    def none(self, condition: Condition) -> Condition: ...


def split(filters: Filters | None, dialect: FilterDialect[Condition]) -> tuple[Condition, Filters | None]:
    """The condition for the backend, and the residual filters, to be checked on each document. Raises Haystack's
    `FilterError`."""
    translated: list[Condition] = []
    residual: list[Filters] = []
    for part in _conjuncts(filters) if filters else []:
        condition = _translate(part, dialect)
        if condition is None:
            residual.append(part)
        else:
            translated.append(condition)
    return dialect.every(translated), {"operator": "AND", "conditions": residual} if residual else None


def _conjuncts(filters: Filters) -> list[Filters]:
    if "field" not in filters and filters.get("operator") == "AND" and "conditions" in filters:
        return [part for condition in filters["conditions"] for part in _conjuncts(condition)]
    return [filters]


def _translate(filters: Filters, dialect: FilterDialect[Condition]) -> Condition | None:
    if "field" not in filters:
        operator, conditions = _of(filters, "operator"), _of(filters, "conditions")
        if operator not in LOGICAL_OPERATORS:
            raise FilterError(f"Unknown logical operator '{operator}'. Known: {', '.join(LOGICAL_OPERATORS)}.")
        parts = [_translate(condition, dialect) for condition in conditions]
        translated = [part for part in parts if part is not None]
        if len(translated) < len(parts):
            return None
        if operator == "OR":
            return dialect.some(translated)
        return dialect.every(translated) if operator == "AND" else dialect.none(dialect.every(translated))

    field, operator, value = filters["field"], _of(filters, "operator"), _of(filters, "value")
    if operator not in COMPARISON_OPERATORS:
        raise FilterError(f"Unknown comparison operator '{operator}'. Known: {', '.join(COMPARISON_OPERATORS)}.")
    if operator in ("in", "not in") and not isinstance(value, list):
        raise FilterError(f"The value for '{operator}' must be a list, not {type(value).__name__}.")
    # As in Haystack, a field without a dot is one of meta, but for `id`; with a dot, only if it begins with "meta.".
    name = field.removeprefix("meta.")
    if ("." in field and name == field) or field == "meta.id":
        return None
    if operator in ("<", "<=", ">", ">="):
        return dialect.compared(name, operator, value)
    same = dialect.one_of(name, value if operator in ("in", "not in") else [value])
    if same is None:
        return None
    return same if operator in ("==", "in") else dialect.none(same)


def _of(filters: Filters, key: str) -> Any:
    if key not in filters:
        raise FilterError(f"'{key}' is missing in the filter {filters}.")
    return filters[key]


def is_plain_text(value: Any) -> bool:
    """Whether Haystack takes this text as equal only to itself."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not _ISO_DATE.match(value)
