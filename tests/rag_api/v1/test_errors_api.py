"""Whatever goes wrong, it is told in OpenAI's envelope."""

import re

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from ingest.errors import IngestError
from rag_api.v1 import errors
from rag_api.v1.errors import status_of
from tests.official_client import http_of


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, None),
        ("POST", "/v1/embeddings", 404, None),
        ("GET", "/nothing", 404, None),
        ("PUT", "/v1/files", 405, "method_not_supported"),
        ("PUT", "/v1/chat/completions", 405, "method_not_supported"),
        ("GET", "/v1/files/file-nope", 404, None),
        ("GET", "/v1/models/no/such%20model", 404, "model_not_found"),
    ],
)
def test_a_route_or_thing_that_is_not_there(client: OpenAI, method: str, path: str, status: int, code: str) -> None:
    response = http_of(client).request(method, path)
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["code"]) == ("invalid_request_error", code)


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        (b"{", None, "invalid_json"),
        (b"", None, "missing_required_parameter"),
        (b"[]", None, "invalid_type"),
        (b"{}", "messages", "missing_required_parameter"),
        (b'{"messages": []}', "messages", "invalid_value"),
        (b'{"messages": "hi"}', "messages", "invalid_type"),
        (b'{"messages": [{"role": "user", "content": "hi"}], "n": 0}', "n", "integer_below_min_value"),
        (b'{"messages": [{"role": "user", "content": "hi"}], "n": 129}', "n", "integer_above_max_value"),
        (b'{"messages": [{"role": "user"}]}', "messages[0]", None),
        (b'{"messages": [{"role": "bird", "content": "hi"}]}', "messages[0]", None),
        (b'{"messages": [{"role": "user", "content": ""}], "stream_options": {}}', None, "invalid_value"),
    ],
)
def test_a_body_that_cannot_be_understood(client: OpenAI, body: bytes, param: str | None, code: str | None) -> None:
    response = http_of(client).post("/v1/chat/completions", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["param"], error["code"]) == (param, code)
    assert error["message"]


def test_an_unknown_key_in_a_body_of_ours_is_named(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'color'") as refused:
        client.vector_stores.create(extra_body={"color": "red"})
    assert refused.value.code == "unknown_parameter"


def test_every_reply_has_a_request_id(client: OpenAI) -> None:
    ids = {http_of(client).get(path).headers["x-request-id"] for path in ("/v1/models", "/v1/nothing", "/healthz")}
    assert len(ids) == 3


def every_error(kind: type[IngestError] = IngestError) -> list[type[IngestError]]:
    return [each for below in kind.__subclasses__() for each in (below, *every_error(below))]


@pytest.mark.parametrize("kind", every_error())
def test_every_error_has_a_status(kind: type[IngestError]) -> None:
    assert 400 <= status_of(kind("It went wrong.")) < 600


@pytest.mark.parametrize(
    ("base_url", "told"),
    [
        ("http://testserver", "has to end with '/v1', as in http://testserver/v1"),
        ("http://testserver/v1/v1", "ends with '/v1' twice; make it http://testserver/v1"),
        ("http://testserver/api", "not Ollama's; its base URL is http://testserver/v1"),
    ],
)
def test_a_wrong_base_url_is_told_with_the_right_one(client: OpenAI, base_url: str, told: str) -> None:
    misled = client.with_options(base_url=base_url)
    for ask in (
        lambda: misled.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}]),
        lambda: misled.responses.create(model="m", input="hi"),
        misled.models.list,
        lambda: misled.embeddings.create(model="m", input="hi"),
    ):
        with pytest.raises(openai.NotFoundError, match=re.escape(told)):
            ask()


def test_what_is_offered_is_known_without_its_v1(http: TestClient) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    offered = {path.split("/")[2] for path in paths if path.startswith("/v1/")} | {"embeddings"}
    assert set(errors.OFFERED) == offered
