"""What the store in OpenSearch does that a folder need not: several processes, engines that fail, versions."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils.filters import document_matches_filter
from pydantic import SecretStr

pytest.importorskip("opensearchpy")

from ingest.errors import DiskFull, StorageFailed
from ingest.index.backend import Checked, Fenced, StoredChunks, open_index
from ingest.index.opensearch.mapping import index_body
from ingest.query import Query
from ingest.settings import Settings
from tests.engines.opened import index_settings
from tests.ingest.index.chance import some_document, some_filter

OVERWRITE = DuplicatePolicy.OVERWRITE


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with index_settings("opensearch", tmp_path) as settings:
        yield settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Any]:
    index = open_index(settings)
    yield index.store
    index.close()


def chunk(position: int, content: str, file: str = "one", **meta: Any) -> Document:
    ids = {"store_id": "store", "file_id": file, "store_file_id": f"in-store-{file}"}
    return Document(id=f"{file}/{position}", content=content, meta={**ids, "position": position, **meta})


def found(store: Any, question: str) -> list[str]:
    return [each.content for each in store.search(Query(question))]


def of(file: str) -> dict[str, Any]:
    return {"field": "meta.file_id", "operator": "==", "value": file}


def ask(store: Any, method: str, path: str, body: Any = None) -> Any:
    return store._client.ask(method, path.format(index=store._reading.name), body)


def test_who_opens_an_index_that_another_is_making_waits_for_it(settings: Settings, store: Any) -> None:
    name = store._reading.name
    [made] = ask(store, "GET", "/{index}")
    ask(store, "DELETE", f"/{made}")
    body = index_body(1, 0)
    body["settings"]["index.routing.allocation.enable"] = "none"  # it is there, and no node has it yet
    ask(store, "PUT", f"/{made}?wait_for_active_shards=0", {**body, "aliases": {name: {}}})
    with ThreadPoolExecutor(1) as other:
        opening = other.submit(open_index, settings)
        with pytest.raises(TimeoutError):
            opening.result(timeout=1)
        ask(store, "PUT", f"/{made}/_settings", {"index.routing.allocation.enable": "all"})
        index = opening.result()
    index.store.write_documents([chunk(0, "The heron eats.")], OVERWRITE)
    assert found(index.store, "heron") == ["The heron eats."]
    index.close()


def test_what_one_process_writes_another_finds(settings: Settings, store: Any) -> None:
    other = open_index(settings).store
    store.write_documents([chunk(0, "a heron by the lake")])
    assert found(other, "heron") == ["a heron by the lake"]
    other.write_documents([chunk(0, "Reiher am Ufer", "zwei", language="de")])
    assert found(store, "Reihers Ufer") == ["Reiher am Ufer"]
    store.delete_by_filter(of("zwei"))
    assert found(other, "Ufer") == []
    other.close()


def test_of_two_writes_that_of_the_higher_turn_stays(settings: Settings, store: Any) -> None:
    assert isinstance(open_index(settings).store, Fenced)
    turns = {"in-store-one": 3}
    store.write_in_turn([chunk(0, "of the third turn"), chunk(1, "more")], turns)
    store.write_in_turn([chunk(0, "of a sleeper")], {"in-store-one": 2})
    assert found(store, "sleeper") == []
    store.write_in_turn([chunk(0, "again of the third turn")], turns)
    store.update_in_turn("in-store-one", {"attributes": {"year": 1999}}, 2)
    assert not any("attributes" in each.meta for each in store.filter_documents())
    store.update_in_turn("in-store-one", {"attributes": {"year": 2000}}, 4)
    assert [each.meta["attributes"] for each in store.filter_documents()] == [{"year": 2000}] * 2
    store.write_in_turn([chunk(0, "of a sleeper")], turns)
    assert found(store, "sleeper") == []


def test_what_was_deleted_is_written_again_in_the_next_turn(store: Any) -> None:
    for turn in (1, 2, 3):
        store.write_in_turn([chunk(0, "heron"), chunk(1, "heron")], {"in-store-one": turn})
        assert len(found(store, "heron")) == 2
        assert store.delete_by_filter(of("one")) == 2


def test_what_a_dead_process_left_unseen_is_deleted_too(store: Any) -> None:
    store.write_documents([chunk(0, "heron")])
    store._reading.write(store._writer._marked([_write_of(chunk(1, "unseen heron"))], set()))
    assert store.delete_by_filter(of("one")) == 2
    ask(store, "POST", "/{index}/_refresh")
    assert store.count_documents() == 0


def _write_of(document: Document) -> Any:
    from ingest.index.opensearch.index import Write
    from ingest.index.opensearch.source import fields

    return Write(document.id, fields(document))


def test_any_filter_means_what_haystack_means_by_it(store: Any) -> None:
    some = random.Random(5)
    documents = [some_document(some, n) for n in range(60)]
    store.write_documents(documents)
    for _ in range(80):
        filters = some_filter(some)
        expected = {d.id for d in documents if document_matches_filter(filters, d)}
        assert {d.id for d in store.search(Query("common", filters, top_k=60))} == expected, filters
        assert {d.id for d in store.filter_documents(filters)} == expected, filters
        assert store.count_documents_by_filter(filters) == len(expected), filters


def test_more_than_a_page_is_read_in_order(store: Any) -> None:
    store.write_documents([chunk(n, f"heron{n}") for n in range(2300)])
    assert [each.meta["position"] for each in store.filter_documents()] == list(range(2300))
    assert store.delete_by_filter({"field": "meta.position", "operator": ">=", "value": 10}) == 2290
    assert store.count_documents() == 10


def test_the_chunks_of_each_store_file_are_listed(settings: Settings, store: Any) -> None:
    assert isinstance(open_index(settings).store, Checked)
    store.write_documents([chunk(n, "é" * (n + 1)) for n in range(3)] + [chunk(n, "heron", "two") for n in (0, 2)])
    assert list(store.stored()) == [
        StoredChunks("in-store-one", "store", "one", 3, 12, True),
        StoredChunks("in-store-two", "store", "two", 2, 10, False),
    ]
    assert list(store.faults()) == []


def test_an_index_is_made_anew_while_it_is_searched(settings: Settings, store: Any) -> None:
    other: Any = open_index(settings).store
    store.write_documents([chunk(n, f"heron number{n % 7}") for n in range(30)])
    store.write_in_turn([chunk(0, "of the third turn", "two")], {"in-store-two": 3})
    before = store.filter_documents(), found(store, "number3")
    [old] = store._versions.behind(store._reading.name)
    store.reindex()
    [new] = store._versions.behind(store._reading.name)
    assert old != new
    for each in (store, other):
        assert (each.filter_documents(), found(each, "number3")) == before
    other.write_in_turn([chunk(0, "of a sleeper", "two")], {"in-store-two": 2})
    assert found(store, "sleeper") == []
    other.close()


def test_who_has_it_open_goes_by_the_shards_of_one_that_another_process_made(settings: Settings, store: Any) -> None:
    store.write_documents([chunk(n, f"heron number{n}") for n in range(30)])
    assert [found(store, f"number{n}") for n in range(30)] == [[f"heron number{n}"] for n in range(30)]
    for shards in (3, 1):
        other: Any = open_index(settings.model_copy(update={"opensearch_shards": shards})).store
        other.reindex()
        other.close()
        assert [found(store, f"number{n}") for n in range(30)] == [[f"heron number{n}"] for n in range(30)]
        store.write_documents([chunk(30 + shards, f"written later {shards}")])
        assert found(store, "later")


def test_an_index_of_another_version_is_read_and_made_anew_beside(
    settings: Settings, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write_documents([chunk(0, "a heron")])
    monkeypatch.setattr("ingest.index.opensearch.versions.INDEX_VERSION", 999_999)
    newer: Any = open_index(settings).store
    assert newer.count_documents() == 1
    for method, argument in ((newer.search, Query("heron")), (newer.write_documents, [chunk(1, "more")])):
        with pytest.raises(StorageFailed, match=r"made by another version .* `rag-ingest reindex`"):
            method(argument)
    assert [each for each in newer.faults() if "another version" in each]
    newer.reindex()
    assert found(newer, "heron") == ["a heron"]
    monkeypatch.undo()
    assert found(store, "heron") == ["a heron"]
    with pytest.raises(StorageFailed, match=r"takes no writes, as .* a newer version has its own"):
        store.write_documents([chunk(1, "would be lost")])
    newer.close()


@pytest.mark.parametrize("wrong", [{"when": object()}, {"when": datetime(2026, 1, 1)}, {"title": "half a pair \ud800"}])
def test_a_document_that_cannot_be_kept_is_the_error_of_its_writer_alone(store: Any, wrong: dict[str, Any]) -> None:
    def write(number: int) -> bool:
        try:
            store.write_documents([chunk(number, "a heron", **(wrong if number % 2 else {}))])
        except (TypeError, ValueError):
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write, range(8))) == [True, False] * 4
    assert store.count_documents() == 4


def test_a_full_disk_is_said_and_passes(store: Any) -> None:
    block = "index.blocks.read_only_allow_delete"
    store.write_documents([chunk(0, "a heron")])
    ask(store, "PUT", "/{index}/_settings", {block: True})
    with pytest.raises(DiskFull, match="takes no more writes"):
        store.write_documents([chunk(1, "an otter")])
    assert found(store, "heron") == ["a heron"]
    ask(store, "PUT", "/{index}/_settings", {block: None})
    store.write_documents([chunk(1, "an otter")])
    assert found(store, "otter") == ["an otter"]


def test_a_missing_part_of_the_index_is_an_error_and_not_fewer_passages(settings: Settings) -> None:
    store: Any = open_index(settings.model_copy(update={"opensearch_shards": 2})).store
    store.write_documents([chunk(n, "a heron") for n in range(20)])
    assert len(store.search(Query("heron", top_k=30))) == 20
    [name] = store._versions.behind(store._reading.name)
    [[shard]] = ask(store, "GET", f"/{name}/_search_shards?routing=0")["shards"]
    lost = {"index": name, "shard": shard["shard"], "node": shard["node"], "allow_primary": True}
    ask(store, "PUT", f"/{name}/_settings", {"index.routing.allocation.enable": "none"})
    ask(store, "POST", "/_cluster/reroute", {"commands": [{"cancel": lost}]})
    for read in (store.count_documents, store.filter_documents, lambda *_: store.search(Query("heron"))):
        with pytest.raises(StorageFailed, match=r"Only 1 of 2 parts|cannot answer at the moment"):
            read()
    store.close()


def test_nobody_there_is_said_with_the_address_and_without_the_password(settings: Settings) -> None:
    gone = settings.model_copy(update={"opensearch_url": SecretStr("http://admin:secret-word@127.0.0.1:9")})
    with pytest.raises(StorageFailed, match=r"cannot be reached at 127\.0\.0\.1:9: see whether it runs") as refused:
        open_index(gone)
    assert "secret-word" not in str(refused.value)


def test_a_dead_address_is_passed_over(settings: Settings) -> None:
    assert settings.opensearch_url
    both = SecretStr(f"http://127.0.0.1:9,{settings.opensearch_url.get_secret_value()}")
    store: Any = open_index(settings.model_copy(update={"opensearch_url": both})).store
    for number in range(5):
        store.write_documents([chunk(number, "heron")])
    assert len(found(store, "heron")) == 5
    store.close()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"Unauthorized", "refuses the user or the password in RAG_OPENSEARCH_URL"),
        (429, b'{"error": {"type": "rejected_execution_exception", "reason": "queue"}}', "too much to do"),
        (503, b'{"error": {"type": "cluster_manager_not_discovered_exception", "reason": ""}}', "has no manager"),
        (502, b"<html>", "cannot answer at the moment"),
        (200, b"<html>", "is not one of OpenSearch's nodes"),
    ],
)
def test_each_failure_is_said_in_words(settings: Settings, status: int, body: bytes, words: str) -> None:
    class Failing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://admin:secret-word@127.0.0.1:{server.server_port}"
        with pytest.raises(StorageFailed, match=words) as refused:
            open_index(settings.model_copy(update={"opensearch_url": SecretStr(address)}))
        assert "secret-word" not in str(refused.value)
        server.shutdown()


def test_what_a_pipeline_writes_of_a_store_has_no_password(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.index.opensearch import OpenSearchDocumentStore

    address = "https://admin:secret-word@search.example:9200"
    written = OpenSearchDocumentStore([address], "rag-default").to_dict()
    assert "secret-word" not in str(written)
    monkeypatch.setenv("RAG_OPENSEARCH_URL", address)
    assert OpenSearchDocumentStore.from_dict(written).addresses == [address]
