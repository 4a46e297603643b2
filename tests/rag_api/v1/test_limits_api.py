"""What is longer, deeper or more than a request may be is refused, with the name of its field."""

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI
from pydantic import Field, ValidationError

from ingest import json_values
from rag_api.v1 import ROUTERS, limits
from rag_api.v1.body import Body
from rag_api.v1.reference import Documented
from tests.official_client import put

CLIENTS_MD = Path(__file__).parents[3] / "docs" / "clients.md"


def document() -> dict[str, Any]:
    app = Documented(keys=False)
    for router in ROUTERS:
        app.include_router(router)
    return app.openapi()


def unlimited(schema: dict[str, Any], schemas: dict[str, Any], place: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The places in a schema that hold any number of characters, of items or of keys."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        if name not in seen:
            yield from unlimited(schemas[name], schemas, place, (*seen, name))
        return
    for either in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield from unlimited(either, schemas, place, seen)
    match schema.get("type"):
        case "string" if schema.keys().isdisjoint(("enum", "const", "maxLength", "pattern", "format")):
            yield place
        case "array":
            yield from [] if "maxItems" in schema else [place]
            yield from unlimited(schema["items"], schemas, f"{place}[]", seen)
        case "object":
            its = schema.get("additionalProperties")
            # A chat passes on what it does not know; the number of values in a body has a limit of its own.
            yield from [place] if its and "maxProperties" not in schema and place != "post /v1/chat/completions" else []
            for key, value in [*schema.get("properties", {}).items(), *([("*", its)] if isinstance(its, dict) else [])]:
                yield from unlimited(value, schemas, f"{place}.{key}", seen)


def test_the_document_has_a_limit_for_each_field_of_a_body() -> None:
    whole = document()
    bodies = {
        f"{method} {path}": content["schema"]
        for path, operations in whole["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    schemas = whole["components"]["schemas"]
    assert len(bodies) > 15
    assert [place for name, body in bodies.items() for place in unlimited(body, schemas, name)] == []


def test_the_limits_are_those_that_the_documents_list() -> None:
    listed = CLIENTS_MD.read_text().partition("\n## Limits\n")[2].partition("\n## ")[0]
    set_here = {name: value for name, value in vars(limits).items() if isinstance(value, int)}
    assert len(set_here) > 20
    told = {name: (f" {value:,} ", f" {value >> 20} MB") for name, value in set_here.items()}
    assert [name for name, forms in told.items() if not any(form in listed for form in forms)] == []


def chat(content: Any, **others: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/chat/completions", {"messages": [{"role": "user", "content": content}], **others}


def search(query: Any = "birds", **others: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/vector_stores/vs_default/search", {"query": query, **others}


def response(input: Any, **others: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/responses", {"input": input, **others}


def compaction(said: bytes) -> dict[str, str]:
    return {"type": "compaction", "encrypted_content": base64.urlsafe_b64encode(zlib.compress(said)).decode()}


def nested(depth: int) -> dict[str, Any]:
    filter: dict[str, Any] = {"type": "eq", "key": "a", "value": 1}
    for _ in range(depth):
        filter = {"type": "and", "filters": [filter]}
    return filter


HI = {"role": "user", "content": "Hi"}
LONG = "a b " * 250_000
WITHIN = LONG[:790_000]
CLAUSE = {"type": "gt", "key": "a", "value": 1}
FUNCTION = {"type": "function", "name": "f"}

BEYOND: dict[str, tuple[tuple[str, dict[str, Any]], str]] = {
    "a text": (chat(LONG), "messages[0].content"),
    "a part of a message": (chat([{"type": "text", "text": LONG}]), "messages[0].content"),
    "all texts": (
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": WITHIN}] * 6}),
        "messages",
    ),
    "messages": (("/v1/chat/completions", {"messages": [HI] * 5_001}), "messages"),
    "parts": (chat([{"type": "text", "text": "a"}] * 1_001), "messages[0].content"),
    "tools": (chat("Hi", tools=[{"type": "function", "function": {"name": "f"}}] * 513), "tools"),
    "stores": (chat("Hi", vector_store_ids=["vs_default"] * 101), "vector_store_ids"),
    "a stop text": (chat("Hi", stop=["a" * 1_025]), "stop"),
    "the input": (response(LONG), "input"),
    "a text of an item": (response([{"role": "user", "content": LONG}]), "input[0].content"),
    "instructions": (response("Hi", instructions=LONG), "instructions"),
    "items": (response([HI] * 5_001), "input"),
    "all texts of items": (response([{"role": "user", "content": WITHIN}] * 6), "input"),
    "tools of a response": (response("Hi", tools=[FUNCTION] * 513), "tools"),
    "include": (response("Hi", include=["file_search_call.results"] * 33), "include"),
    "items in compactions": (response([compaction(orjson.dumps([HI] * 2_501))] * 2), "input"),
    "an unpacked compaction": (response([compaction(orjson.dumps([HI] * 600_000)), HI]), "input"),
    "an unpacked compaction of small values": (response([compaction(b"[" + b"0," * 8_000_000 + b"0]"), HI]), "input"),
    "compactions": (response([compaction(b"[]")] * 17), "input"),
    "queries": (search(["birds"] * 33), "query"),
    "a query": (search("a" * 32_001), "query"),
    "clauses": (search(filters={"type": "or", "filters": [CLAUSE] * 201}), "filters"),
    "clauses in clauses": (
        search(filters={"type": "or", "filters": [{"type": "and", "filters": [CLAUSE] * 20}] * 10}),
        "filters",
    ),
    "the depth of a filter": (search(filters=nested(10)), "filters"),
    "a deep filter": (search(filters=nested(60)), "filters"),
    "values": (search(filters={"type": "in", "key": "a", "value": list(range(2_001))}), "filters"),
    "values in all": (
        search(filters={"type": "or", "filters": [{"type": "in", "key": "a", "value": list(range(201))}] * 10}),
        "filters",
    ),
    "a store's name": (("/v1/vector_stores", {"name": "a" * 513}), "name"),
    "the name of an upload": (
        ("/v1/uploads", {"filename": "a" * 513, "bytes": 1, "mime_type": "text/plain", "purpose": "assistants"}),
        "filename",
    ),
}


def test_what_is_beyond_a_limit_is_refused_by_name(http: TestClient) -> None:
    told = {}
    for name, ((path, body), _) in BEYOND.items():
        answer = http.post(path, content=orjson.dumps(body), headers={"content-type": "application/json"})
        told[name] = (answer.status_code, answer.json().get("error", {}).get("param"))
    assert told == {name: (400, param) for name, (_, param) in BEYOND.items()}


def test_what_is_within_the_limits_is_answered(client: OpenAI) -> None:
    put(client, "birds.txt", "Birds lay eggs in spring. The heron has grey feathers.")
    filter: Any = {"type": "or", "filters": [{"type": "and", "filters": [CLAUSE] * 9}] * 19}
    assert not client.vector_stores.search("vs_default", query=["birds"] * 32, filters=filter).data
    long: Any = {"role": "user", "content": f"{'the of ' * 110_000}\n\nWhat colour are the feathers of the heron?"}
    assert "grey feathers" in str(client.chat.completions.create(model="", messages=[long]).choices[0].message.content)
    assert "grey feathers" in client.responses.create(input=[long]).output_text


BAD_ITEMS: list[dict[str, Any]] = [
    compaction(b"no JSON"),
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{no JSON"},
    {"role": "user", "content": LONG},
]


@pytest.mark.parametrize("item", BAD_ITEMS, ids=["compaction", "arguments", "text"])
def test_what_is_refused_is_not_kept_in_a_conversation(client: OpenAI, http: TestClient, item: dict[str, Any]) -> None:
    conversation = client.conversations.create()
    for path in ("/v1/conversations", f"/v1/conversations/{conversation.id}/items"):
        assert http.post(path, json={"items": [item]}).status_code == 400
    assert http.post("/v1/responses", json={"input": [item], "conversation": conversation.id}).status_code == 400
    assert not client.conversations.items.list(conversation.id).data


def test_what_an_older_version_kept_does_not_stop_a_conversation(client: OpenAI, http: TestClient) -> None:
    conversation = client.conversations.create(items=[{"role": "user", "content": "My name is Ada."}])
    history = http.app_state["history"]
    kept = [{**item, "id": f"old_{n}", "status": "completed"} for n, item in enumerate(BAD_ITEMS[:2])]
    orphan = {"type": "function_call_output", "call_id": "gone", "output": "1"}
    kept.append({**orphan, "id": "old_3", "status": "completed"})
    history.conversations.add_items(conversation.id, kept)
    assert client.responses.create(input="Hello", conversation=conversation.id).status == "completed"


def test_the_values_of_a_body_are_counted_before_it_is_read(http: TestClient) -> None:
    for body in (b'[{"":0}' + b',{"":0}' * 300_000 + b"]", b"[" + b'"",' * 900_000 + b'""]', b"[" * 300_000):
        answer = http.post("/v1/responses", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, "values" in answer.json()["error"]["message"]) == (413, True)


@pytest.mark.parametrize(
    "value",
    [0, "a", [], {}, [1, 2, [3]], {"a": {"b": [1, {}]}, "c": 'x,"[{'}, ['\\"', "\\\\", '"', ",,,[[[{{{"], {'"': "\\"}],
)
def test_values_are_counted_without_what_stands_in_texts(value: Any) -> None:
    def of(each: Any) -> int:
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        return 1 + sum(map(of, inner))

    text = orjson.dumps(value)
    assert of(value) <= 1 + json_values.count(text, 100) <= 1 + 2 * of(value)


def test_of_many_unknown_parameters_one_is_told() -> None:
    class Asked(Body):
        name: str = Field(alias="called")
        size: int = 0

    with pytest.raises(ValidationError) as refused:
        Asked.model_validate({"called": "a", **{f"k{n}": n for n in range(1_000)}, "size": 1})
    assert [error["loc"] for error in refused.value.errors()] == [("k0",)]
