"""`hybrid_search` of the tool `file_search`: its weights count when vectors are searched, and mislead nobody if not."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseFileSearchToolCall

from ingest.embed import missing_packages
from tests.embeddings_server import MODEL, EmbeddingsServer, embeddings_server, needs_vectors
from tests.official_client import MakeClient, put
from tests.rag_api.answer.extractive.test_meaning import SHIP, TOWN


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server


def found(client: OpenAI, embedding_weight: float, text_weight: float) -> list[str]:
    weights = {"embedding_weight": embedding_weight, "text_weight": text_weight}
    tool: Any = {
        "type": "file_search",
        "vector_store_ids": ["vs_default"],
        "ranking_options": {"hybrid_search": weights},
    }
    include: Any = ["file_search_call.results"]
    answer = client.responses.create(model="m", input="Which red cars?", tools=[tool], include=include)
    [search, _] = answer.output
    assert isinstance(search, ResponseFileSearchToolCall)
    return [result.filename or "" for result in search.results or []]


def found_by_search(client: OpenAI, embedding_weight: float, text_weight: float) -> list[str]:
    options: Any = {"hybrid_search": {"embedding_weight": embedding_weight, "text_weight": text_weight}}
    page = client.vector_stores.search("vs_default", query="Which red cars?", ranking_options=options)
    return [found.filename for found in page.data]


@needs_vectors
def test_the_weights_of_a_request_count(new_client: MakeClient, server: EmbeddingsServer) -> None:
    client = new_client(embeddings=MODEL, embeddings_base_url=server.base_url)
    put(client, "a.txt", "An automobile.")
    put(client, "b.txt", "The red doctor.")
    assert found(client, 1, 0)[0] == "a.txt"
    assert found(client, 3, 1) == ["a.txt", "b.txt"]
    assert found(client, 1, 9) == ["b.txt", "a.txt"]
    assert found(client, 0, 1) == ["b.txt"]
    assert found_by_search(client, 1, 0)[0] == "a.txt"
    assert found_by_search(client, 0, 1) == ["b.txt"]


def test_without_vectors_the_order_is_that_of_the_words(client: OpenAI) -> None:
    put(client, "a.txt", "An automobile.")
    put(client, "b.txt", "The red doctor.")
    assert found(client, 3, 1) == ["b.txt"]
    with pytest.raises(openai.BadRequestError, match="'text_weight' must be above 0"):
        found(client, 1, 0)
    with pytest.raises(openai.BadRequestError, match="'text_weight' must be above 0"):
        found_by_search(client, 1, 0)


def test_one_of_the_weights_must_count(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="must be above 0"):
        found(client, 0, 0)


@needs_vectors
def test_with_a_model_that_runs_here_sentences_are_chosen_by_meaning(new_client: MakeClient) -> None:
    if missing := missing_packages("static"):
        pytest.skip(f"needs {', '.join(missing)}: make .venv/ready-embeddings")
    client = new_client(embeddings="static")
    put(client, "town.txt", f"{TOWN} {SHIP}")
    asked: Any = [{"role": "user", "content": "Which ship sank in a storm?"}]
    answer = client.chat.completions.create(model="extractive", messages=asked)
    assert f"{SHIP} [1]" in str(answer.choices[0].message.content)
