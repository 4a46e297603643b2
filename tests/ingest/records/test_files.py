"""Files that are kept at the same time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event

from ingest.corpus import Corpus
from ingest.errors import StorageFailed
from ingest.records.files import StoredFile
from ingest.records.store_files import State, in_store
from ingest.records.stores import DEFAULT_STORE

TOGETHER = 12


def add(corpus: Corpus, number: int, ready: Callable[[], object] = bool) -> StoredFile:
    with corpus.blobs.draft(1000) as draft:
        draft.write(f"heron {number // 2}".encode())  # some have the same bytes
        draft.finish()
        ready()
        store = DEFAULT_STORE if number % 3 else None
        return corpus.files.add(draft, f"{number}.txt", "assistants", store)


def test_what_comes_while_the_records_are_written_is_written_down_together(corpus: Corpus) -> None:
    commits: list[object] = []
    event.listen(corpus.database.engine, "commit", commits.append)
    with ThreadPoolExecutor(TOGETHER) as pool:
        with corpus.database.write():
            ready = threading.Semaphore(0)
            added = [pool.submit(add, corpus, number, ready.release) for number in range(TOGETHER)]
            for _ in range(TOGETHER):
                ready.acquire()
            time.sleep(0.2)  # for what is left to do until they wait: a call
        files = [future.result() for future in added]
    assert len(commits) < TOGETHER
    assert {file.id for file in corpus.files.list(limit=100).items} == {file.id for file in files}
    for number, file in enumerate(files):
        with corpus.files.open(file) as kept:
            assert (file.filename, kept.read()) == (f"{number}.txt", f"heron {number // 2}".encode())
    attached = corpus.store_files.list(in_store(DEFAULT_STORE), limit=100).items
    assert {file.file_id for file in attached} == {file.id for number, file in enumerate(files) if number % 3}
    assert {file.state for file in attached} == {State.PENDING}


def test_when_the_records_cannot_be_written_each_is_told_and_nothing_is_kept(corpus: Corpus) -> None:
    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO store_files"):
            raise StorageFailed("The disk is full.")

    event.listen(corpus.database.engine, "before_cursor_execute", refuse)
    with ThreadPoolExecutor(TOGETHER) as pool:
        added = [pool.submit(add, corpus, 3 * number + 1) for number in range(TOGETHER)]
        assert all(isinstance(future.exception(), StorageFailed) for future in added)
    event.remove(corpus.database.engine, "before_cursor_execute", refuse)
    assert corpus.files.list(limit=100).items == []
    assert list((corpus.settings.data_dir / "blobs").glob("??/*")) == []
