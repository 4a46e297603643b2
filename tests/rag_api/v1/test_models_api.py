"""`/v1/models` through the official client; a store is a model too."""

import json
from collections.abc import Sequence
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.official_client import MakeClient
from tests.scripted_upstream import Fail, Raw, ScriptedUpstream, Step


def test_the_built_in_model_is_listed_and_found(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["extractive", "rag:default"]
    assert client.models.retrieve("extractive").owned_by == "rag-api"


def test_the_models_of_the_upstream_are_listed_too(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama")
    language_models = ["llama", "scripted", "extractive"]
    without_documents = ["plain:llama", "plain:scripted"]
    assert [model.id for model in client.models.list()] == [*language_models, "rag:default", *without_documents]
    assert client.models.retrieve("scripted").id == "scripted"


def test_an_upstream_that_is_down_does_not_take_the_list_with_it(new_client: MakeClient) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1", model="llama")
    assert [model.id for model in client.models.list()] == ["llama", "extractive", "rag:default", "plain:llama"]


def test_a_model_that_is_not_there_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("org/na me:x")
    assert error.value.code == "model_not_found"


WHERE: Any = [{"role": "user", "content": "Where do herons nest?"}]


def test_a_model_that_is_named_after_a_store_answers_from_it(client: OpenAI) -> None:
    store = client.vector_stores.create(name="Birds / water")
    file = client.files.create(file=("herons.txt", b"Herons nest in tall trees."), purpose="vision")  # in no store
    client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id, poll_interval_ms=20)

    assert [model.id for model in client.models.list()] == ["extractive", "rag:default", "rag:Birds / water"]
    for name in ("rag:Birds / water", f"rag:{store.id}"):
        assert client.models.retrieve(name).id == name
        chat = client.chat.completions.create(model=name, messages=WHERE)
        assert (chat.model, chat.choices[0].message.content) == ("extractive", "Herons nest in tall trees. [1]")
        response = client.responses.create(model=name, input=WHERE[0]["content"])
        assert response.output_text == "Herons nest in tall trees. [1]"
        assert [item.type for item in response.output] == ["file_search_call", "message"]
    nothing = client.chat.completions.create(model="rag:default", messages=WHERE).choices[0].message
    assert nothing.annotations is None or nothing.annotations == []


def test_a_store_and_its_language_model(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama")
    assert client.chat.completions.create(model="rag:default", messages=WHERE).model == "llama"
    assert scripted_upstream.requests[0].body["model"] == "llama"


def test_a_name_that_two_stores_have_names_none(client: OpenAI) -> None:
    first, second = (client.vector_stores.create(name="twins", metadata={"n": n}) for n in "12")
    assert [model.id for model in client.models.list()][2:] == [f"rag:{first.id}", f"rag:{second.id}"]
    with pytest.raises(openai.NotFoundError, match="Several vector stores have the name 'twins': use the id") as error:
        client.chat.completions.create(model="rag:twins", messages=WHERE)
    assert (error.value.code, error.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.NotFoundError, match="No vector store with the id or the name 'nobody'"):
        client.responses.create(model="rag:nobody", input="Who?")


def test_a_store_is_named_once(client: OpenAI) -> None:
    search: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
    with pytest.raises(openai.BadRequestError, match="names a store already"):
        client.chat.completions.create(model="rag:default", messages=WHERE, tools=[search])
    with pytest.raises(openai.BadRequestError, match="names a store already"):
        client.responses.create(model="rag:default", input="Where?", tools=[search])


def with_models(upstream: ScriptedUpstream, *names: str) -> None:
    """An upstream that has these models only, and says so as Ollama does."""
    listed = json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})
    upstream.models = Raw(listed.encode(), media="application/json")
    answer = upstream.script

    def script(body: dict[str, Any]) -> Sequence[Step]:
        there = body["model"] in names or f"{body['model']}:latest" in names
        found = answer(body) if callable(answer) else answer
        return found if there else [Fail(404, f"model '{body['model']}' not found")]

    upstream.script = script


def test_a_model_that_its_server_does_not_have_is_told_with_those_that_it_has(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    with_models(scripted_upstream, "llama3.2:latest", *(f"m{number:02}" for number in range(25)))
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama3.2")
    for ask in (
        lambda: client.chat.completions.create(model="gpt-4o", messages=WHERE),
        lambda: client.responses.create(model="gpt-4o", input="Where?"),
    ):
        with pytest.raises(openai.NotFoundError, match=r"'gpt-4o'. It has 'llama3.2:latest', 'm00', .*6 more") as told:
            ask()
        assert "RAG_MODEL_FALLBACK=true" in told.value.message
        assert (told.value.code, told.value.param) == ("model_not_found", "model")
    assert client.chat.completions.create(model="llama3.2", messages=WHERE).model == "llama3.2"


def test_a_default_model_that_its_server_does_not_have_is_to_be_set(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    with_models(scripted_upstream, "llama3.2:latest")
    client = new_client(openai_base_url=scripted_upstream.base_url, model_fallback=True)
    for model in ("gpt-5-mini", "rag:default", "anything"):
        with pytest.raises(openai.NotFoundError, match=r"'gpt-5-mini'. It has 'llama3.2:latest': set RAG_MODEL"):
            client.chat.completions.create(model=model, messages=WHERE)


def test_with_a_fallback_the_default_model_answers_for_one_that_its_server_does_not_have(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    with_models(scripted_upstream, "llama3.2:latest", "qwen3")
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama3.2", model_fallback=True)
    for model, answers in (("gpt-4o", "llama3.2"), ("qwen3", "qwen3"), ("extractive", "extractive")):
        assert client.chat.completions.create(model=model, messages=WHERE).model == answers
        assert client.responses.create(model=model, input="Where do herons nest?").model == answers
        chunks = client.chat.completions.create(model=model, messages=WHERE, stream=True)
        assert {chunk.model for chunk in chunks} == {answers}


def test_a_server_that_does_not_list_its_models_is_asked_for_any(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.models = Raw(b"no", status=404)
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama", model_fallback=True)
    assert client.chat.completions.create(model="gpt-4o", messages=WHERE).model == "gpt-4o"
