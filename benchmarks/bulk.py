"""`rag-ingest add` of one-page text files, into the data folder and through a server: files a second and CPU.

    .venv/bin/python -m benchmarks.bulk [FILES]

Each as the command is typed, and once more when nothing has changed. CPU and seconds are from its start, which takes
some seconds of imports, to its end; the rates are what the command reports, without its start.
"""

import os
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.index_search import row, texts
from ingest.bulk.data_folder import DataFolder
from ingest.bulk.gather import Filter, Found, Gathering
from ingest.bulk.load import GROUP_FILES
from ingest.bulk.target import Wanted
from ingest.corpus import open_corpus
from tests.command import Command, Events
from tests.server import Server

PAGE_WORDS = 400
FILES_A_FOLDER = 500


def main(count: int) -> None:
    row("", "files/s", "CPU ms/file", "seconds")
    with TemporaryDirectory() as folder:
        command = Command(Path(folder))
        make(Path(folder) / "pages", count)
        row("taken in alone, not ingested", *taken_in_alone(command, count))
    with TemporaryDirectory() as folder:
        command = Command(Path(folder))
        make(Path(folder) / "pages", count)
        row("add", *added(command))
        row("add again, nothing changed", *added(command))
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        command = Command(Path(folder))
        make(Path(folder) / "pages", count)
        before = used(server.pid)
        row("add --url", *added(command, "--url", server.base_url))
        row("  of it, the server", "", f"{1000 * (used(server.pid) - before) / count:.2f}", "")
        row("add --url again, nothing changed", *added(command, "--url", server.base_url))


def make(folder: Path, count: int) -> None:
    for number, text in enumerate(texts(count, PAGE_WORDS, seed=5)):
        page = folder / str(number // FILES_A_FOLDER) / f"page{number}.txt"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)


def added(command: Command, *more: str) -> tuple[str, str, str]:
    before = os.times()
    ended = command("add", "pages", "--json", *more)
    after = os.times()
    events = Events(ended.returncode, ended.stdout)
    files, seconds = sum(events.counts.values()), events.summary["seconds"]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{files / seconds:.0f}", f"{1000 * cpu / files:.2f}", f"{after.elapsed - before.elapsed:.1f}"


def taken_in_alone(command: Command, count: int) -> tuple[str, str, str]:
    found = [each for each in Gathering(Filter()).all([str(command.folder / "pages")]) if isinstance(each, Found)]
    with open_corpus(command.settings) as corpus:
        target = DataFolder(corpus, "vs_default", threading.Event())
        started, cpu = time.perf_counter(), time.process_time()
        for start in range(0, count, GROUP_FILES):
            target.add([Wanted(each, "added", {}) for each in found[start : start + GROUP_FILES]])
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    return f"{count / seconds:.0f}", f"{1000 * cpu / count:.2f}", f"{seconds:.1f}"


def used(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in [process, *process.children(recursive=True)])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
