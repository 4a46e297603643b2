"""Filters on attributes: any JSON is refused or understood, and what is understood finds what its words say."""

import json
from typing import Any

from haystack import Document
from haystack.utils.filters import document_matches_filter
from pydantic import TypeAdapter

from fuzz.target import Target, first_difference
from ingest.index.embedded.where import RowDialect
from ingest.index.filters import split
from ingest.records.attributes import AttributeValue, index_fields
from rag_api.v1.filters import Comparison, Compound, WholeFilter, haystack_filter

FILTER: TypeAdapter[Comparison | Compound] = TypeAdapter(WholeFilter)
FILES: list[dict[str, AttributeValue]] = [
    {},
    {"year": 2021, "kind": "memo", "rare": True, "a.b": "1"},
    {"year": 1, "kind": "", "rare": False, "day": "2024-05-06"},
    {"year": -0.5, "kind": "2024-05-06", "rare": "true", "day": "2024-05-06T01:00:00+02:00"},
    {"year": "2021", "kind": 1, "rare": 1},
]
DOCUMENTS = [Document(meta={"attributes": index_fields(attributes)}) for attributes in FILES]


def check(data: bytes) -> None:
    try:
        parsed = json.loads(data)
        filter = FILTER.validate_python(parsed)
    except (ValueError, RecursionError):  # ValidationError is a ValueError
        return
    asked = haystack_filter(filter)
    split(asked, RowDialect())
    found = [document_matches_filter(asked, document) for document in DOCUMENTS]
    first_difference(found, [holds(filter, attributes) for attributes in FILES])


def holds(filter: Comparison | Compound, attributes: dict[str, AttributeValue]) -> bool:
    """The same in plain words."""
    if isinstance(filter, Compound):
        parts = [holds(part, attributes) for part in filter.filters]
        return all(parts) if filter.type == "and" else any(parts)
    kept = attributes.get(filter.key)
    if filter.type in ("gt", "gte", "lt", "lte"):
        return ordered(filter, kept)
    wanted = filter.value if isinstance(filter.value, list) else [filter.value]
    same = any(kind(value) == kind(kept) and value == kept for value in wanted)
    return same if filter.type in ("eq", "in") else not same


def ordered(filter: Comparison, kept: Any) -> bool:
    own = dict(index_fields({"_": kept})) if kept is not None else {}
    other = dict(index_fields({"_": filter.value})) if not isinstance(filter.value, list) else {}
    for field in ("number:_", "time:_"):
        if field in own and field in other:
            one, two = own[field], other[field]
            assert isinstance(one, int | float) and isinstance(two, int | float)
            return {"gt": one > two, "gte": one >= two, "lt": one < two, "lte": one <= two}[filter.type]
    return False


def kind(value: object) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


SEEDS = [
    {"type": "eq", "key": "kind", "value": "memo"},
    {"type": "ne", "key": "rare", "value": True},
    {"type": "nin", "key": "year", "value": [2021, 1, "2021"]},
    {"type": "gte", "key": "day", "value": "2024-05-05T23:00:00Z"},
    {"type": "lt", "key": "year", "value": 1.5},
    {"type": "or", "filters": [{"type": "in", "key": "a.b", "value": ["1"]}, {"type": "and", "filters": []}]},
]
TARGET = Target(
    check,
    [json.dumps(seed).encode() for seed in SEEDS],
    tokens=[*'"type": "key": "value": "filters": "gt" "lte" "nin" "or" "and" "year" "kind" "rare" "day"'.split()],
)
