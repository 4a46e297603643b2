"""What clients, proxies and monitors send beside what OpenAI's clients do."""

import gzip
import json
import logging
from typing import Any

import httpx2
import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from tests.official_client import corpus_of, put

QUESTION = {"role": "user", "content": "When was the pier built?"}
CALL = {"id": "c1", "type": "function", "function": {"name": "list_dir", "arguments": "{}"}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


def error_of(response: httpx2.Response, status: int = 400) -> Any:
    assert response.status_code == status, response.text
    return response.json()["error"]


@pytest.mark.parametrize("content", ["", [], [{"type": "text", "text": ""}]])
@pytest.mark.parametrize("role", ["tool", "user", "system"])
def test_a_message_may_be_empty(http: TestClient, role: str, content: Any) -> None:
    before: list[Any] = [QUESTION, {"role": "assistant", "content": None, "tool_calls": [CALL]}]
    before += [{"role": "tool", "tool_call_id": "c1", "content": "x"}] if role != "tool" else []
    empty = {"role": role, "content": content} | ({"tool_call_id": "c1"} if role == "tool" else {})
    body = {"model": "extractive", "messages": [*before, empty, QUESTION]}
    assert http.post("/v1/chat/completions", json=body).status_code == 200


@pytest.mark.parametrize("output", ["", [], [{"type": "input_text", "text": ""}]])
def test_the_output_of_a_function_may_be_empty(client: OpenAI, output: Any) -> None:
    items: Any = [
        {"type": "function_call", "call_id": "c1", "name": "list_dir", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": output},
        QUESTION,
    ]
    assert client.responses.create(model="extractive", input=items).status == "completed"


def test_the_built_in_model_refuses_a_picture_and_names_its_place(http: TestClient) -> None:
    messages = [QUESTION, {"role": "user", "content": [{"type": "text", "text": "What is it?"}, PICTURE]}]
    error = error_of(http.post("/v1/chat/completions", json={"model": "extractive", "messages": messages}))
    assert (error["param"], error["code"]) == ("messages[1].content[1]", "unsupported_value")

    image = {"type": "input_image", "image_url": "data:image/png;base64,AA=="}
    items = [QUESTION, {"role": "user", "content": [{"type": "input_text", "text": "What is it?"}, image]}]
    error = error_of(http.post("/v1/responses", json={"model": "extractive", "input": items}))
    assert error["param"] == "input[1].content[1]"


def test_a_query_key_that_is_not_known_is_refused_and_the_nearest_named(http: TestClient) -> None:
    error = error_of(http.get("/v1/files?limt=2"))
    assert (error["param"], error["code"]) == ("limt", "unknown_parameter")
    assert "'limit'" in error["message"]
    assert error_of(http.get("/v1/vector_stores/vs_default/files?filters=x"))["message"].endswith("'filter'?")
    assert error_of(http.get("/v1/models?" + "x" * 10_000))["param"] == "x" * 64
    assert error_of(http.get("/v1/chat/completions?metadata=clocks"))["param"] == "metadata"
    assert http.get("/v1/chat/completions?metadata[topic]=clocks").status_code == 200
    assert error_of(http.get("/v1/files?metadata[topic]=clocks"))["param"] == "metadata[topic]"
    assert error_of(http.post("/v1/conversations?nonsense=1", json={}))["param"] == "nonsense"
    assert error_of(http.get("/v1/responses/resp_x?include=nonsense"))["param"].startswith("include")
    assert error_of(http.get("/v1/responses/resp_x?include[]=nonsense"))["param"].startswith("include")


@pytest.mark.parametrize("query", ["limit=2&order=asc", "api-version=preview", "beta=true", ""])
def test_a_query_key_that_clients_send_with_everything_is_taken(http: TestClient, query: str) -> None:
    assert http.get(f"/v1/files?{query}").status_code == 200


def test_what_cannot_be_the_id_of_a_conversation_is_a_400(http: TestClient) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", ""), ("GET", "/items"), ("GET", "/items/msg_1")):
        error = error_of(http.request(method, f"/v1/conversations/nonsense{path}", json={"metadata": {}}))
        assert error["param"] == "conversation_id"
    error = error_of(http.post("/v1/responses", json={"input": "Hi", "conversation": "nonsense"}))
    assert error["param"] == "conversation"
    assert error_of(http.get("/v1/conversations/conv_unknown"), 404)["type"] == "invalid_request_error"


@pytest.mark.parametrize("body", [{}, None, {"input": None}, {"input": []}, {"model": "extractive", "stream": True}])
def test_a_response_to_nothing_is_refused(http: TestClient, body: Any) -> None:
    error = error_of(http.post("/v1/responses", json=body))
    assert (error["param"], error["code"]) == ("input", "missing_required_parameter")


@pytest.mark.parametrize("body", [{"name": "a\0b"}, {"name": "a", "metadata": {"k": "\0"}}, {"description": "\0"}])
def test_a_text_that_not_every_database_can_keep_is_refused(http: TestClient, body: dict[str, Any]) -> None:
    refused = http.post("/v1/vector_stores", json=body)
    assert refused.status_code == 400
    assert "the character NUL (U+0000)" in refused.json()["error"]["message"]


def test_json_may_begin_with_the_mark_of_its_encoding(http: TestClient) -> None:
    headers = {"content-type": "application/json"}
    body = b"\xef\xbb\xbf" + json.dumps({"messages": [QUESTION]}).encode()
    assert http.post("/v1/chat/completions", content=body, headers=headers).status_code == 200
    assert (
        error_of(http.post("/v1/chat/completions", content=body[:3] + body, headers=headers))["code"] == "invalid_json"
    )


def test_a_compressed_body_is_refused_for_what_it_is(http: TestClient) -> None:
    body = gzip.compress(json.dumps({"messages": [QUESTION]}).encode())
    for encoding in ("gzip", "br", "GZIP"):
        headers = {"content-type": "application/json", "content-encoding": encoding}
        error = error_of(http.post("/v1/chat/completions", content=body, headers=headers), 415)
        assert "compressed" in error["message"]
    headers = {"content-type": "application/json", "content-encoding": "identity"}
    assert http.post("/v1/vector_stores", content=b"{}", headers=headers).status_code == 200


def test_head_answers_wherever_get_does(client: OpenAI, http: TestClient) -> None:
    file = put(client, "herons.txt", "Herons eat frogs.")
    for path in (
        "/healthz",
        "/readyz",
        "/v1/models",
        "/v1/files",
        f"/v1/files/{file.id}",
        "/v1/vector_stores/",
        "/docs",
    ):
        head, whole = http.head(path), http.get(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert http.head(f"/v1/files/{file.id}/content").headers["content-length"] == "17"
    assert http.head("/v1/nonsense").status_code == 404
    assert http.head("/v1/chat/completions/nonsense").status_code == 404


@pytest.mark.parametrize("ranker", ["default-2024-08-21", "default_2024_08_21", "default-2024-11-15", "auto"])
def test_a_ranker_may_have_its_older_name(client: OpenAI, ranker: str) -> None:
    tool: Any = {"type": "file_search", "vector_store_ids": ["vs_default"], "ranking_options": {"ranker": ranker}}
    assert client.responses.create(model="m", input="What do herons eat?", tools=[tool]).status == "completed"
    options: Any = {"ranker": ranker}
    assert client.vector_stores.search("vs_default", query="herons", ranking_options=options).data == []


def test_a_file_that_is_deleted_before_it_was_read_is_no_fault(
    client: OpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    corpus = corpus_of(client)
    corpus.worker.stop()
    file = client.files.create(file=("herons.txt", b"Herons eat frogs."), purpose="assistants")
    [job] = corpus.jobs.claim(1, large=True, batches=True)
    client.files.delete(file.id)
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)
    corpus.worker.run([job], quick=False)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "damaged" not in caplog.text
