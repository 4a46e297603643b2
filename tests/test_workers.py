"""Several workers on one database: one is killed, another sleeps through its lease, and each file is ingested once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ingest.corpus import Corpus, open_corpus
from ingest.records import schema
from ingest.records.store_files import State
from ingest.settings import Settings
from tests.corpora import put, wait_until
from tests.databases import NewDatabase
from tests.server import ROOT

# `rag-ingest worker`, with an index in the folder of each: the program wants one that all share.
PROGRAM = """
import argparse
from ingest.cli.worker import run
from ingest.settings import Settings
run(Settings(_env_file=None), argparse.Namespace())
"""

LEASE_S = 2
FILES = 30

rows = schema.store_files.c


@contextmanager
def working(folder: Path, settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker with a scratch folder of its own; killed in the end."""
    assert settings.database_url
    folder.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RAG_", "API_"))}
    environment = inherited | {
        "RAG_DATA_DIR": str(folder / "store"),
        "RAG_DATABASE_URL": settings.database_url.get_secret_value(),
        "RAG_BLOB_URL": settings.blob_url,
        "RAG_LEASE_S": str(LEASE_S),
        "RAG_CONVERSION_PROCESSES": "1",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "log.txt").open("wb") as log:
        line = [sys.executable, "-c", PROGRAM]
        process = subprocess.Popen(line, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def states(corpus: Corpus) -> dict[str, int]:
    with corpus.database.read() as connection:
        return {
            state: number for state, number in connection.execute(select(rows.state, func.count()).group_by(rows.state))
        }


def workers(corpus: Corpus) -> dict[int, str]:
    """The lease of each process that is there."""
    with corpus.database.read() as connection:
        return {pid: id for pid, id in connection.execute(select(schema.workers.c.pid, schema.workers.c.id))}


def running(corpus: Corpus, worker: str) -> int:
    mine = (rows.worker == worker) & (rows.state == State.RUNNING)
    with corpus.database.read() as connection:
        return connection.scalar(select(func.count()).where(mine)) or 0


@pytest.mark.databases("postgresql")
def test_no_file_is_lost_with_a_worker_that_is_killed_or_sleeps(tmp_path: Path, new_database: NewDatabase) -> None:
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "mine", database_url=new_database(), blob_url=blobs.as_uri()
    )
    with open_corpus(settings) as corpus, ExitStack() as at_work:
        for n in range(FILES):
            put(corpus, f"{n}.txt", f"Heron {n} eats frogs. " * 5_000)
        killed, sleeper, last = (at_work.enter_context(working(tmp_path / name, settings)) for name in ("a", "b", "c"))
        wait_until(lambda: {killed.pid, sleeper.pid, last.pid} <= workers(corpus).keys())
        ids = workers(corpus)
        wait_until(lambda: all(running(corpus, ids[process.pid]) for process in (killed, sleeper)))
        sleeper.send_signal(signal.SIGSTOP)
        killed.kill()
        wait_until(lambda: ids[sleeper.pid] not in workers(corpus).values())
        sleeper.send_signal(signal.SIGCONT)
        wait_until(lambda: states(corpus) == {State.DONE: FILES})
        for process in (sleeper, last):
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        assert workers(corpus) == {}
    said = {name: (tmp_path / name / "log.txt").read_text() for name in ("b", "c")}
    assert f"process {killed.pid} on" in said["b"] + said["c"]
    assert "its files are given up" in said["b"]
    assert "Traceback" not in said["b"] + said["c"]
