"""Filters as conditions on the rows in SQLite."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.index.chunk_fields import ID_COLUMNS
from ingest.index.filters import is_plain_text


@dataclass(frozen=True)
class Where:
    """A condition on rows, with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()

    @classmethod
    def one_of(cls, column: str, values: Iterable[str | int]) -> "Where":
        # One parameter for any number of values: the statement stays the same, below SQLite's limit.
        return cls(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),))


EVERYTHING = Where("1")


class RowDialect:
    """Filters as conditions on rows."""

    def one_of(self, field: str, values: list[Any]) -> Where | None:
        return Where.one_of(field, values) if field in ("id", *ID_COLUMNS) and all(map(is_plain_text, values)) else None

    def compared(self, field: str, operator: str, value: Any) -> Where | None:
        return None

    def every(self, conditions: list[Where]) -> Where:
        return _joined(conditions, " AND ", "1")

    def some(self, conditions: list[Where]) -> Where:
        return _joined(conditions, " OR ", "0")

    def none(self, condition: Where) -> Where:
        return Where(f"({condition.sql}) IS NOT TRUE", condition.parameters)  # null counts as false


def _joined(conditions: list[Where], word: str, empty: str) -> Where:
    sql = word.join(f"({condition.sql})" for condition in conditions)
    return Where(sql or empty, tuple(p for condition in conditions for p in condition.parameters))
