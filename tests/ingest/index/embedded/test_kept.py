"""What another process keeps is found as it was written last, and never as a half of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from haystack import Document

from ingest.errors import StorageFailed
from ingest.index.embedded import EmbeddedDocumentStore, kept
from ingest.index.embedded.folder import DAMAGED, RECOVERS
from ingest.index.embedded.fulltext import FOLDER, FullText, wipe
from ingest.index.embedded.kept import KeptDocumentStore
from ingest.query import Query

ROOT = Path(__file__).parents[4]

KEEPER = """
import sys
from haystack import Document
from ingest.index.embedded import EmbeddedDocumentStore

store = EmbeddedDocumentStore(sys.argv[1])
for number in range(20):
    store.write_documents([Document(id=str(number), content=f"common word{number}")])
    print(number, flush=True)
    store.reindex()
store.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(tmp_path))
    store.write_documents([Document(id="first", content="common words")])
    yield store
    store.close()


@pytest.fixture
def reading(store: EmbeddedDocumentStore) -> Iterator[KeptDocumentStore]:
    reading = KeptDocumentStore(store.folder)
    yield reading
    reading.close()


def found(store: EmbeddedDocumentStore) -> list[str]:
    return sorted(document.id for document in store.search(Query("common", top_k=100)))


def begin_anew(folder: str) -> None:
    """What the process that keeps a folder does first when it makes the index anew."""
    Path(folder, RECOVERS).touch()
    wipe(Path(folder, FOLDER))
    FullText(Path(folder, FOLDER)).close()


def test_what_was_written_is_found(store: EmbeddedDocumentStore, reading: KeptDocumentStore) -> None:
    assert found(reading) == ["first"]
    store.write_documents([Document(id="second", content="common words, too")])
    assert found(reading) == ["first", "second"]
    store.delete_documents(["first"])
    assert found(reading) == ["second"]


def test_an_index_that_begins_to_be_made_anew_while_it_is_opened_is_not_taken(
    store: EmbeddedDocumentStore, reading: KeptDocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = FullText.reload
    begun: list[str] = []

    def opens_late(fulltext: FullText) -> None:
        if not begun:
            begun.append(store.folder)
            begin_anew(store.folder)
        opens(fulltext)

    store.write_documents([Document(id="second", content="common words, too")])  # which has it opened again
    monkeypatch.setattr(FullText, "reload", opens_late)
    assert found(reading) == ["first"]
    assert begun
    assert found(reading) == ["first"]  # until it is complete
    store.reindex()
    assert found(reading) == ["first", "second"]


def test_who_opens_it_while_it_is_made_anew_waits(
    store: EmbeddedDocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "OPENED_WITHIN_S", 0.2)
    begin_anew(store.folder)
    with pytest.raises(StorageFailed, match="try again"):
        KeptDocumentStore(store.folder)
    store.reindex()
    assert found(KeptDocumentStore(store.folder)) == ["first"]


@pytest.mark.parametrize("damaged", ["meta.json", "*.idx"])
def test_an_index_that_a_reader_finds_damaged_is_made_anew_by_who_writes_it(
    store: EmbeddedDocumentStore, reading: KeptDocumentStore, damaged: str
) -> None:
    for id in map(str, range(300)):
        store.write_documents([Document(id=id, content=f"common words of {id}")])
    assert len(found(reading)) == 100
    store.mend_as_told()
    for file in Path(store.folder, FOLDER).glob(damaged):
        with file.open("r+b") as in_use:
            in_use.write(b"\xff" * file.stat().st_size)
    if damaged == "meta.json":
        assert len(found(reading)) == 100  # by what is open
    else:
        with pytest.raises(StorageFailed):
            found(reading)
    store.mend_as_told()
    assert len(found(reading)) == 100
    assert not Path(store.folder, DAMAGED).exists()


def test_a_reader_makes_no_index_where_there_is_none(store: EmbeddedDocumentStore, reading: KeptDocumentStore) -> None:
    wipe(Path(store.folder, FOLDER))
    assert found(reading) == ["first"]
    with pytest.raises(StorageFailed):
        FullText(Path(store.folder, FOLDER), writes=False)
    assert not Path(store.folder, FOLDER).exists()


def test_all_is_found_at_each_moment_while_another_process_makes_it_anew_again_and_again(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HAYSTACK_TELEMETRY_ENABLED": "false"}
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    with keeper:
        assert keeper.stdout
        assert keeper.stdout.readline() == "0\n"
        reading = KeptDocumentStore(str(tmp_path))
        known = 1
        while keeper.poll() is None:
            ids = found(reading)
            assert len(ids) >= known, "some that were there are not found"
            known = len(ids)
        assert known and len(found(reading)) == 20
        reading.close()
    assert keeper.returncode == 0
