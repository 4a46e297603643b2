"""Vectors beside the chunks: searched exactly and with the filters, gone with their chunks, of one model only."""

import math
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.embed import Embeddings, open_embeddings
from ingest.index import BACKENDS
from ingest.index.backend import Index, open_index
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.index.embedded import vectors as vectors_module
from ingest.query import DenseQuery, Query
from ingest.settings import Settings
from tests.embeddings_server import MODEL, EmbeddingsServer, embeddings_server, needs_vectors, vector

pytestmark = needs_vectors


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server() as server:
        yield server


@pytest.fixture
def model(server: EmbeddingsServer) -> Iterator[Embeddings]:
    opened = open_embeddings(MODEL, server.base_url, None)
    assert opened
    yield opened
    opened.close()


@pytest.fixture(params=[name for name in BACKENDS if name != "opensearch"])  # which has no vectors
def index(request: pytest.FixtureRequest, tmp_path: Path, model: Embeddings) -> Iterator[Index]:
    index = open_index(Settings(_env_file=None, data_dir=tmp_path, index_backend=request.param), model)
    yield index
    index.close()


def chunk(content: str, position: int = 0, store: str = "store-1", **attributes: Any) -> Document:
    ids = {"store_id": store, "file_id": "file-1", "store_file_id": f"{store}-1"}
    meta = {**ids, "filename": "a.txt", "position": position, "attributes": attributes}
    return Document(id=f"{store}/{position}", content=content, meta=meta, embedding=vector(content))


def found(index: Index, question: str, **options: Any) -> list[str]:
    return [document.content or "" for document in index.searcher.search(Query(question, **options))]


def test_it_finds_what_is_said_in_other_words(index: Index) -> None:
    index.store.write_documents([chunk("an automobile"), chunk("a doctor", 1), chunk("the cheese", 2)])
    [first, *_] = index.retriever.run(query="vehicles")["documents"]
    assert first.content == "an automobile"
    assert 0.3 < first.score <= 1
    assert first.embedding is None


def test_words_and_meaning_count_together(index: Index) -> None:
    index.store.write_documents([chunk("an automobile"), chunk("the red doctor", 1), chunk("a red vehicle", 2)])
    assert found(index, "red cars") == ["a red vehicle", "an automobile", "the red doctor"]
    assert found(index, "red cars", embedding_weight=0.05) == ["a red vehicle", "the red doctor", "an automobile"]
    assert set(found(index, "red cars", embedding_weight=0.0)) == {"a red vehicle", "the red doctor"}


def test_a_chunk_without_a_vector_is_found_by_its_words(index: Index) -> None:
    index.store.write_documents([chunk("an automobile"), Document(id="plain", content="the fast car")])
    assert set(found(index, "fast vehicle")) == {"an automobile", "the fast car"}


def test_filters_hold_for_meaning_too(index: Index) -> None:
    index.store.write_documents(
        [
            chunk("an automobile", year=1999),
            chunk("a vehicle", 1, year=2001),
            chunk("the vehicle", 0, "store-2", year=2001),
        ]
    )
    store = {"field": "meta.store_id", "operator": "in", "value": ["store-1"]}
    year = {"field": "meta.attributes.year", "operator": ">", "value": 2000}
    assert found(index, "cars", filters={"operator": "AND", "conditions": [store, year]}) == ["a vehicle"]
    unsayable = {"field": "meta.position", "operator": "<", "value": 1}  # checked on each document
    assert found(index, "cars", filters={"operator": "AND", "conditions": [store, unsayable]}) == ["an automobile"]
    assert found(index, "cars", filters={"field": "meta.store_id", "operator": "==", "value": "store-3"}) == []


def test_what_a_question_builds_on_counts_in_its_vector(index: Index) -> None:
    index.store.write_documents([chunk("the cheese"), chunk("a physician", 1), chunk("an automobile", 2)])
    assert found(index, "doctors", context=[("fast vehicles", 0.5)])[:2] == ["a physician", "an automobile"]
    assert found(index, "and why?", context=[("fast vehicles", 0.5)])[:1] == ["an automobile"]


def test_single_words_that_a_question_builds_on_are_for_the_words_alone(index: Index, server: EmbeddingsServer) -> None:
    index.store.write_documents([chunk("an automobile")])
    assert found(index, "which doctors", context=[("vehicles", 0.5), ("cars", 0.5)]) == ["an automobile"]
    assert server.inputs == [["which doctors"]]


