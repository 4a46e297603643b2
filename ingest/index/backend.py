"""The protocols of an index: what every store of chunks does, what only some do, and how a backend is opened."""

from collections.abc import Callable, Iterator, Mapping
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

    What a call has written is durable when it returns, and seen by every later search. All methods raise
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
class Fenced(Protocol):
    """A store that several processes write to. A process may sleep through the end of its lease and write what another
    has written meanwhile: of two writes of a chunk, the one of the higher turn stays, whichever comes last."""

    def write_in_turn(self, documents: list[Document], turns: Mapping[str, int]) -> None:
        """Write or replace chunks; `turns` has the turn of each store file. Raises `StorageFailed`."""

    def update_in_turn(self, store_file_id: str, meta: dict[str, Any], turn: int) -> None:
        """`update_by_filter` for the chunks of one store file, unless they were written in a higher turn. Raises
        `StorageFailed`."""


@runtime_checkable
class Reindexed(Protocol):
    """A store that can rebuild its index from the chunks it keeps."""

    def reindex(self) -> None: ...


@runtime_checkable
class Checked(Reindexed, Protocol):
    """A store that can list its chunks and check its index, while nobody writes."""

    def documents(self) -> Iterator[Document]:
        """All of them, in the order in which they were written."""

    def stored(self) -> Iterator["StoredChunks"]:
        """The chunks of each store file, in the order of their ids."""

    def faults(self) -> Iterator[str]:
        """What is wrong with the index, in words; `reindex` repairs it."""


@runtime_checkable
class OnDisk(Protocol):
    """A store of files on this machine, which somebody may remove."""

    def check_there(self) -> None:
        """Raise `StorageFailed` if they were removed or replaced while they are in use."""


@runtime_checkable
class Kept(Protocol):
    """A store that outlives the process, somewhere that people can look at."""

    @property
    def place(self) -> str:
        """Where, for messages."""

    def size_bytes(self) -> int:
        """What it takes there, all copies together. Raises `StorageFailed`."""


@runtime_checkable
class Mended(Protocol):
    """A store that other processes of this machine read."""

    def mend_as_told(self) -> None:
        """Rebuild the index if one of them has found it damaged, and it is. Raises `StorageFailed`."""


@runtime_checkable
class Embedded(Protocol):
    """A store that keeps the vectors of one model, and can make missing ones."""

    def embed(self, embedder: DocumentEmbedder) -> int:
        """Make the missing vectors, and return how many; after an interruption, it goes on where it was. Raises
        `EmbeddingsFailed`."""

    def count_without_vector(self) -> int: ...


@dataclass(frozen=True)
class StoredChunks:
    """A summary of the chunks of one store file."""

    id: str
    store_id: str | None
    file_id: str | None
    chunks: int
    usage_bytes: int
    gapless: bool
    """Whether their positions are 0, 1, 2 and so on, in one store and of one file."""


class Retriever(Protocol):
    """A Haystack component that searches a store, for use in any pipeline."""

    def run(self, query: str, filters: Filters | None = None, top_k: int | None = None) -> dict[str, Any]: ...


class IndexSettings(Protocol):
    """The settings a backend is opened with; one may need more, such as an address and a key of its own."""

    @property
    def index_backend(self) -> str: ...

    @property
    def data_dir(self) -> Path: ...

    @property
    def project(self) -> str:
        """The id of the project whose chunks are kept in it."""


class Backend(Protocol):
    """The module of a backend."""

    DURABLE: bool
    """Whether it survives a restart; if not, everything is ingested again."""

    def open_store(self, settings: IndexSettings, embedding_model: str | None, *, searched: bool) -> ChunkStore:
        """Unless it is to be `searched` before it is closed, the store may index later what is written."""

    def retriever(self, store: Any) -> Retriever: ...


@dataclass(frozen=True)
class Index:
    """An open backend. `searcher` answers searches, and `retriever` does so as a component."""

    store: ChunkStore
    searcher: Searcher
    retriever: Retriever
    durable: bool
    close: Callable[[], None]


def open_index(
    settings: IndexSettings, embeddings: Embeddings | None = None, *, searched: bool = True, kept: bool = False
) -> Index:
    """Open the backend that the settings name, only to read if it is `kept` by another process of this machine. Raises
    `Invalid` for an unknown name, `FolderInUse`, and `StorageFailed`."""
    backend = _backend(settings)
    model = embeddings.model if embeddings else None
    store = _open_kept(backend, settings) if kept else backend.open_store(settings, model, searched=searched)
    if embeddings:
        from ingest.index.hybrid import HybridRetriever  # needs NumPy

        hybrid = HybridRetriever(store, embeddings)
        return Index(store, hybrid, hybrid, backend.DURABLE, store.close)
    return Index(store, store, backend.retriever(store), backend.DURABLE, store.close)


def drop_index(settings: IndexSettings) -> None:
    """Delete what the backend keeps outside of the data folder for the project that is set, in all versions. Raises
    `StorageFailed`."""
    drop: Callable[[IndexSettings], None] | None = getattr(_backend(settings), "drop", None)
    if drop:
        drop(settings)


def can_be_kept(settings: IndexSettings) -> bool:
    """Whether one process of this machine can keep the index while others read it."""
    return hasattr(_backend(settings), "open_kept")


def _open_kept(backend: Backend, settings: IndexSettings) -> ChunkStore:
    opened: ChunkStore = backend.open_kept(settings)  # type: ignore[attr-defined]  # see `can_be_kept`
    return opened


def _backend(settings: IndexSettings) -> Backend:
    name = settings.index_backend
    if name not in BACKENDS:
        raise Invalid(f"There is no index backend {name!r}. Known: {', '.join(BACKENDS)}.", "index_backend")
    return cast(Backend, import_module(BACKENDS[name]))
