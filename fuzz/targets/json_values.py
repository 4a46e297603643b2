"""The count of values in a JSON text, beside that of a parser: never too low, and at most twice as high."""

import json
from typing import Any

from fuzz.target import Target, literals
from rag_api.http.json_values import count

MOST = 50


def check(data: bytes) -> None:
    told = count(data, MOST)
    assert told >= 1
    try:
        true = values(json.loads(data))
    except (ValueError, RecursionError):
        return
    assert min(true, MOST + 1) <= told, f"{true} values, counted as {told}"
    assert told <= max(2 * true, MOST + 1) or told <= MOST, f"{true} values, counted as {told}"


def values(value: Any) -> int:
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values, within))


SEEDS = [b'{"a": [1, "\\"", {"b": "\\\\"}], "c": {}}', b'["\\\\\\"", "[,{", {}, []]', b'""', b"1"]
TARGET = Target(check, [*SEEDS, *literals("tests/rag_api/v1/test_transport_api.py")], tokens=['"', "\\", "[", "{", ","])