def test_a_model_that_cannot_be_had_is_done_without(
    index: Index, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    index.store.write_documents([chunk("an automobile"), chunk("fast cars", 1)])
    server.status = 503
    assert found(index, "fast vehicle") == ["fast cars"]
    assert "searched by words alone: The embeddings of 'meanings' are not available" in caplog.text
    asked = len(server.inputs)
    assert found(index, "a fast vehicle") == ["fast cars"]
    assert len(server.inputs) == asked  # it is left alone for a while: whoever asks would wait each time


def test_a_question_is_read_once(index: Index, server: EmbeddingsServer) -> None:
    index.store.write_documents([chunk("an automobile")])
    assert found(index, "vehicles") == found(index, "vehicles")
    assert server.inputs == [["vehicles"]]


# What follows is of the embedded backend.


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(tmp_path), MODEL)
    yield store
    store.close()


def closest(store: EmbeddedDocumentStore, text: str, top_k: int = 1, filters: Any = None) -> list[str | None]:
    dense = DenseQuery(vector(text), 1.0)
    return [document.content for document in store.search(Query("", filters, top_k, dense=dense))]


def kept(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "chunks.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_a_vector_goes_with_its_chunk(store: EmbeddedDocumentStore, tmp_path: Path) -> None:
    store.write_documents([chunk("a car"), chunk("an automobile", 1), chunk("a doctor", 2)])
    store.write_documents([chunk("some cheese")], DuplicatePolicy.OVERWRITE)
    assert closest(store, "vehicle") == ["an automobile"]
    store.delete_documents(["store-1/1"])
    assert kept(tmp_path) == 2
    assert "an automobile" not in closest(store, "vehicle", 3)
    assert closest(store, "food") == ["some cheese"]


def test_a_vector_stays_when_what_is_known_of_its_chunk_changes(store: EmbeddedDocumentStore, tmp_path: Path) -> None:
    store.write_documents([chunk("a car"), chunk("a doctor", 1)])
    file = {"field": "meta.file_id", "operator": "==", "value": "file-1"}
    assert store.update_by_filter(file, {"attributes": {"year": 1}}) == 2
    assert (closest(store, "vehicle"), kept(tmp_path)) == (["a car"], 2)


def test_vectors_are_there_after_a_restart_with_their_model_and_not_with_another(tmp_path: Path) -> None:
    for number, model in enumerate([MODEL, MODEL, "another", None]):
        store = EmbeddedDocumentStore(str(tmp_path), model)
        if number == 0:
            store.write_documents([chunk("a car"), chunk("a doctor", 1)])
        assert closest(store, "vehicle") == (["a car"] if model == MODEL else [])
        store.close()


def test_reindexing_makes_the_vectors_that_are_lacking(
    tmp_path: Path, model: Embeddings, server: EmbeddingsServer
) -> None:
    store = EmbeddedDocumentStore(str(tmp_path))
    store.write_documents([Document(id=str(n), content=f"a car {n}") for n in range(600)])
    store.close()
    store = EmbeddedDocumentStore(str(tmp_path), MODEL)
    refusing = EmbeddedBroken(model.documents, after=2)
    with pytest.raises(RuntimeError):
        store.embed(refusing)  # interrupted after one group, which stays
    assert store.embed(model.documents) == 600 - 256
    assert closest(store, "vehicles", 600) != []
    assert store.embed(model.documents) == 0
    store.close()


class EmbeddedBroken:
    def __init__(self, embedder: Any, after: int) -> None:
        self.embedder, self.left = embedder, after

    def run(self, documents: list[Document]) -> Any:
        if not self.left:
            raise RuntimeError
        self.left -= 1
        return self.embedder.run(documents=documents)


@pytest.mark.parametrize("few", [0, 1_000_000])
def test_the_nearest_are_those_of_brute_force_whatever_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(vectors_module, "_FEW", few)  # either way of finding what passes the filters
    chance = random.Random(5)
    store = EmbeddedDocumentStore(str(tmp_path), "random")
    documents = {}
    for n in range(3000):
        document = Document(
            id=str(n),
            content=f"word{n}",
            meta={"store_id": f"s{n % 7}"},
            embedding=[chance.gauss(0, 1) for _ in range(16)],
        )
        documents[document.id] = document
    store.write_documents(list(documents.values()))
    gone = chance.sample(sorted(documents), 1900)
    store.delete_documents(gone)
    for id in gone:
        del documents[id]
    store.write_documents([again := Document(id="new", content="new", meta={"store_id": "s1"}, embedding=[1.0] * 16)])
    documents["new"] = again
    question = [chance.gauss(0, 1) for _ in range(16)]
    for stores in (["s1"], ["s1", "s2", "s5"], [f"s{n}" for n in range(7)]):
        filters = {"field": "meta.store_id", "operator": "in", "value": stores}
        hits = store.search(Query("", filters, 20, dense=DenseQuery(question, 1.0)))
        right = [id for id, d in documents.items() if d.meta["store_id"] in stores]
        right.sort(key=lambda id: -cosine(documents[id].embedding or [], question))
        assert len({hit.id for hit in hits} & set(right[:20])) >= 19  # in one byte a dimension, two may change places
        assert hits[0].id in right[:2]
    store.close()


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one)
