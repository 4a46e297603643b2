"""Answers to Haystack's questions about metadata: fields, types and values."""

import json
from collections.abc import Iterable
from typing import Any

from haystack import Document

_TYPES = {bool: "boolean", int: "int", float: "float"}


def fields_info(documents: Iterable[Document]) -> dict[str, dict[str, str]]:
    return {
        key: {"type": _TYPES.get(type(value), "keyword")}
        for document in documents
        for key, value in document.meta.items()
        if value is not None
    }


def min_max(documents: Iterable[Document], field: str) -> dict[str, Any]:
    """The least and the greatest, of numbers or of texts; None if there are none, or both kinds."""
    values = [value for value in _values(documents, field) if isinstance(value, int | float | str)]
    if len({isinstance(value, str) for value in values}) != 1:
        return {"min": None, "max": None}
    return {"min": min(values), "max": max(values)}


def unique(documents: Iterable[Document], field: str) -> list[Any]:
    """The distinct values in the order of their text; 1, 1.0, "1" and true are distinct."""
    values = {json.dumps(value, sort_keys=True): value for value in _values(documents, field)}
    return [value for _, value in sorted(values.items(), key=lambda item: (str(item[1]), item[0]))]


def count_unique(documents: list[Document], fields: list[str]) -> dict[str, int]:
    return {field.removeprefix("meta."): len(unique(documents, field)) for field in fields}


def _values(documents: Iterable[Document], field: str) -> Iterable[Any]:
    key = field.removeprefix("meta.")
    return (value for document in documents if (value := document.meta.get(key)) is not None)
