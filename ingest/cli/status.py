"""How many files a store has, and how far they have got."""

import argparse

from ingest.corpus import open_corpus
from ingest.records.store_files import State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", default=DEFAULT_STORE, help="the id of the store")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with open_corpus(settings) as corpus:
        store = corpus.stores.get(arguments.store)
    print(f"store {store.id} ({store.name}): {sum(store.counts.values())} files, {store.usage_bytes:,} bytes of chunks")
    for state in State:
        if store.counts.get(state):
            print(f"{store.counts[state]:8} {state}")
    return 0
