"""Build the index anew from the chunks."""

import argparse

from ingest.corpus import open_corpus
from ingest.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with open_corpus(settings) as corpus:
        corpus.index.store.reindex()
        print(f"indexed {corpus.index.store.count_documents()} chunks anew")
    return 0
