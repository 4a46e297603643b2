"""A model at an endpoint: what it is asked, and what becomes of texts when it refuses them or cannot be had."""

from collections.abc import Callable, Iterator

import pytest
from haystack import Document

from ingest.embed import Embeddings, open_embeddings
from ingest.errors import EmbeddingsFailed
from tests.embeddings_server import EmbeddingsServer, embeddings_server, vector


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server


@pytest.fixture
def model(server: EmbeddingsServer) -> Iterator[Embeddings]:
    opened = open_embeddings("meanings", server.base_url, "a key")
    assert opened
    yield opened
    opened.close()


def documents(*texts: str) -> list[Document]:
    return [Document(id=str(number), content=text) for number, text in enumerate(texts)]


def test_documents_and_questions_get_the_vectors_that_it_answers(model: Embeddings, server: EmbeddingsServer) -> None:
    found = model.documents.run(documents=documents("cars", "cheese"))["documents"]
    assert [document.embedding for document in found] == [vector("cars"), vector("cheese")]
    assert model.text.run(text="a bird")["embedding"] == vector("a bird")
    assert server.keys == {"Bearer a key"}


def test_many_documents_are_asked_for_some_at_a_time(model: Embeddings, server: EmbeddingsServer) -> None:
    found = model.documents.run(documents=documents(*["heron"] * 70))["documents"]
    assert [len(texts) for texts in server.inputs] == [32, 32, 6]
    assert [document.id for document in found] == [str(number) for number in range(70)]


@pytest.mark.parametrize("refusal", [400, 500, 200])
def test_a_text_that_it_refuses_or_fails_on_has_no_vector_and_the_others_have(
    model: Embeddings, server: EmbeddingsServer, refusal: int
) -> None:
    server.refusal = refusal
    found = model.documents.run(documents=documents("a car", "unreadable", "a doctor"))["documents"]
    assert [document.embedding for document in found] == [vector("a car"), None, vector("a doctor")]


def test_half_a_surrogate_pair_is_left_out(model: Embeddings) -> None:
    [found] = model.documents.run(documents=documents("a car\ud800"))["documents"]
    assert found.content == "a car\ud800"
    assert found.embedding == vector("a car")


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_it_cannot_be_had(model: Embeddings, server: EmbeddingsServer, status: int) -> None:
    server.status = status
    asks: list[Callable[[], object]] = [
        lambda: model.documents.run(documents=documents("a car")),
        lambda: model.text.run(text="a car"),
    ]
    for ask in asks:
        with pytest.raises(EmbeddingsFailed, match=r"'meanings' are not available from http.*Check RAG_EMBEDDINGS, "):
            ask()


def test_nobody_listens(model: Embeddings) -> None:
    with embeddings_server() as gone:
        address = gone.base_url
    unreachable = open_embeddings("meanings", address, None)
    assert unreachable
    with pytest.raises(EmbeddingsFailed, match="that it is running"):
        unreachable.text.run(text="a car")
    unreachable.close()
