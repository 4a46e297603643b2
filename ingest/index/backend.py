"""What an index is to the rest of the program: what every store of chunks does, what some do, and how one is opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.embed import DocumentEmbedder, Embeddings
from ingest.errors import Invalid
from ingest.index import BACKENDS
from ingest.query import Searcher

Filters = dict[str, Any]
"""Haystack's: https://docs.haystack.deepset.ai/docs/metadata-filtering"""


class ChunkStore(Searcher, Protocol):
    """A Haystack document store, as far as this program uses it; any thread may call it.

    What a call has written is durable when it returns, and every later search sees it. All calls, a search too, raise
    `StorageFailed`.
    """

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = ...) -> int: ...

    def delete_by_filter(self, filters: Filters) -> int: ...

    def update_by_filter(self, filters: Filters, meta: dict[str, Any]) -> int: ...

    def count_documents(self) -> int: ...

    def count_documents_by_filter(self, filters: Filters) -> int: ...

    def filter_documents(self, filters: Filters | None = None) -> list[Document]: ...

    def close(self) -> None: ...


@runtime_checkable
class Reindexed(Protocol):
    """A store that can make what it searches anew from the chunks that it keeps."""

    def reindex(self) -> None: ...


@runtime_checkable
class Checked(Reindexed, Protocol):
    """A store that can say what it has, and whether it is sound; nobody may write meanwhile."""

    def stored(self) -> Iterator["StoredChunks"]:
        """What there is of each store file, in the order of their ids."""

    def faults(self) -> Iterator[str]:
        """What is wrong with what is searched, in words; `reindex` mends it."""


@runtime_checkable
class Embedded(Protocol):
    """A store that keeps the vectors of one model, and can make those that its chunks lack."""

    def embed(self, embedder: DocumentEmbedder) -> int:
        """How many were made. Interrupted, it goes on where it was."""

    def count_without_vector(self) -> int: ...


@dataclass(frozen=True)
class StoredChunks:
    """The chunks of one store file, together."""

    id: str
    store_id: str | None
    file_id: str | None
    chunks: int
    usage_bytes: int
    gapless: bool
    """Their positions are 0, 1, 2 and so on, and all are in one store and of one file."""


class Retriever(Protocol):
    """A Haystack component that asks a store, for pipelines of any kind."""

    def run(self, query: str, filters: Filters | None = None, top_k: int | None = None) -> dict[str, Any]: ...


class IndexSettings(Protocol):
    """What a backend may want to know of the settings, its own address and key among them."""

    @property
    def index_backend(self) -> str: ...

    @property
    def data_dir(self) -> Path: ...


class Backend(Protocol):
    """The module of a backend."""

    DURABLE: bool
    """If not, its content is gone after a restart, and is to be ingested again."""

    def open_store(self, settings: IndexSettings, embedding_model: str | None, *, searched: bool) -> ChunkStore:
        """When nothing is to be `searched` before it is closed, what is written may be indexed later."""

    def retriever(self, store: Any) -> Retriever: ...


@dataclass(frozen=True)
class Index:
    """An open backend. `searcher` is whom to ask, and `retriever` the same as a component."""

    store: ChunkStore
    searcher: Searcher
    retriever: Retriever
    durable: bool
    close: Callable[[], None]


def open_index(settings: IndexSettings, embeddings: Embeddings | None = None, *, searched: bool = True) -> Index:
    """The backend that the settings name, opened. Raises `Invalid` if there is none such, `FolderInUse`, and
    `StorageFailed`."""
    name = settings.index_backend
    if name not in BACKENDS:
        raise Invalid(f"There is no index backend {name!r}. Known: {', '.join(BACKENDS)}.", "index_backend")
    backend = cast(Backend, import_module(BACKENDS[name]))
    store = backend.open_store(settings, embeddings.model if embeddings else None, searched=searched)
    if embeddings:
        from ingest.index.hybrid import HybridRetriever  # needs NumPy

        hybrid = HybridRetriever(store, embeddings)
        return Index(store, hybrid, hybrid, backend.DURABLE, store.close)
    return Index(store, store, backend.retriever(store), backend.DURABLE, store.close)
