"""Ingest files, and all files in folders."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from ingest.corpus import open_corpus
from ingest.errors import IngestError
from ingest.jobs import Job
from ingest.settings import Settings
from ingest.store_files import State
from ingest.stores import DEFAULT_STORE

READ_BYTES = 1 << 20


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--store", default=DEFAULT_STORE, help="the id of the store to put them into")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    refused = failed = 0
    with open_corpus(settings) as corpus:
        corpus.stores.check([arguments.store])
        for path in _files(arguments.paths):
            try:
                with path.open("rb") as source, corpus.blobs.draft(settings.max_file_bytes) as draft:
                    while data := source.read(READ_BYTES):
                        draft.write(data)
                    corpus.files.add(draft, path.name, "assistants", arguments.store)
            except (OSError, IngestError) as error:
                refused += 1
                print(f"refused  {path}  ({error})")

        def tell(job: Job) -> None:
            nonlocal failed
            ended = corpus.store_files.get(job.store_id, job.file_id)
            failed += ended.state is State.FAILED
            print(f"failed   {job.filename}  ({ended.message})" if ended.message else f"done     {job.filename}")

        corpus.worker.run_until_idle(tell)
    return 1 if refused or failed else 0


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.is_file() and not inner.name.startswith("."))
        else:
            yield path
