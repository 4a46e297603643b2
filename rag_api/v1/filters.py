"""Filters on the attributes of files: as requests have them, and as Haystack reads them."""

from collections import defaultdict
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, field_validator

from ingest.records.attributes import AttributeValue, equality_field, order_field
from rag_api.v1.body import Body, Float, Integer, in_one_sentence
from rag_api.v1.limits import CLAUSES, DEPTH, VALUE, VALUES, Key

Value = Annotated[str, Field(max_length=VALUE)]

LISTS = ("in", "nin")
ORDER = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
NOTHING: dict[str, Any] = {"operator": "OR", "conditions": []}


class Comparison(Body):
    """Compares an attribute with a value.

    An attribute that is missing, or of another type, is not equal to the value, nor before or after it. Numbers have an
    order, and so do texts that are ISO 8601 dates.
    """

    type: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    key: Key
    value: Annotated[
        Value
        | bool
        | Integer
        | Float
        | Annotated[list[Value | Integer | Float], Field(max_length=VALUES, fail_fast=True)],
        in_one_sentence(
            f"a text of at most {VALUE} characters, a number, true or false, or for 'in' and 'nin' a list of at most "
            f"{VALUES:,} texts and numbers"
        ),
    ]

    @field_validator("value", mode="after")
    @classmethod
    def _lists_go_with_in_and_nin(cls, value: Any, info: ValidationInfo) -> Any:
        wanted = info.data.get("type")
        if wanted and isinstance(value, list) != (wanted in LISTS):
            raise ValueError(f"'{wanted}' takes {'a list' if wanted in LISTS else 'a single value'}")
        return value


class Compound(Body):
    """Filters of which all, or any, have to hold."""

    type: Literal["and", "or"]
    filters: "Annotated[list[Filter], Field(max_length=CLAUSES, fail_fast=True)]"


def _tag(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return "compound-filter" if kind in ("and", "or") else "comparison-filter"


Filter = Annotated[
    Annotated[Comparison, Tag("comparison-filter")] | Annotated[Compound, Tag("compound-filter")],
    Discriminator(_tag),
]
Compound.model_rebuild()


def _bounded(filter: Any) -> Any:
    """Looked at before the parts are read one by one. Raises `ValueError`."""
    clauses = values = 0
    level = [filter]
    for _ in range(DEPTH):
        clauses += len(level)
        named = [part.get("value") for part in level if isinstance(part, dict)]
        values += sum(len(value) for value in named if isinstance(value, list))
        if clauses > CLAUSES:
            raise ValueError(f"a filter has at most {CLAUSES} clauses, those in others included")
        if values > VALUES:
            raise ValueError(f"a filter has at most {VALUES:,} values in all its lists")
        inner = [part.get("filters") for part in level if isinstance(part, dict)]
        level = [part for parts in inner if isinstance(parts, list) for part in parts[: CLAUSES + 1]]
        if not level:
            return filter
    raise ValueError(f"the clauses of a filter are at most {DEPTH} deep")


WholeFilter = Annotated[Filter, BeforeValidator(_bounded)]


def haystack_filter(filter: Comparison | Compound) -> dict[str, Any]:
    """The filter for chunks whose `meta.attributes` come from `ingest.records.attributes.index_fields`."""
    if isinstance(filter, Compound):
        return {"operator": filter.type.upper(), "conditions": [haystack_filter(part) for part in filter.filters]}
    if isinstance(filter.value, list):
        return _among(filter.key, filter.value, negated=filter.type == "nin")
    if filter.type in ORDER:
        ordered = order_field(filter.key, filter.value)
        return _condition(ordered[0], ORDER[filter.type], ordered[1]) if ordered else NOTHING
    return _among(filter.key, [filter.value], negated=filter.type == "ne")


def _among(key: str, values: list[AttributeValue], *, negated: bool) -> dict[str, Any]:
    by_field: dict[str, list[AttributeValue]] = defaultdict(list)
    for value in values:
        field, kept = equality_field(key, value)
        by_field[field].append(kept)
    operator, joined = ("not in", "AND") if negated else ("in", "OR")
    conditions = [_condition(field, operator, kept) for field, kept in by_field.items()]
    return conditions[0] if len(conditions) == 1 else {"operator": joined, "conditions": conditions}


def _condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": f"meta.attributes.{field}", "operator": operator, "value": value}
