"""The index in OpenSearch, for several servers and workers that share it.

Read `store.py` first, then `index.py`, which has the requests, and `writing.py`. What is found, and with which score,
is the same as in the embedded index: terms (`ingest/index/analysis.py`) and scores (`ingest/index/scoring.py`) are
ours, and OpenSearch counts.
"""

from pathlib import Path
from typing import Protocol, cast

from pydantic import SecretStr

from ingest.errors import Invalid
from ingest.index.backend import IndexSettings
from ingest.index.opensearch.retriever import OpenSearchBM25Retriever
from ingest.index.opensearch.store import OpenSearchDocumentStore

__all__ = ["DURABLE", "OpenSearchBM25Retriever", "OpenSearchDocumentStore", "drop", "open_store", "retriever"]

DURABLE = True


class OpenSearchSettings(IndexSettings, Protocol):
    @property
    def opensearch_url(self) -> SecretStr | None: ...

    @property
    def opensearch_ca(self) -> Path | None: ...

    @property
    def opensearch_index(self) -> str: ...

    @property
    def opensearch_shards(self) -> int: ...

    @property
    def opensearch_replicas(self) -> int: ...


def open_store(settings: IndexSettings, embedding_model: str | None, *, searched: bool) -> OpenSearchDocumentStore:
    """Open it at once, so that an engine that cannot be reached is noticed at the start. Raises `StorageFailed`, and
    `Invalid` for a name that no index can have."""
    if embedding_model:
        raise Invalid("There are no vectors in OpenSearch yet: unset RAG_EMBEDDINGS.", "embeddings")
    store = _store(settings)
    store.open()
    return store


def drop(settings: IndexSettings) -> None:
    """Delete the index of the project that is set. Raises `StorageFailed`."""
    store = _store(settings)
    store.drop()
    store.close()


def retriever(store: OpenSearchDocumentStore) -> OpenSearchBM25Retriever:
    return OpenSearchBM25Retriever(store)


def _store(settings: IndexSettings) -> OpenSearchDocumentStore:
    own = cast(OpenSearchSettings, settings)
    if not own.opensearch_url:
        raise Invalid("The index backend 'opensearch' needs RAG_OPENSEARCH_URL.", "opensearch_url")
    return OpenSearchDocumentStore(
        own.opensearch_url.get_secret_value().split(","),
        f"{own.opensearch_index}-{own.project}",
        own.opensearch_shards,
        own.opensearch_replicas,
        str(own.opensearch_ca) if own.opensearch_ca else None,
    )
