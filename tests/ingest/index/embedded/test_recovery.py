"""Whatever happens to the process or to the index, the rows stay and the index follows them."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.errors import FolderInUse, StorageFailed
from ingest.index.embedded import EmbeddedDocumentStore, fulltext
from ingest.query import Query

ROOT = Path(__file__).parents[4]

CHILD = """
import os, resource, signal, sys, threading
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy
from ingest.errors import StorageFailed
from ingest.index.embedded import EmbeddedDocumentStore
from ingest.index.embedded.fulltext import FullText
from ingest.query import Query

store = EmbeddedDocumentStore(sys.argv[1], lag=int(sys.argv[2]))

def document(n, text=""):
    return Document(id=str(n), content=f"common word{n} {text}")

def write(n):
    store.write_documents([document(n)], DuplicatePolicy.OVERWRITE)
    os.write(1, f"{n}\\n".encode())
"""


def start(script: str, folder: Path, lag: int = 0) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HAYSTACK_TELEMETRY_ENABLED": "false"}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + script, str(folder), str(lag)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def store(folder: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(folder))
    yield store
    store.close()


def keep(store: EmbeddedDocumentStore, *numbers: int) -> None:
    documents = [Document(id=str(n), content=f"common word{n}") for n in numbers]
    store.write_documents(documents, DuplicatePolicy.OVERWRITE)


def agreeing(store: EmbeddedDocumentStore) -> set[str]:
    """The ids of all documents, once it is sure that a search finds each of them, and each once."""
    kept = [document.id for document in store.filter_documents()]
    found = [document.id for document in store.search(Query("common", top_k=len(kept) + 1))]
    assert sorted(found) == sorted(kept)
    for id in kept[-3:]:
        assert [document.id for document in store.search(Query(f"word{id}"))] == [id]
    return set(kept)


@pytest.mark.parametrize("lag", [0, 20])
@pytest.mark.parametrize("moment", range(3))
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(
    folder: Path, moment: int, lag: int, caplog: pytest.LogCaptureFixture
) -> None:
    script = """
def loop(first):
    for n in range(first, 10**6, 8):
        write(n)
        if n % 3 == 0:
            store.delete_documents([str(n)])
            os.write(1, f"-{n}\\n".encode())
for first in range(1, 9):
    threading.Thread(target=loop, args=(first,)).start()
"""
    with start(script, folder, lag) as child:
        assert child.stdout is not None
        acknowledged = [child.stdout.readline() for _ in range(100)]
        time.sleep(random.Random(moment).uniform(0, 0.2))  # somewhere in a commit, each time elsewhere
        child.kill()
        acknowledged += child.stdout.read().splitlines()

    numbers = {int(line) for line in acknowledged}
    store = EmbeddedDocumentStore(str(folder))
    kept = agreeing(store)
    assert "anew" not in caplog.text  # what was missing was added
    assert {str(n) for n in numbers if n % 3 and n > 0} <= kept
    assert not {str(-n) for n in numbers if n < 0} & kept
    store.close()


@pytest.mark.parametrize(
    "last_words",
    [
        "FullText.update = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
        "commit = FullText._commit\n"
        "FullText._commit = lambda self: (commit(self), os.kill(os.getpid(), signal.SIGKILL))",
    ],
    ids=["rows without index", "index without the rows knowing"],
)
def test_a_kill_between_the_two_commits_is_made_good(
    folder: Path, last_words: str, caplog: pytest.LogCaptureFixture
) -> None:
    script = f"""
for n in range(3):
    write(n)
{last_words}
store.write_documents([document(1, "heron"), document(7)], DuplicatePolicy.OVERWRITE)
"""
    with start(script, folder) as child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    store = EmbeddedDocumentStore(str(folder))
    assert agreeing(store) == {"0", "1", "2", "7"}
    assert "anew" not in caplog.text
    assert [document.id for document in store.search(Query("heron"))] == ["1"]
    store.close()


def test_what_may_lag_is_found_when_there_is_enough_of_it_or_at_the_end(folder: Path) -> None:
    store = EmbeddedDocumentStore(str(folder), lag=3)
    keep(store, 1, 2)
    assert store.search(Query("common")) == [] and store.count_documents() == 2
    keep(store, 3)
    assert agreeing(store) == {"1", "2", "3"}
    keep(store, 4, 2)
    store.delete_documents(["1", "4"])
    store.close()
    store = EmbeddedDocumentStore(str(folder))
    assert agreeing(store) == {"2", "3"}
    store.close()


def test_a_full_disk_is_told_and_leaves_nothing_half_done(folder: Path) -> None:
    # A limit on the size of files is the nearest thing to a full disk that a test can have.
    script = """
