"""The count of values in a JSON text, beside that of a parser: never too low, at most twice as high, in any pieces."""

import json
from typing import Any, NamedTuple

from fuzz.target import Target, first_difference, literals
from ingest.json_values import Values, count

MOST = 50


class Object(NamedTuple):
    pairs: list[tuple[str, Any]]  # of which several may have the same name


def check(data: bytes) -> None:
    told = count(data, MOST)
    in_pieces = Values()
    for at in range(len(data)):
        in_pieces.add(data[at : at + 1])
    first_difference(min(in_pieces.count, MOST + 1), told)
    try:
        true = within(json.loads(data, object_pairs_hook=Object))
    except (ValueError, RecursionError):
        return
    assert min(true, MOST + 1) <= told <= 2 * true + 1, f"{true} values, counted as {told}"


def within(value: Any) -> int:
    """The values in this one, at all depths."""
    parts = [part for _, part in value.pairs] if isinstance(value, Object) else value if isinstance(value, list) else []
    return len(parts) + sum(map(within, parts))


SEEDS = [b'{"a": [1, "\\"", {"b": "\\\\"}], "c": {}, "c": 1}', b'["\\\\\\"", "[,{", {}, []]', b'""', b"1"]
TARGET = Target(check, [*SEEDS, *literals("tests/rag_api/v1/test_transport_api.py")], tokens=['"', "\\", "[", "{", ","])
