"""Whole documents: which there are, and which chunks of each are read."""

from typing import Any

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.corpus import Corpus
from ingest.records.attributes import Attributes
from ingest.records.listing import Listing
from ingest.records.stores import DEFAULT_STORE
from ingest.search import documents
from ingest.search.documents import Documents, Scope
from tests.corpora import put, statements

HERE = Scope([DEFAULT_STORE])
BIRDS = {"field": "meta.attributes.text:kind", "operator": "==", "value": "'bird"}


def names(found: list[Any]) -> list[str]:
    return [file.filename for file in found]


def tag(corpus: Corpus, file_id: str, attributes: Attributes) -> None:
    corpus.store_files.update(DEFAULT_STORE, file_id, attributes)
    corpus.worker.run_until_idle()


def test_the_newest_come_first_and_all_are_counted(corpus: Corpus) -> None:
    for number in range(5):
        put(corpus, f"{number}.txt", f"Number {number} of the ponds.")
    put(corpus, "broken.docx", "This is no Word document.")
    corpus.worker.run_until_idle()
    put(corpus, "waiting.txt", "It waits.")
    newest = corpus.documents.newest(HERE, 3)
    assert (names(newest.files), newest.total, newest.exact) == (["4.txt", "3.txt", "2.txt"], 5, True)
    assert corpus.documents.newest(Scope([]), 3) == ([], 0, True)


def test_a_file_in_two_stores_is_listed_once(corpus: Corpus) -> None:
    other = corpus.stores.add("other", {})
    file = put(corpus, "a.txt", "A heron by the lake.")
    corpus.store_files.add(other.id, file.id)
    put(corpus, "b.txt", "An otter in the lake.", other.id)
    corpus.worker.run_until_idle()
    both = Scope([DEFAULT_STORE, other.id])
    files, total, _ = corpus.documents.newest(both, 10)
    assert (sorted(names(files)), total) == (["a.txt", "b.txt"], 2)
    assert sorted(names([file for file, _ in corpus.documents.found(both, "lake", 10)])) == ["a.txt", "b.txt"]


def test_a_filter_leaves_the_others_out(corpus: Corpus) -> None:
    heron, otter = (put(corpus, f"{name}.txt", f"The {name} by the lake.") for name in ("heron", "otter"))
    corpus.worker.run_until_idle()
    tag(corpus, heron.id, {"kind": "bird"})
    tag(corpus, otter.id, {"kind": 1})
    birds = Scope([DEFAULT_STORE], BIRDS)
    files, total, exact = corpus.documents.newest(birds, 10)
    assert (names(files), total, exact) == (["heron.txt"], 1, True)
    assert names([file for file, _ in corpus.documents.found(birds, "lake", 10)]) == ["heron.txt"]


def test_of_many_files_a_filter_is_compared_with_the_newest(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_FILTERED", 2)
    files = [put(corpus, f"{number}.txt", f"Number {number} of the ponds.") for number in range(3)]
    corpus.worker.run_until_idle()
    for file in files:
        tag(corpus, file.id, {"kind": "bird"})
    newest = corpus.documents.newest(Scope([DEFAULT_STORE], BIRDS), 10)
    assert (names(newest.files), newest.total, newest.exact) == (["2.txt", "1.txt"], 2, False)


def test_a_large_file_leaves_room_for_others(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_HITS", 5)
    put(corpus, "large.md", "".join(f"# Herons {n}\n\n{'Herons, herons, herons. ' * 30}\n\n" for n in range(20)))
    put(corpus, "small.txt", "A heron among the otters, the coots and the swans of a lake.")
    corpus.worker.run_until_idle()
    found = corpus.documents.found(HERE, "herons", 10)
    assert names([file for file, _ in found]) == ["large.md", "small.txt"]
    assert len(corpus.documents.found(HERE, "herons", 1)) == 1


def test_what_was_taken_out_is_not_found_though_it_is_still_indexed(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", "A heron by the lake.")
    corpus.worker.run_until_idle()
    [chunk] = corpus.index.store.filter_documents()
    corpus.files.delete(file.id)
    corpus.index.store.write_documents([chunk], DuplicatePolicy.OVERWRITE)
    assert corpus.documents.found(HERE, "heron", 10) == []


class Spied:
    """A store of chunks that says what was read."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.read: list[Document] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def filter_documents(self, filters: Any = None) -> list[Document]:
        found: list[Document] = self._store.filter_documents(filters)
        self.read += found
        return found


def test_of_a_large_file_the_beginning_and_samples_of_the_rest_are_read(corpus: Corpus) -> None:
    put(corpus, "large.md", "".join(f"# Tower {n}\n\n{'The keeper lights the lamp. ' * 30}\n\n" for n in range(40)))
    corpus.worker.run_until_idle()
    spied = Spied(corpus.index.store)
    some = Documents(Listing(corpus.database), spied, corpus.store_files.last_use)
    [file] = some.newest(HERE, 1).files
    chunks, whole = some.chunks(file, 10)
    positions = [chunk.meta["position"] for chunk in chunks]
    assert not whole
    assert positions[:5] == [0, 1, 2, 3, 4]
    assert len(positions) == 10
    assert positions[-1] >= 30
    assert len(spied.read) == 10
    chunks, whole = some.chunks(file, 40)
    assert whole
    assert [chunk.meta["position"] for chunk in chunks] == list(range(40))


def test_a_list_is_read_from_an_index(corpus: Corpus) -> None:
    put(corpus, "a.txt", "A heron by the lake.")
    corpus.worker.run_until_idle()
    with statements(corpus.database) as seen:
        corpus.documents.newest(HERE, 1)
    asked = [(sql, parameters) for sql, parameters in seen if sql.startswith("SELECT")]
    with corpus.database.read() as connection:
        for sql, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()
            steps = [step for *_, step in plan]
            assert not any(step.startswith("SCAN") or "TEMP B-TREE" in step for step in steps), steps
    assert len(asked) == 2
