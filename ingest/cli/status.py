"""`rag-ingest status`: how far the files of all stores are, or of one."""

import argparse
from collections.abc import Iterable, Sequence

from ingest.bulk.target import Overview, Stores
from ingest.cli.bulk import open_stores
from ingest.counted import counted
from ingest.errors import NotFound
from ingest.printable import printable
from ingest.records.store_files import State
from ingest.settings import Settings
from ingest.work.converters import advice

STATES = [State.DONE, State.PENDING, State.FAILED, State.CANCELLED]
SHOWN_NOTES, SHOWN_FAILURES = 10, 100
LINE = "{:27} {:>9} {:>9} {:>9} {:>9} {:>15}  {}"  # ids are that long; names, of any length, come last


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with open_stores(settings, arguments, ingesting=False) as stores:
        if arguments.store is None:
            _tell_all(stores.all())
            if files := stores.outdated():
                print(advice(files))
            return 0
        store_id = stores.choose(arguments.store)
        if store_id is None:
            raise NotFound(f"No store has the id or the name {arguments.store!r}: `rag-ingest status` lists all.")
        _tell(stores, stores.get(store_id))
    return 0


def _tell_all(overviews: Iterable[Overview]) -> None:
    """A line as soon as a store is read, since there may be very many."""
    for number, store in enumerate(overviews):
        if not number:
            print(LINE.format("id", *STATES, "bytes", "name"))
        files = [f"{store.files[state]:,}" for state in STATES]
        print(LINE.format(store.id, *files, f"{store.usage_bytes:,}", printable(store.name)))


def _tell(stores: Stores, store: Overview) -> None:
    files = sum(store.files.values())
    told = f"{counted(files, 'file')}, {counted(store.usage_bytes, 'byte')} of chunks"
    print(f"store {store.id} ({printable(store.name)}): {told}")
    for state in STATES:
        if store.files[state]:
            print(f"{store.files[state]:8,} {state}")
    _tell_why("failed", list(stores.failed(store.id, SHOWN_FAILURES)), store.files[State.FAILED])
    _tell_why("not read in full", *stores.noted(store.id, SHOWN_NOTES))


def _tell_why(what: str, files: Sequence[tuple[str, str]], number: int) -> None:
    if files:
        print(f"{what}:")
    for name, reason in files:
        print(printable(f"  {name}  ({reason})"))
    if (more := number - len(files)) > 0:
        print(f"  and {more:,} more")
