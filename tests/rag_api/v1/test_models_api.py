"""`/v1/models` through the official client; a store is a model too."""

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.official_client import MakeClient
from tests.scripted_upstream import ScriptedUpstream


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
