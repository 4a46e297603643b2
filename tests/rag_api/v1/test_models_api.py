"""`/v1/models` through the official client."""

import openai
import pytest
from openai import OpenAI

from official_client import MakeClient
from scripted_upstream import ScriptedUpstream


def test_the_built_in_model_is_listed_and_found(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["extractive"]
    assert client.models.retrieve("extractive").owned_by == "rag-api"


def test_the_models_of_the_upstream_are_listed_too(new_client: MakeClient, scripted_upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url, model="llama")
    assert [model.id for model in client.models.list()] == ["llama", "scripted", "extractive"]
    assert client.models.retrieve("scripted").id == "scripted"


def test_an_upstream_that_is_down_does_not_take_the_list_with_it(new_client: MakeClient) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1", model="llama")
    assert [model.id for model in client.models.list()] == ["llama", "extractive"]


def test_a_model_that_is_not_there_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("org/na me:x")
    assert error.value.code == "model_not_found"
