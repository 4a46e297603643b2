"""Uploading one-page text files until they are found, and one large file: files a second, CPU and memory.

    .venv/bin/python -m benchmarks.uploads [FILES]

Beside it, in the same run, what Tantivy and SQLite take for the same chunks with nothing around them.
"""

import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import psutil

from benchmarks.index_search import chunks, row, texts
from ingest.index.backend import open_index
from ingest.settings import Settings
from tests.server import Server

CLIENTS = 8
PAGE_WORDS = 400
LARGE_BYTES = 400 << 20
GROUP = 100


def main(count: int) -> None:
    pages = [page.encode() for page in texts(count, PAGE_WORDS, seed=5)]
    row("", "files/s", "CPU ms/file", "seconds")
    with TemporaryDirectory() as folder:
        row("Tantivy and SQLite alone, groups of 100", *_alone(Path(folder), pages))
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        idle = psutil.Process(server.pid).memory_info().rss
        started, cpu = time.perf_counter(), _cpu(server.pid)
        accepted = upload_and_wait(server, pages)
        taken = time.perf_counter() - started
        row("POST /v1/files, accepted", f"{count / accepted:.0f}", "", f"{accepted:.1f}")
        per_file = 1000 * (_cpu(server.pid) - cpu) / count
        row("POST /v1/files, found", f"{count / taken:.0f}", f"{per_file:.2f}", f"{taken:.1f}")
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        row("\nserver's resident memory", "MB")
        row("idle", f"{idle / 1e6:.0f}")
        row("at most, during an upload of 400 MB", f"{_peak_during_upload(server) / 1e6:.0f}")


def upload_and_wait(server: Server, pages: Sequence[bytes]) -> float:
    """Upload from several clients and wait until all are found; the seconds until all were accepted."""
    started = time.perf_counter()
    with httpx2.Client(base_url=server.base_url, timeout=600, trust_env=False) as client:

        def upload(numbered: tuple[int, bytes]) -> None:
            number, page = numbered
            form = {"files": {"file": (f"page{number}.txt", page)}, "data": {"purpose": "assistants"}}
            client.post("/files", **form).raise_for_status()  # type: ignore[arg-type]

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(upload, enumerate(pages)))
        accepted = time.perf_counter() - started
        while client.get("/vector_stores/vs_default").json()["file_counts"]["in_progress"]:
            time.sleep(0.02)
    return accepted


def _alone(folder: Path, pages: Sequence[bytes]) -> tuple[str, str, str]:
    documents = list(chunks(page.decode() for page in pages))
    index = open_index(Settings(_env_file=None, data_dir=folder))
    started, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(documents), GROUP):
        index.store.write_documents(documents[start : start + GROUP])
    seconds, used = time.perf_counter() - started, time.process_time() - cpu
    index.close()
    return f"{len(pages) / seconds:.0f}", f"{1000 * used / len(pages):.2f}", f"{seconds:.1f}"


def _cpu(pid: int) -> float:
    """Seconds that a process and its children have used."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in [process, *process.children(recursive=True)])


def _peak_during_upload(server: Server) -> int:
    process, peak, done = psutil.Process(server.pid), 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.01):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with TemporaryDirectory() as folder:
        large = Path(folder) / "large.bin"
        with large.open("wb") as file:
            file.truncate(LARGE_BYTES)
        with large.open("rb") as content:
            form = {"files": {"file": ("large.bin", content)}, "data": {"purpose": "vision"}}
            url = f"{server.base_url}/files"
            httpx2.post(url, timeout=600, trust_env=False, **form).raise_for_status()  # type: ignore[arg-type]
    done.set()
    watcher.join()
    return peak


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
