"""The default backend: everything in one folder of one machine, nothing else to install.

Read `store.py` first, then `folder.py`, which keeps `rows.py` (the truth) and `fulltext.py` (its index) in step.
"""

from pathlib import Path

from ingest.index.embedded.retriever import EmbeddedBM25Retriever
from ingest.index.embedded.store import EmbeddedDocumentStore

__all__ = ["DURABLE", "EmbeddedBM25Retriever", "EmbeddedDocumentStore", "open_store", "retriever"]

DURABLE = True


def open_store(folder: Path, embedding_model: str | None = None) -> EmbeddedDocumentStore:
    """Opens at once, so that a folder in use or out of order is known at the start."""
    store = EmbeddedDocumentStore(str(folder), embedding_model)
    store.count_documents()
    return store


def retriever(store: EmbeddedDocumentStore) -> EmbeddedBM25Retriever:
    return EmbeddedBM25Retriever(store)