write(1)
room = resource.getrlimit(resource.RLIMIT_FSIZE)
refused = 0
for limit in (2_000, 20_000, 40_000, 60_000, 80_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, room[1]))
    try:
        store.write_documents([document(limit, " ".join(f"w{n}" for n in range(10_000)))], DuplicatePolicy.OVERWRITE)
    except StorageFailed as error:
        refused += 1
        assert "space" in error.message, error.message
    resource.setrlimit(resource.RLIMIT_FSIZE, room)
assert refused >= 2, refused
write(2)
found = sorted(document.id for document in store.search(Query("common", top_k=100)))
assert found == sorted(document.id for document in store.filter_documents()), found
store.close()
"""
    with start(script, folder) as child:
        child.communicate()
    assert child.returncode == 0
    store = EmbeddedDocumentStore(str(folder))
    assert {"1", "2"} <= agreeing(store)
    store.close()


def empty(index: Path) -> None:
    shutil.rmtree(index)


def garbage_everywhere(index: Path) -> None:
    for file in index.iterdir():
        file.write_bytes(b"garbage" * 100)


def garbage_in_the_segments(index: Path) -> None:
    for file in index.glob("*.idx"):
        file.write_bytes(file.read_bytes()[:10])


def another_schema(index: Path) -> None:
    meta = index / "meta.json"
    meta.write_text(meta.read_text().replace('"attributes"', '"something"'))


def a_file_in_its_place(index: Path) -> None:
    shutil.rmtree(index)
    index.write_text("not a folder")


@pytest.mark.parametrize("harm", [empty, garbage_everywhere, garbage_in_the_segments, another_schema])
def test_a_damaged_index_is_made_anew_at_the_start(folder: Path, harm: Callable[[Path], None]) -> None:
    store = EmbeddedDocumentStore(str(folder))
    keep(store, *range(20))
    store.close()
    harm(folder / "fulltext")
    store = EmbeddedDocumentStore(str(folder))
    assert agreeing(store) == set(map(str, range(20)))
    keep(store, 20)
    assert len(agreeing(store)) == 21
    store.close()


def test_changes_reach_the_index_itself(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        store = EmbeddedDocumentStore(str(folder))
        keep(store, *range(20))  # which replaces those of the round before
        store.delete_documents([str(n) for n in range(5)])
        assert len(agreeing(store)) == 15
        store.close()
    assert caplog.text == ""  # counts are compared at each start and after each commit


def test_an_index_older_than_its_rows_is_made_anew(folder: Path, tmp_path: Path) -> None:
    for numbers in (range(5), range(5, 10)):
        store = EmbeddedDocumentStore(str(folder))
        keep(store, *numbers)
        store.close()
        if not (tmp_path / "old").exists():
            shutil.copytree(folder / "fulltext", tmp_path / "old")
    shutil.rmtree(folder / "fulltext")
    shutil.copytree(tmp_path / "old", folder / "fulltext")
    store = EmbeddedDocumentStore(str(folder))
    assert len(agreeing(store)) == 10
    store.close()


def test_an_index_of_another_version_is_made_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = EmbeddedDocumentStore(str(folder))
    keep(store, *range(20))
    store.close()
    store = EmbeddedDocumentStore(str(folder))
    assert len(agreeing(store)) == 20
    store.close()
    assert "anew" not in caplog.text
    monkeypatch.setattr("ingest.index.embedded.folder.INDEX_VERSION", fulltext.INDEX_VERSION + 1)
    store = EmbeddedDocumentStore(str(folder))
    assert len(agreeing(store)) == 20
    assert "made anew from 20 chunks" in caplog.text
    store.close()


def test_a_commit_that_does_not_change_what_it_should_is_an_error(folder: Path) -> None:
    index = fulltext.FullText(folder)
    with pytest.raises(fulltext.Broken, match="0 chunks instead of"):
        index.update(remove=[7], add=[])
    index.close()


def test_an_index_lost_while_in_use_is_mended_by_the_next_write(store: EmbeddedDocumentStore, folder: Path) -> None:
    keep(store, *range(20))
    shutil.rmtree(folder / "fulltext")
    keep(store, 20)
    assert len(agreeing(store)) == 21
    store.delete_documents(["3"])
    assert len(agreeing(store)) == 20


def test_an_index_damaged_while_in_use_is_mended_by_the_search_that_fails(
    store: EmbeddedDocumentStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(store, *range(2000))
    for file in (folder / "fulltext").glob("*.idx"):
        with file.open("r+b") as in_use:
            in_use.write(b"\xff" * file.stat().st_size)
    assert len(store.search(Query("common", top_k=10))) == 10
    assert "made anew from 2,000 chunks" in caplog.text


def test_an_index_that_cannot_be_written_is_told_and_loses_no_rows(store: EmbeddedDocumentStore, folder: Path) -> None:
    keep(store, *range(20))
    a_file_in_its_place(folder / "fulltext")
    with pytest.raises(StorageFailed, match="The documents are kept"):
        keep(store, 20)
    assert store.count_documents() == 21
    assert len(store.search(Query("common", top_k=50))) == 20  # what was found before still is

    (folder / "fulltext").unlink()
    keep(store, 21)
    assert len(agreeing(store)) == 22


def test_it_can_be_made_anew_on_demand(store: EmbeddedDocumentStore) -> None:
    keep(store, *range(20))
    store.delete_documents(["3", "4"])
    store.reindex()
    assert len(agreeing(store)) == 18


def test_more_rows_than_a_batch_are_made_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.index.embedded.folder._BATCH", 7)
    store = EmbeddedDocumentStore(str(folder))
    for n in range(0, 50, 10):
        keep(store, *range(n, n + 10))
    store.delete_documents(["0", "49"])
    store.reindex()
    assert len(agreeing(store)) == 48
    store.close()


def test_rows_that_are_no_database_are_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "chunks.sqlite").write_bytes(b"not a database, and long enough to be taken for one" * 100)
    with pytest.raises(StorageFailed, match=r"chunks\.sqlite"):
        EmbeddedDocumentStore(str(folder)).count_documents()


def test_a_second_process_is_told_who_holds_the_folder_until_that_one_dies(folder: Path) -> None:
    with start("write(1)\nsignal.pause()", folder) as child:
        assert child.stdout is not None
        child.stdout.readline()
        store = EmbeddedDocumentStore(str(folder))
        with pytest.raises(FolderInUse, match=str(child.pid)):
            store.count_documents()
        child.kill()
    assert agreeing(store) == {"1"}
    store.close()


def test_stores_of_one_process_share_a_folder_until_the_last_is_closed(folder: Path) -> None:
    one, other = EmbeddedDocumentStore(str(folder)), EmbeddedDocumentStore(f"{folder.parent}/./{folder.name}")
    keep(one, 1)
    assert agreeing(other) == {"1"}
    one.close()
    keep(other, 2)
    assert agreeing(one) == {"1", "2"}  # a closed store opens again when used
    one.close()
    other.close()
    other.close()


def test_a_store_touches_the_disk_only_when_used(folder: Path) -> None:
    store = EmbeddedDocumentStore(str(folder))
    assert EmbeddedDocumentStore.from_dict(store.to_dict()).folder == str(folder)
    assert not folder.exists()


def test_a_folder_that_was_removed_while_it_was_written_to_is_not_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "project" / "index"
    store = EmbeddedDocumentStore(str(folder), lag=100)
    store.write_documents([Document(id="1", content="A heron.")])
    shutil.rmtree(folder.parent)
    with pytest.raises(StorageFailed):
        store.close()  # when the full-text index would follow
    assert not folder.parent.exists()
