"""`rag-ingest`: put documents into the data folder without a server, and look after it."""

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from ingest.corpus import Corpus, open_corpus
from ingest.errors import IngestError
from ingest.jobs import Job
from ingest.settings import Settings, load
from ingest.store_files import State
from ingest.stores import DEFAULT_STORE

READ_BYTES = 1 << 20


def main() -> None:
    arguments = _parser().parse_args()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        with open_corpus(load(Settings)) as corpus:
            sys.exit(arguments.run(corpus, arguments))
    except IngestError as error:
        sys.exit(f"rag-ingest: {error}")
    except KeyboardInterrupt:
        sys.exit("rag-ingest: stopped; what was taken in is kept, and the rest of it is ingested at the next start.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag-ingest", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="ingest files, and all files in folders")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--store", default=DEFAULT_STORE, help="the id of the store to put them into")
    add.set_defaults(run=_add)
    status = commands.add_parser("status", help="how many files a store has, and how far they have got")
    status.add_argument("--store", default=DEFAULT_STORE, help="the id of the store")
    status.set_defaults(run=_status)
    commands.add_parser("reindex", help="build the index anew from the chunks").set_defaults(run=_reindex)
    return parser


def _add(corpus: Corpus, arguments: argparse.Namespace) -> int:
    corpus.stores.check([arguments.store])
    refused = 0
    for path in _files(arguments.paths):
        try:
            with path.open("rb") as source, corpus.blobs.draft(corpus.settings.max_file_bytes) as draft:
                while data := source.read(READ_BYTES):
                    draft.write(data)
                corpus.files.add(draft, path.name, "assistants", arguments.store)
        except (OSError, IngestError) as error:
            refused += 1
            print(f"refused  {path}  ({error})")
    failed = 0

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


def _status(corpus: Corpus, arguments: argparse.Namespace) -> int:
    store = corpus.stores.get(arguments.store)
    print(f"store {store.id} ({store.name}): {sum(store.counts.values())} files, {store.usage_bytes:,} bytes of chunks")
    for state in State:
        if store.counts.get(state):
            print(f"{store.counts[state]:8} {state}")
    return 0


def _reindex(corpus: Corpus, arguments: argparse.Namespace) -> int:
    corpus.index.store.reindex()
    print(f"indexed {corpus.index.store.count_documents()} chunks anew")
    return 0


if __name__ == "__main__":
    main()
