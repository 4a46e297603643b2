"""What this server has not is refused with a sentence that says what it has instead."""

import re
from typing import Any

import openai
import pytest
from openai import OpenAI

from rag_api.access.scopes import Scope
from rag_api.v1 import not_offered
from tests.official_client import MakeClient, http_of

HI: Any = [{"role": "user", "content": "hi"}]


def test_each_endpoint_that_is_not_offered_says_what_is_there_instead(client: OpenAI) -> None:
    http = http_of(client)
    for name, sentence in not_offered.ENDPOINTS.items():
        for method, path in (("GET", f"/v1/{name}"), ("POST", f"/v1/{name}"), ("DELETE", f"/v1/{name}/of/mine")):
            response = http.request(method, path)
            assert response.status_code == 404
            assert response.json()["error"]["message"] == sentence


def test_a_key_of_any_scope_is_told_what_is_there_instead(new_client: MakeClient) -> None:
    http = http_of(new_client(api_keys="the-administrator"))
    secret = http.app_state["access"].keys.create("default", Scope.READ)[1]
    headers = {"authorization": f"Bearer {secret}"}
    for name in not_offered.ENDPOINTS:
        told = http.post(f"/v1/{name}", headers=headers, json={}).json()["error"]["message"]
        assert told == not_offered.ENDPOINTS[name]
    assert "'/v1' twice" in http.get("/v1/v1/models", headers=headers).json()["error"]["message"]
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/files/file-1/nothing", 404),
        ("PUT", "/v1/models", 405),
        ("GET", "/mcp", 405),  # clients ask whether there is a stream, and take any other answer for an error
        ("DELETE", "/mcp/vs_default/", 405),
    ):
        assert (path, http.request(method, path, headers=headers).status_code) == (path, status)


def test_what_is_named_instead_is_there(client: OpenAI) -> None:
    http = http_of(client)
    there = {re.sub(r"{\w+}", "{}", path) for path in http.get("/openapi.json").json()["paths"]}
    sentences = " ".join(not_offered.ENDPOINTS.values())
    named = {re.sub(r"{\w+}", "{}", path) for path in re.findall(r"/v1/[\w{}/]+", sentences)}

    assert "/v1/chat/completions" in named
    assert named - there == set()


def test_the_clients_own_calls_raise_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="found by their words"):
        client.embeddings.create(model="m", input="hi")
    with pytest.raises(openai.NotFoundError, match="Images"):
        client.images.generate(prompt="a heron")
    with pytest.raises(openai.NotFoundError, match="Speech"):
        client.audio.speech.create(model="m", voice="alloy", input="hi")
    with pytest.raises(openai.NotFoundError, match="not trained"):
        client.fine_tuning.jobs.create(model="m", training_file="file-1")
    with pytest.raises(openai.NotFoundError, match="Moderation"):
        client.moderations.create(input="hi")
    with pytest.raises(openai.NotFoundError, match="/v1/responses"), pytest.warns(DeprecationWarning, match="depre"):
        client.beta.assistants.create(model="m")


@pytest.mark.parametrize("options", [{"web_search_options": {}}, {"audio": {"voice": "alloy", "format": "mp3"}}])
def test_the_web_and_the_voice_are_refused_in_a_chat(client: OpenAI, options: dict[str, object]) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="m", messages=HI, extra_body=options)
    assert refused.value.param in options
