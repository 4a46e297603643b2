"""A corpus for every test that asks for one, and what is done with it. All read their files in one sandbox, since to
start one takes two seconds of the processor; a test of the sandbox's own processes starts its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import orjson
import pytest
from sqlalchemy import event

import ingest.corpus
from ingest.convert.file_converter import FileConverter
from ingest.convert.sandbox import Sandbox
from ingest.corpus import Corpus, Parts
from ingest.query import Query
from ingest.records.database import Database
from ingest.records.files import StoredFile
from ingest.records.store_files import State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from ingest.work.pipeline import steps
from tests.databases import NewDatabase

MEMORY = 384 << 20  # what the worst of the files that broke other converters are read with
WORKERS = 3  # as many as the corpora that are open at a time in one test may use


class OpenCorpus(Protocol):
    def __call__(self, settings: Settings) -> AbstractContextManager[Corpus]: ...


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The one of this test process, started by the first file that is read."""
    made_first = FileConverter(steps=steps()).to_dict()["init_parameters"]["steps"]
    sandbox = Sandbox(WORKERS, MEMORY, first=("ingest.convert.read:components", [orjson.dumps(made_first).decode()]))
    yield sandbox
    sandbox.close()


@pytest.fixture
def settings(tmp_path: Path, new_database: NewDatabase) -> Settings:
    return settings_in(tmp_path / "store", new_database())


def settings_in(data_dir: Path, database_url: str | None = None) -> Settings:
    values: dict[str, Any] = {"data_dir": data_dir, "database_url": database_url}
    return Settings(_env_file=None, conversion_processes=1, **values)


@pytest.fixture
def open_corpus(sandbox: Sandbox) -> OpenCorpus:
    """`open_corpus(settings)`, whose files are read in the sandbox of all tests."""

    @contextmanager
    def open(settings: Settings) -> Iterator[Corpus]:
        with ingest.corpus.open_corpus(settings, Parts(sandbox=sandbox)) as corpus:
            corpus.jobs.lease.start()  # which the worker does, but some tests claim jobs without it
            yield corpus

    return open


@pytest.fixture
def corpus(settings: Settings, open_corpus: OpenCorpus) -> Iterator[Corpus]:
    with open_corpus(settings) as opened:
        yield opened


def put(corpus: Corpus, name: str, content: str | bytes, store_id: str | None = DEFAULT_STORE) -> StoredFile:
    """Keep a file, and put it into a store, where it waits for the worker."""
    with corpus.blobs.draft(1 << 30) as draft:
        draft.write(content.encode() if isinstance(content, str) else content)
        return corpus.files.add(draft, name, "assistants", store_id)


def damage(corpus: Corpus, sha256: str) -> None:
    """Have one bit of the last byte change on the disk."""
    path = corpus.settings.data_dir / "blobs" / sha256[:2] / sha256
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def found(
    corpus: Corpus, question: str, store_id: str = DEFAULT_STORE, filters: dict[str, Any] | None = None
) -> list[str]:
    """The names of the files in which it is found, the best first."""
    run = corpus.passages.run(Query(question, filters, top_k=50), [store_id])
    return [passage.meta["filename"] for passage in run["documents"]]


def state(corpus: Corpus, file: StoredFile) -> State:
    """How far its ingestion into the default store is."""
    return corpus.store_files.get(DEFAULT_STORE, file.id).state


def wait_until(happened: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if happened():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen in time")


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The SQL that runs within the block, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", hear)
    yield seen
    event.remove(database.engine, "before_cursor_execute", hear)
