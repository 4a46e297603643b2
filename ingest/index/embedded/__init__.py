"""The default backend: everything in a folder of this machine, with nothing else to install.

Read `store.py` first, then `folder.py`, which keeps `rows.py` (the truth) and `fulltext.py` (its index) in step.
"""

import logging

from ingest.counted import counted
from ingest.data_folder import INDEX
from ingest.index.backend import IndexSettings
from ingest.index.embedded.kept import KeptDocumentStore
from ingest.index.embedded.retriever import EmbeddedBM25Retriever
from ingest.index.embedded.store import EmbeddedDocumentStore

__all__ = ["DURABLE", "EmbeddedBM25Retriever", "EmbeddedDocumentStore", "open_store", "retriever"]

logger = logging.getLogger(__name__)

DURABLE = True
UNSEARCHED_LAG = 2000  # chunks, a few MB of text: they take a second to index


def open_store(settings: IndexSettings, embedding_model: str | None, *, searched: bool) -> EmbeddedDocumentStore:
    """Open it at once, so that a folder in use or out of order is noticed at the start. Raises `FolderInUse` and
    `StorageFailed`."""
    folder = settings.data_dir / INDEX
    store = EmbeddedDocumentStore(str(folder), embedding_model, 0 if searched else UNSEARCHED_LAG)
    if lacking := store.count_without_vector():
        chunks = store.count_documents()
        logger.warning(
            "of %s, %d without a vector of '%s', so found by words alone: rag-ingest reindex makes the vectors",
            *(counted(chunks, "chunk"), lacking, embedding_model),
        )
    return store


def open_kept(settings: IndexSettings) -> KeptDocumentStore:
    """That of a folder which another process of this machine keeps. Raises `StorageFailed`."""
    return KeptDocumentStore(str(settings.data_dir / INDEX))


def retriever(store: EmbeddedDocumentStore) -> EmbeddedBM25Retriever:
    return EmbeddedBM25Retriever(store)
