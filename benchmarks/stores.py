"""Listing and counting in a store of 100 files and in one of 100,000; a batch of 2,000 files until all are found.

.venv/bin/python -m benchmarks.stores [FILES]
"""

import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from sqlalchemy import insert, update

from benchmarks.index_search import row, texts
from benchmarks.uploads import upload_and_wait
from ingest.corpus import open_corpus
from ingest.ids import new_id
from ingest.records import schema
from ingest.records.store_files import NewStoreFile, State
from ingest.settings import Settings
from tests.server import Server

SMALL = 100
BATCH = 2000
PAGE_WORDS = 400
ROUNDS = 300


def main(large: int) -> None:
    with TemporaryDirectory() as folder:
        stores = {count: _store_of(Path(folder), count) for count in (SMALL, large)}
        row("a store of", *(f"{count:,} files" for count in stores))
        requests = zip(*(_requests(*store).items() for store in stores.values()), strict=True)
        with Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
            for same in requests:
                row(f"{same[0][0]}, p50 ms", *_medians(server, [path for _, path in same]))
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        row(f"a batch of {BATCH:,} files", "ms")
        accepted, found = _batch(server)
        row("POST /v1/vector_stores/{id}/file_batches", f"{1000 * accepted:.0f}")
        row("until all are found", f"{1000 * found:.0f}")


def _store_of(folder: Path, count: int) -> tuple[str, str]:
    """The ids of a new store of so many files, nine in ten done and one failed, and of the file in its middle."""
    settings = Settings(_env_file=None, data_dir=folder / "store")  # type: ignore[call-arg]
    ids = [new_id("file-") for _ in range(count)]
    file = {"filename": "a.txt", "purpose": "vision", "bytes": 1, "sha256": "", "created_at": int(time.time())}
    rows = schema.store_files.c
    with open_corpus(settings) as corpus:
        store = corpus.stores.add(f"{count}", {})
        with corpus.files._database.write() as connection:
            connection.execute(insert(schema.files), [{"id": id, **file} for id in ids])
            corpus.store_files.insert(connection, store.id, [NewStoreFile(id) for id in ids])
            done = update(schema.store_files).where(rows.store_id == store.id)
            connection.execute(done.values(state=State.DONE, usage_bytes=1000))
            connection.execute(done.where(rows.seq % 10 == 0).values(state=State.FAILED, message="It failed."))
    return store.id, ids[count // 2]


def _requests(store_id: str, middle: str) -> dict[str, str]:
    store = f"/vector_stores/{store_id}"
    return {
        "GET /v1/vector_stores/{id}": store,
        "GET .../files": f"{store}/files",
        "GET .../files?limit=100&after={middle}": f"{store}/files?limit=100&after={middle}",
        "GET .../files?filter=failed": f"{store}/files?filter=failed",
        "GET .../files?filter=in_progress": f"{store}/files?filter=in_progress",
        "GET .../files/{id}": f"{store}/files/{middle}",
    }


def _medians(server: Server, paths: Sequence[str]) -> list[str]:
    """Milliseconds each, asked for in turn, so that what else the machine does falls on all alike."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    with httpx2.Client(base_url=server.base_url, trust_env=False) as client:
        for _ in range(ROUNDS):
            for path in paths:
                started = time.perf_counter()
                client.get(path).raise_for_status()
                taken[path].append(1000 * (time.perf_counter() - started))
    return [f"{statistics.median(times):.2f}" for times in taken.values()]


def _batch(server: Server) -> tuple[float, float]:
    """Seconds until the batch was accepted, and until its files were found."""
    pages = [page.encode() for page in texts(BATCH, PAGE_WORDS, seed=5)]
    upload_and_wait(server, pages)
    with httpx2.Client(base_url=server.base_url, timeout=600, trust_env=False) as client:
        files = client.get("/files").json()["data"]
        store = f"/vector_stores/{client.post('/vector_stores', json={}).json()['id']}"
        started = time.perf_counter()
        batch = client.post(f"{store}/file_batches", json={"file_ids": [file["id"] for file in files]})
        accepted = time.perf_counter() - started
        path = f"{store}/file_batches/{batch.raise_for_status().json()['id']}"
        while client.get(path).json()["file_counts"]["in_progress"]:
            time.sleep(0.02)
        return accepted, time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
