"""Twice as long a field costs at most some twice the work, whatever route it is sent to.

The fields are those of the OpenAPI document, so a new one is tried by itself. Work is counted in calls of functions, in
all threads that answer.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, NamedTuple

import pytest
from httpx2 import Response

from tests.official_client import MakeClient, http_of, put

pytestmark = pytest.mark.slow

MOST = 2.6
UNHEARD = 3_000  # calls: threads that begin, caches that are emptied
CHARACTERS, ITEMS = 1_800, 60  # to begin with, where twice as many are allowed
OTHERS = ("ingest", "expiry", "MainThread")  # threads that do something else

Schema = dict[str, Any]


class Field(NamedTuple):
    name: str
    value: Callable[[int], Any]
    """The smallest value with so much in this field."""
    most: int
    begin: int


class Growing:
    """What grows in a value of a schema."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self._schemas = schemas
        self._random = random.Random(1)

    def fields(self, schema: Schema, seen: tuple[str, ...] = ()) -> Iterator[Field]:
        if name := schema.get("$ref", "").rpartition("/")[2]:
            if name not in seen:
                yield from self.fields(self._schemas[name], (*seen, name))
            return
        for either in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
            yield from self.fields(either, seen)
        match schema.get("type"):
            case "string" if schema.keys().isdisjoint(("enum", "const", "pattern", "format")):
                yield Field("", self.text, schema["maxLength"], CHARACTERS)
            case "array":
                items = schema["items"]
                yield Field("[]", lambda n: [self.smallest(items)] * n, schema["maxItems"], ITEMS)
                yield from (_within(each, "[0]", lambda value: [value]) for each in self.fields(items, seen))
            case "object":
                yield from self._of_object(schema, seen)

    def _of_object(self, schema: Schema, seen: tuple[str, ...]) -> Iterator[Field]:
        smallest = self.smallest(schema)
        for key, its in schema.get("properties", {}).items():
            for each in self.fields(its, seen):
                yield _within(each, f".{key}", lambda value, key=key: {**smallest, key: value})  # type: ignore[misc]
        if schema.get("additionalProperties"):
            yield Field(".*", lambda n: {**smallest, "content": self.text(n)}, CHARACTERS * 2, CHARACTERS)
            most = schema.get("maxProperties", ITEMS * 2)
            yield Field(".*s", lambda n: {**smallest, **{f"x{i}": "x" for i in range(n)}}, most, ITEMS)

    def smallest(self, schema: Schema) -> Any:
        schema = self._schemas[name] if (name := schema.get("$ref", "").rpartition("/")[2]) else schema
        if kinds := schema.get("anyOf") or schema.get("oneOf"):
            return self.smallest(kinds[0])
        if "const" in schema or "enum" in schema:
            return schema.get("const") or schema["enum"][0]
        match schema.get("type"):
            case "string":
                return "a" * schema.get("minLength", 1)
            case "integer" | "number":
                return max(schema.get("minimum", 1), 1)
            case "boolean":
                return False
            case "array":
                return [self.smallest(schema["items"])] * schema.get("minItems", 0)
        properties = schema.get("properties", {})
        smallest = {key: self.smallest(properties[key]) for key in schema.get("required", ())}
        return smallest if properties or schema.get("additionalProperties") is False else HELLO

    def text(self, characters: int) -> str:
        """Words of Latin letters, Han and Thai without blanks, accents by the hundred: all of them new."""
        parts: list[str] = []
        length = 0
        while length < characters:
            parts += ["".join(self._random.choices("abcdefghijklmnopqrstuvwxyzäé", k=7)) for _ in range(20)]
            parts += ["".join(map(chr, self._random.choices(range(0x4E00, 0x9F00), k=100)))]
            parts += ["".join(map(chr, self._random.choices(range(0xE01, 0xE2E), k=100))), "a" + "\u0301\u0323" * 100]
            length = sum(map(len, parts)) + len(parts)
        return " ".join(parts)[:characters]


HELLO = {"role": "user", "content": "What do herons eat?"}


def _within(field: Field, place: str, put_in: Callable[[Any], Any]) -> Field:
    return field._replace(name=place + field.name, value=lambda n: put_in(field.value(n)))


class Work:
    """Calls of functions, in each thread that begins within the block."""

    def __init__(self) -> None:
        self._calls: Counter[int] = Counter()

    def __enter__(self) -> "Work":
        threading.setprofile(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        threading.setprofile(None)

    def _hear(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            self._calls[threading.get_ident()] += 1

    def of(self, work: Callable[[], Response]) -> tuple[int, int]:
        """How many are made, and the status of the answer."""
        before = self._counted()
        status = work().status_code
        return self._counted() - before, status

    def _counted(self) -> int:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        return sum(calls for ident, calls in self._calls.items() if not names.get(ident, "").startswith(OTHERS))


def test_twice_the_length_is_at_most_some_twice_the_work(new_client: MakeClient) -> None:
    with Work() as work:
        client = new_client()
        http = http_of(client)
        put(client, "herons.txt", "Herons eat fish, and frogs in spring. " * 20)
        ids = {
            "store_id": "vs_default",
            "file_id": client.files.list().data[0].id,
            "conversation_id": client.conversations.create().id,
        }
        document = http.get("/openapi.json").json()
        growing = Growing(document["components"]["schemas"])
        http.event_hooks = {}  # what is sent here has no shape of OpenAI's
        tried, faults, least = 0, [], UNHEARD
        for path, operations in document["paths"].items():
            url = path.format_map({**dict.fromkeys(_names(path), "none"), **ids})
            content = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
            for field in growing.fields(content["schema"]) if content else ():
                first = min(field.begin, field.most // 2)
                small, status = work.of(partial(http.post, url, json=field.value(first)))
                large, its = work.of(partial(http.post, url, json=field.value(2 * first)))
                tried, least = tried + 1, min(least, small)
                if large > MOST * small + UNHEARD or max(status, its) >= 500:
                    faults.append((url, field.name, small, large, status, its))
    assert faults == []
    assert tried > 300
    assert least > 300  # the threads that answer are heard


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)
