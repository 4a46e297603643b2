"""`/v1/embeddings`, made by the model of the server."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.embeddings_server import MODEL, EmbeddingsServer, embeddings_server, needs_vectors
from tests.official_client import MakeClient, http_of

pytestmark = needs_vectors


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server


@pytest.fixture
def embedding(new_client: MakeClient, server: EmbeddingsServer) -> OpenAI:
    return new_client(embeddings=MODEL, embeddings_base_url=server.base_url, embeddings_api_key="sk-embeddings")


def test_texts_get_the_vectors_of_the_model(embedding: OpenAI) -> None:
    made = embedding.embeddings.create(model=MODEL, input=["A car.", "A heron."], encoding_format="float")
    assert [each.index for each in made.data] == [0, 1]
    assert made.data[0].embedding != made.data[1].embedding
    assert made.usage.prompt_tokens == made.usage.total_tokens > 0

    # Without asking, the client wants base64, which its own strict check does not know.
    lenient = OpenAI(base_url="http://testserver/v1", api_key="any", http_client=http_of(embedding))
    [first, second] = lenient.embeddings.create(model=MODEL, input=["A car.", "A heron."]).data
    assert first.embedding == pytest.approx(made.data[0].embedding)
    assert second.embedding == pytest.approx(made.data[1].embedding)


def test_tokens_are_read_as_the_text_that_they_are(embedding: OpenAI, server: EmbeddingsServer) -> None:
    hello_world = [9906, 1917]
    inputs: list[Any] = [hello_world, [hello_world, hello_world]]
    for tokens in inputs:
        embedding.embeddings.create(model=MODEL, input=tokens, encoding_format="float")
    assert server.inputs == [["Hello world"], ["Hello world", "Hello world"]]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": []}, "input"),
        ({"input": ["a", ""]}, "input"),
        ({"input": [[]]}, "input"),
        ({"input": [-1]}, "input"),
        ({"input": ["a", "unreadable"]}, "input[1]"),
        ({"input": "unreadable"}, "input"),
        ({"dimensions": 3000}, "dimensions"),
        ({"encoding_format": "int8"}, "encoding_format"),
        ({"model": "text-embedding-3-small"}, "model"),
        ({"truncate": True}, "truncate"),
    ],
)
def test_what_cannot_be_done_is_refused(embedding: OpenAI, wrong: dict[str, Any], param: str) -> None:
    refused = http_of(embedding).post("/v1/embeddings", json={"model": MODEL, "input": "A car.", **wrong})
    assert refused.status_code == (404 if param == "model" else 400)
    assert refused.json()["error"]["param"].startswith(param)


def test_what_the_endpoint_says_stays_with_the_operator(
    embedding: OpenAI, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = 500
    with pytest.raises(openai.InternalServerError, match="RAG_EMBEDDINGS") as error:
        embedding.embeddings.create(model=MODEL, input="A car.")
    assert error.value.status_code == 503
    assert "not now" not in error.value.message
    assert "not now" in caplog.text
