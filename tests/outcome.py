"""What is there in the engines of an installation, beside what its clients were told."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from ingest.index.opensearch.clauses import CHUNKS
from ingest.records import schema
from ingest.records.database import Database, open_database
from ingest.records.store_files import State
from ingest.settings import Settings
from tests.installation import Installation
from tests.load import PATIENCE_S, Load
from tests.server import ROOT, Program

rows, workers = schema.store_files.c, schema.workers.c


class Chunks:
    """Those in OpenSearch, asked of it directly."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        node = settings["RAG_OPENSEARCH_URL"].split(",")[0]
        self._index = f"{node}/{settings['RAG_OPENSEARCH_INDEX']}-default-*"

    def versions(self, store_file_ids: Iterable[str]) -> dict[str, set[int]]:
        """Those of the chunks of each store file; that there are no others is checked."""
        found: dict[str, set[int]] = defaultdict(set)
        count = 0
        for ids in batches(list(store_file_ids)):
            query = {"bool": {"filter": [CHUNKS, {"terms": {"store_file_id": ids}}]}}
            wanted = {"version": True, "_source": False, "docvalue_fields": ["store_file_id"]}
            hits = self._ask("_search", {"query": query, "size": 10_000, **wanted})["hits"]["hits"]
            count += len(hits)
            for hit in hits:
                found[hit["fields"]["store_file_id"][0]].add(hit["_version"])
        assert self._ask("_count", {"query": CHUNKS})["count"] == count
        return found

    def _ask(self, what: str, body: dict[str, Any]) -> Any:
        with httpx2.Client(timeout=60, trust_env=False) as client:
            return client.post(f"{self._index}/{what}", json=body).json()


class Records:
    """What is written about jobs, beside those who write it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self) -> int:
        return sum(state in (State.PENDING, State.RUNNING) for state, _ in self._states().values())

    def running(self, worker: Program) -> set[str]:
        """The files that a worker has claimed."""
        with self._database.read() as connection:
            leases = set(connection.scalars(select(workers.id).where(workers.pid == worker.pid)))
        states = self._states().items()
        return {file_id for file_id, (state, lease) in states if state == State.RUNNING and lease in leases}

    def has_lease(self, worker: Program) -> bool:
        with self._database.read() as connection:
            return bool(connection.scalar(select(workers.id).where(workers.pid == worker.pid)))

    def turns(self) -> dict[str, int]:
        with self._database.read() as connection:
            return {id: turn for id, turn in connection.execute(select(rows.id, rows.turn))}

    def _states(self) -> dict[str, tuple[str, str]]:
        with self._database.read() as connection:
            found = connection.execute(select(rows.file_id, rows.state, rows.worker))
            return {file_id: (state, worker) for file_id, state, worker in found}


def batches(ids: list[str], size: int = 500) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def rag_ingest(command: str, environment: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "ingest.cli", command]
    everything = os.environ | environment | {"PYTHONPATH": str(ROOT), "RAG_DATA_DIR": str(folder / "checking")}
    return subprocess.run(line, env=everything, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)


@contextmanager
def opened_database(url: str, folder: Path) -> Iterator[Database]:
    values: Any = {"data_dir": folder, "database_url": url}
    with closing(open_database(Settings(_env_file=None, **values))) as database:
        yield database


def check_what_is_there(
    many: Installation, load: Load, records: Records, settings: dict[str, str], gone: Collection[Program] = ()
) -> None:
    """That it is what clients were told, once all work is done: for the API, in the index, and for `rag-ingest check`.
    Ends all programs but those that are gone."""
    counts = load.client.vector_stores.retrieve(load.store_id).file_counts
    assert (counts.completed, counts.total) == (len(load.words), len(load.words))
    assert {file.id for file in load.client.files.list()} == load.words.keys()
    assert [file_id for file_id, wanted in load.words.items() if load.found(wanted) != [file_id]] == []
    assert [wanted for wanted in load.deleted.values() if load.found(wanted)] == []
    for program in many.programs:
        if program not in gone:
            assert program.stop() == 0
    turns = records.turns()
    versions = Chunks(settings).versions(turns)
    assert versions.keys() == turns.keys()
    assert [id for id in turns if versions[id] != {turns[id]}] == []  # nobody else has written of it
    checked = rag_ingest("check", settings, many.folder)
    assert checked.returncode == 0, checked.stdout + checked.stderr
