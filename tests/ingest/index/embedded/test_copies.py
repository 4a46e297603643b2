"""Whatever is written and deleted, of each content one row is the first, and it alone counts."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.index.embedded import EmbeddedDocumentStore
from ingest.index.embedded.rows import FILE
from ingest.query import Query

TEXTS = [f"the heron number{n} eats {'fish ' * n} by lake{n % 3}" for n in range(8)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(folder))
    yield store
    store.close()


def chunk(id: str, content: str, store_id: str = "a") -> Document:
    return Document(id=id, content=content, meta={"store_id": store_id, "file_id": id, "language": "en"})


def within(store_id: str) -> dict[str, Any]:
    return {"field": "meta.store_id", "operator": "==", "value": store_id}


def scores(store: EmbeddedDocumentStore, question: str, **options: Any) -> dict[str, float]:
    """By content, of the best chunk that has it."""
    found = store.search(Query(question, **options))
    return {document.content or "": document.score or 0.0 for document in reversed(found)}


def copies(folder: Path) -> dict[int, list[int]]:
    """Of each content, which of its rows are copies, by the rows."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        found: dict[int, list[int]] = {}
        for hashed, copy in connection.execute("SELECT content_hash, copy FROM chunks ORDER BY row"):
            found.setdefault(hashed, []).append(copy)
    return found


def is_sound(folder: Path) -> bool:
    return all(each.count(0) == 1 for each in copies(folder).values())


def test_whatever_is_written_and_deleted_the_first_alone_counts(folder: Path, tmp_path: Path) -> None:
    some = random.Random(4)
    kept: dict[str, Document] = {}
    store = EmbeddedDocumentStore(str(folder))
    for turn in range(60):
        ids = [str(some.randrange(40)) for _ in range(some.randint(1, 6))]
        if some.random() < 0.5:
            written = [chunk(id, some.choice(TEXTS), some.choice("abc")) for id in dict.fromkeys(ids)]
            store.write_documents(written, DuplicatePolicy.OVERWRITE)
            kept |= {document.id: document for document in written}
        else:
            store.delete_documents(ids)
            kept = {id: document for id, document in kept.items() if id not in ids}
        assert is_sound(folder)
        if turn % 10 == 9:
            store.close()  # a restart
            store = EmbeddedDocumentStore(str(folder))
        if turn % 20 == 19:
            store.reindex()  # without what was removed, whose length still counts before
            fresh = EmbeddedDocumentStore(str(tmp_path / f"fresh {turn}"))
            contents = list(dict.fromkeys(document.content or "" for document in kept.values()))
            fresh.write_documents([chunk(content, content) for content in contents])
            for question in ("heron fish", "number3 lake1", "who is number7 at lake2"):
                assert scores(store, question, top_k=99) == pytest.approx(scores(fresh, question, top_k=99), rel=0.02)
            fresh.close()
    assert {document.id for document in store.filter_documents()} == kept.keys()
    store.close()


def test_a_copy_is_found_where_it_alone_is_and_scores_as_the_first(store: EmbeddedDocumentStore) -> None:
    store.write_documents([chunk("1", TEXTS[1], "a"), chunk("2", TEXTS[1], "b"), chunk("3", TEXTS[2], "a")])
    [of_first] = store.search(Query("number1", within("a")))
    [of_copy] = store.search(Query("number1", within("b")))
    assert (of_first.id, of_copy.id) == ("1", "2")
    assert of_first.score == of_copy.score
    store.delete_documents(["1"])
    [heir] = store.search(Query("number1"))
    assert heir.id == "2"


def test_a_word_only_in_the_title_of_a_copy_is_found(store: EmbeddedDocumentStore) -> None:
    titled = Document(id="2", content=TEXTS[1], meta={"title": "Otters"})
    store.write_documents([chunk("1", TEXTS[1]), titled, chunk("3", TEXTS[2])])
    assert [document.id for document in store.search(Query("otters"))] == ["2"]


def test_texts_beyond_thousands_of_copies_are_found(store: EmbeddedDocumentStore) -> None:
    boilerplate = [chunk(f"{kind} {n}", f"{kind} heron fish lake") for n in range(400) for kind in ("old", "new")]
    store.write_documents([*boilerplate, chunk("rare", "a heron at the other lake with nothing else to do there")])
    found = [document.content for document in store.search(Query("heron fish lake", top_k=5))]
    assert found[:2] in (["old heron fish lake", "new heron fish lake"], ["new heron fish lake", "old heron fish lake"])
    assert found[2] == "a heron at the other lake with nothing else to do there"
    assert set(found[3:]) <= set(found[:2])
    checked = {"field": "meta.file_id", "operator": "!=", "value": ["not indexed"]}
    assert found[:3] == [document.content for document in store.search(Query("heron fish lake", checked, top_k=3))]


def test_what_is_overwritten_does_not_become_a_copy_of_itself(store: EmbeddedDocumentStore, folder: Path) -> None:
    for _ in range(3):
        store.write_documents([chunk("1", TEXTS[1]), chunk("2", TEXTS[1])], DuplicatePolicy.OVERWRITE)
        assert sorted(*copies(folder).values()) == [0, 1]
        assert len(store.search(Query("heron"))) == 2


def test_an_error_of_the_caller_leaves_the_first_as_it_was(store: EmbeddedDocumentStore, folder: Path) -> None:
    store.write_documents([chunk("1", TEXTS[1]), chunk("2", TEXTS[1])])

    def fail(rows: Any) -> None:
        rows._connection.execute("DELETE FROM chunks WHERE id = '1'")
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        store._folder.write(fail)
    assert list(copies(folder).values()) == [[0, 1]]
    assert [document.id for document in store.search(Query("heron"))] == ["1", "2"]


def test_rows_of_an_older_version_are_looked_through_for_copies(folder: Path) -> None:
    store = EmbeddedDocumentStore(str(folder))
    store.write_documents([chunk(str(n), TEXTS[n % 3]) for n in range(9)])
    expected = scores(store, "heron lake1")
    store.close()
    with closing(sqlite3.connect(folder / FILE)) as older:
        columns = "row, id, store_id, file_id, store_file_id, meta, content, rest"
        older.executescript(
            "CREATE TABLE older (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, store_id TEXT,"
            "file_id TEXT, store_file_id TEXT, meta TEXT NOT NULL, content TEXT, rest TEXT) STRICT;"
            f"INSERT INTO older SELECT {columns} FROM chunks; DROP TABLE chunks; DROP TABLE bereft;"
            "ALTER TABLE older RENAME TO chunks; DELETE FROM removed; UPDATE progress SET version = 0;"
        )
    store = EmbeddedDocumentStore(str(folder))
    assert store.count_documents() == 9
    assert list(copies(folder).values()) == [[0, 1, 1]] * 3
    assert scores(store, "heron lake1") == pytest.approx(expected, rel=0.001)
    assert len(store.search(Query("heron", top_k=20))) == 9
    store.close()


def test_the_index_follows_the_copies_after_a_crash(folder: Path) -> None:
    child = os.fork()
    if child == 0:
        store = EmbeddedDocumentStore(str(folder))
        store.write_documents([chunk(str(n), TEXTS[n % 3]) for n in range(9)])
        store._folder.fulltext.update = lambda *_: os._exit(7)  # type: ignore[method-assign]
        store.delete_documents(["0", "1"])
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    store = EmbeddedDocumentStore(str(folder))
    assert is_sound(folder)
    assert {document.id for document in store.search(Query("number0"))} == {"3", "6"}
    assert store._folder.fulltext.count() == 7
    store.close()
