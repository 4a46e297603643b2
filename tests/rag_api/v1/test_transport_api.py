"""HTTP as clients and people really send it: slashes, HEAD, bodies of all kinds, and events one by one."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from rag_api.http import sse
from rag_api.v1 import errors
from tests.official_client import MakeClient, http_of, put
from tests.scripted_upstream import Pause, ScriptedUpstream, Text

JSON = {"content-type": "application/json"}
CHAT = json.dumps({"messages": [{"role": "user", "content": "Where do herons nest?"}]}).encode()


@pytest.fixture
def http(http: TestClient) -> TestClient:
    http.follow_redirects = False
    return http


@pytest.mark.parametrize(
    "path", ["/v1/files/", "/v1/models/", "/v1/models/extractive/", "/v1/vector_stores/vs_default//"]
)
def test_a_slash_at_the_end_means_nothing(http: httpx2.Client, path: str) -> None:
    assert http.get(path).json() == http.get(path.rstrip("/")).json()


def test_a_post_with_a_slash_at_the_end_is_not_sent_elsewhere(http: httpx2.Client) -> None:
    assert http.post("/v1/vector_stores/", json={"name": "papers"}).json()["name"] == "papers"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_may_be_asked_for_without_a_body(http: httpx2.Client, path: str) -> None:
    response = http.head(path)
    assert (response.status_code, response.content) == (200, b"")


NULLS = b'{"name": null, "file_ids": null, "metadata": null, "chunking_strategy": null}'


@pytest.mark.parametrize(
    ("body", "headers"), [(None, {}), (b"", {}), (b"", JSON), (b"null", JSON), (b"{}", JSON), (NULLS, JSON)]
)
def test_a_body_of_optional_things_may_be_absent_empty_or_null(
    http: httpx2.Client, body: bytes | None, headers: dict[str, str]
) -> None:
    response = http.post("/v1/vector_stores", content=body, headers=headers)
    assert (response.status_code, response.json()["name"]) == (200, "")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_json_under_another_name_is_refused_with_the_header_to_send(http: httpx2.Client, kind: str | None) -> None:
    response = http.post("/v1/chat/completions", content=CHAT, headers={"content-type": kind} if kind else {})
    assert response.status_code == 415
    assert "Content-Type: application/json" in response.json()["error"]["message"]


def test_a_boundary_that_no_form_can_have_is_refused_in_words(http: httpx2.Client) -> None:
    headers = {"content-type": f"multipart/form-data; boundary={'b' * 5000}"}
    response = http.post("/v1/files", content=b"--", headers=headers)
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"])
def test_json_has_several_names(http: httpx2.Client, kind: str) -> None:
    assert http.post("/v1/chat/completions", content=CHAT, headers={"content-type": kind}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"metadata": NaN}',
        b'{"name": 1e999}',
        b"[" * 50_000,
        b'{"a":' * 50_000,
    ],
    ids=["cut off", "no UTF-8", "half a character", "NaN", "infinity", "deep list", "deep object"],
)
def test_a_body_that_is_no_json_is_refused_and_nothing_done(http: httpx2.Client, body: bytes) -> None:
    response = http.post("/v1/vector_stores", content=body, headers=JSON)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("body", [b"[]", b'"hi"', b"7"])
def test_json_that_is_no_object_is_refused_in_words(http: httpx2.Client, body: bytes) -> None:
    error = http.post("/v1/chat/completions", content=body, headers=JSON).json()["error"]
    assert error["message"] == "The JSON body of the request must be an object."


@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_a_body_where_none_is_needed_is_left_alone(http: httpx2.Client, method: str) -> None:
    response = http.request(method, "/v1/files/file-nope", content=b"", headers=JSON)
    assert response.status_code == 404


def test_a_model_id_may_have_slashes_and_blanks(http: httpx2.Client) -> None:
    for path in ("/v1/models/org%2Fna%20me:x", "/v1/models/org/na%20me:x"):
        error = http.get(path).json()["error"]
        assert (error["code"], error["message"]) == ("model_not_found", "The model 'org/na me:x' does not exist.")


def test_a_list_in_the_query_may_have_brackets(client: OpenAI, http: httpx2.Client) -> None:
    put(client, "herons.txt", "Herons nest in tall trees.")
    tool: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
    response = client.responses.create(model="m", input="Where do herons nest?", tools=[tool])

    for name in ("include[]", "include%5B%5D", "include"):
        asked = http.get(f"/v1/responses/{response.id}?{name}=file_search_call.results").json()
        assert asked["output"][0]["results"][0]["filename"] == "herons.txt"
    assert http.get(f"/v1/responses/{response.id}").json()["output"][0]["results"] is None


def test_a_stream_does_not_depend_on_what_is_accepted(http: httpx2.Client) -> None:
    body = json.loads(CHAT) | {"stream": True}
    for accepted in ("application/json", "text/event-stream", "*/*"):
        response = http.post("/v1/chat/completions", json=body, headers={"accept": accepted})
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.content.endswith(b"data: [DONE]\n\n")


def test_the_headers_of_the_official_clients_are_taken(http: httpx2.Client) -> None:
    headers = {
        "openai-beta": "assistants=v2",
        "openai-organization": "o",
        "openai-project": "p",
        "x-stainless-lang": "js",
    }
    assert http.get("/v1/vector_stores/vs_default", headers=headers).status_code == 200


def test_a_fault_is_told_calmly_and_its_request_can_be_found_in_the_log(
    http: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fault() -> None:
        raise RuntimeError("secret")

    app: Any = http.app
    app.get("/v1/fault")(fault)

    response = http.get("/v1/fault")
    assert (response.status_code, response.json()["error"]["message"]) == (500, errors.UNFORESEEN)
    assert response.headers["x-request-id"] in caplog.text


def events(*pieces: bytes) -> AsyncGenerator[bytes, None]:
    async def each() -> AsyncGenerator[bytes, None]:
        for piece in pieces:
            yield piece

    return each()


async def sent_by(stream: sse.EventStream) -> list[bytes]:
    """The bodies that the stream writes, one for each write."""
    written: list[bytes] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            written.append(message["body"])

    async def receive() -> Any:
        await asyncio.Event().wait()

    await stream({"type": "http"}, receive, send)
    return written


@pytest.mark.asyncio
async def test_each_event_is_one_write() -> None:
    pieces = [b"data: 1\n\n", b"event: x\ndata: 2\n\n", sse.DONE]
    assert await sent_by(sse.EventStream(events(*pieces))) == [*pieces, b""]


def test_a_slow_stream_is_kept_alive_with_comments(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "PING_AFTER_S", 0.1)  # instead of a quarter of a minute
    scripted_upstream.script = (Text("Herons "), Pause(0.5), Text("nest."))
    client = new_client(openai_base_url=scripted_upstream.base_url)
    http = http_of(client)

    body = json.loads(CHAT) | {"stream": True, "model": "m"}
    content = http.post("/v1/chat/completions", json=body).content
    assert b"\n\n: ping\n\n" in content

    stream = client.chat.completions.create(model="m", messages=body["messages"], stream=True)
    assert "".join(c.delta.content or "" for chunk in stream for c in chunk.choices) == "Herons nest."
