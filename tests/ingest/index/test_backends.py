"""The contract: what every backend does the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from haystack import Document, Pipeline
from haystack.components.writers import DocumentWriter
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy

from ingest.errors import Invalid
from ingest.index import BACKENDS
from ingest.index.backend import Index, Kept, open_index
from ingest.query import Query
from ingest.settings import Settings
from tests.engines.opened import emptied_index


@pytest.fixture(params=BACKENDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    with emptied_index(request.param, tmp_path, request) as index:
        yield index


def chunk(content: str, store: str = "store-1", file: str = "file-1", position: int = 0, **meta: Any) -> Document:
    ids = {"store_id": store, "file_id": file, "store_file_id": f"{store}-{file}"}
    return Document(
        id=f"{store}/{file}/{position}",
        content=content,
        meta={**ids, "filename": "a.txt", "position": position, "attributes": {}, **meta},
    )


def of(field: str, *values: str) -> dict[str, Any]:
    return {"field": f"meta.{field}", "operator": "in", "value": list(values)}


def found(index: Index, question: str, **options: Any) -> list[str]:
    return [document.id for document in index.searcher.search(Query(question, **options))]


def test_it_finds_what_was_written_with_a_score_between_0_and_1(index: Index) -> None:
    index.store.write_documents([chunk("a heron by the lake"), chunk("otters at night", position=1)])
    [document] = index.retriever.run(query="heron")["documents"]
    assert document.content == "a heron by the lake"
    assert document.meta == chunk("a heron by the lake").meta
    assert 0 < document.score <= 1


def test_it_overwrites_a_chunk_of_the_same_id(index: Index) -> None:
    index.store.write_documents([chunk("heron")])
    assert index.store.write_documents([chunk("otter")], DuplicatePolicy.OVERWRITE) == 1
    assert found(index, "heron") == []
    assert found(index, "otter") == ["store-1/file-1/0"]
    assert index.store.count_documents() == 1


def test_what_is_kept_elsewhere_says_where_and_takes_room(index: Index) -> None:
    assert isinstance(index.store, Kept) == index.durable
    if isinstance(index.store, Kept):
        index.store.write_documents([chunk("heron")])
        assert index.store.size_bytes() > 1000  # some seconds old, in OpenSearch
        assert "index" in index.store.place


def test_it_deletes_by_file(index: Index) -> None:
    index.store.write_documents([chunk("heron", file="one"), chunk("heron", file="two")])
    assert index.store.delete_by_filter(of("file_id", "one")) == 1
    assert found(index, "heron") == ["store-1/two/0"]


def test_it_deletes_a_whole_store(index: Index) -> None:
    index.store.write_documents([chunk("heron", "a", "one"), chunk("heron", "a", "two"), chunk("heron", "b")])
    assert index.store.delete_by_filter(of("store_id", "a")) == 2
    assert found(index, "heron") == ["b/file-1/0"]


def test_it_counts_and_changes_what_filters_choose(index: Index) -> None:
    index.store.write_documents(
        [chunk("heron", file=name, attributes={"number:year": 1999}) for name in ("one", "two")]
    )
    assert index.store.count_documents_by_filter(of("file_id", "one", "none")) == 1
    assert index.store.update_by_filter(of("file_id", "one"), {"attributes": {"number:year": 2010}}) == 1
    later = {"field": "meta.attributes.number:year", "operator": ">", "value": 2000}
    assert found(index, "heron", filters=later) == ["store-1/one/0"]
    assert index.store.count_documents() == 2


def test_it_searches_only_the_stores_asked_for(index: Index) -> None:
    index.store.write_documents([chunk("heron", store) for store in "abc"])
    assert found(index, "heron", filters=of("store_id", "a", "c", "none")) == ["a/file-1/0", "c/file-1/0"]
    assert found(index, "heron", filters=of("store_id", "none")) == []


def test_context_counts_by_its_weight(index: Index) -> None:
    lake, night = chunk("herons by the lake"), chunk("otters at night", position=1)
    index.store.write_documents([lake, night])
    assert found(index, "otters", context=[("herons", 0.5)]) == [night.id, lake.id]
    assert found(index, "otters", context=[("herons", 0.5), ("lake", 0.9)]) == [lake.id, night.id]
    assert found(index, "", context=[("herons", 0.5)]) == [lake.id]
    for document in index.searcher.search(Query("otters", context=[("night", 1.0), ("owls", 0.1)])):
        assert 0 < (document.score or 0) <= 1


def test_it_filters_before_it_takes_the_best(index: Index) -> None:
    crowd = [chunk("heron heron heron", file="crowd", position=n) for n in range(50)]
    index.store.write_documents([*crowd, chunk("one heron and much else", file="rare")])
    assert found(index, "heron", filters=of("file_id", "rare"), top_k=1) == ["store-1/rare/0"]


def test_it_keeps_the_order_of_a_file(index: Index) -> None:
    index.store.write_documents([chunk(f"part {n}", position=n) for n in range(20)])
    kept = index.store.filter_documents(of("file_id", "file-1"))
    assert [document.meta["position"] for document in kept] == list(range(20))


@pytest.mark.parametrize("question", ["", " ", "?!", "\x00", "unseen", "heron OR (", '"', "🦩", "a:b^2 ~ \\"])
def test_it_answers_any_question_with_passages_or_none(index: Index, question: str) -> None:
    index.store.write_documents([chunk("heron")])
    assert found(index, question) in ([], ["store-1/file-1/0"])


@pytest.mark.asyncio
async def test_it_has_asynchronous_twins(index: Index) -> None:
    store: Any = index.store
    retriever: Any = index.retriever
    await store.write_documents_async([chunk("heron")])
    assert len((await retriever.run_async(query="heron"))["documents"]) == 1
    assert await store.delete_by_filter_async(of("file_id", "file-1")) == 1
    assert (await retriever.run_async(query="heron"))["documents"] == []


def test_many_threads_write_and_each_finds_its_own(index: Index) -> None:
    def write(number: int) -> list[str]:
        index.store.write_documents([chunk(f"common word{number}", file=f"f{number}")])
        return found(index, f"word{number}")

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(write, range(200)))
    assert results == [[f"store-1/f{number}/0"] for number in range(200)]
    assert index.store.count_documents() == 200


def test_the_error_of_one_writer_is_not_that_of_others(index: Index) -> None:
    index.store.write_documents([chunk("kept", file="f7")])

    def write(number: int) -> str:
        try:
            index.store.write_documents([chunk("new", file=f"x{number}"), chunk("new", file=f"f{number}")])
        except DuplicateDocumentError:
            return "duplicate"
        return "written"

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(write, range(16)))
    assert results == ["duplicate" if number == 7 else "written" for number in range(16)]
    assert found(index, "kept") == ["store-1/f7/0"]


def test_store_and_retriever_survive_a_pipeline_as_yaml(index: Index) -> None:
    store: Any = index.store
    pipeline = Pipeline()
    pipeline.add_component("writer", DocumentWriter(store, DuplicatePolicy.OVERWRITE))
    pipeline.add_component("retriever", index.retriever)
    again = Pipeline.loads(pipeline.dumps(), allowed_modules=["ingest.*", "haystack.*"])
    assert again.to_dict() == pipeline.to_dict()


def test_an_unknown_backend_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="embedded, memory, opensearch"):
        open_index(Settings.model_construct(index_backend="paper", data_dir=tmp_path))


def test_it_gives_chunks_by_their_ids(index: Index) -> None:
    """So that the first chunks of a file are found without reading the others."""
    index.store.write_documents([chunk(f"heron {n}", position=n) for n in range(5)])
    index.store.write_documents([chunk("otter", file="file-2", id="store-1/file-1/3")])
    wanted = {"field": "id", "operator": "in", "value": ["store-1/file-1/0", "store-1/file-1/3", "none"]}
    assert {found.content for found in index.store.filter_documents(wanted)} == {"heron 0", "heron 3"}
    assert index.store.count_documents_by_filter(wanted) == 2
    own = {"field": "meta.id", "operator": "==", "value": "store-1/file-1/3"}
    assert [found.content for found in index.store.filter_documents(own)] == ["otter"]
