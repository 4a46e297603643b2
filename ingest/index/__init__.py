"""Where chunks are kept and found; a backend is a Haystack document store with its BM25 retriever.

To add one: a module with `open_store(folder, embedding_model, searched)`, `retriever(store)` and `DURABLE`, and a line
in `BACKENDS`. Its store is a `Searcher`, by words and, if there is an embedding model, by vectors too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ingest.embed import Embeddings
from ingest.errors import Invalid
from ingest.index.hybrid import HybridRetriever
from ingest.query import Searcher

BACKENDS = {
    "embedded": "ingest.index.embedded",
    "memory": "ingest.index.memory",
}


@dataclass(frozen=True)
class Index:
    """An open backend. `store` has Haystack's extended operations and their `_async` twins; `searcher` is whom to ask,
    and `retriever` the same as a component, for Haystack pipelines of any kind."""

    store: Any
    searcher: Searcher
    retriever: Any
    durable: bool  # if not, its content is gone after a restart and is to be ingested again
    close: Callable[[], None]


def open_index(backend: str, folder: Path, embeddings: Embeddings | None = None, *, searched: bool = True) -> Index:
    """When nothing is to be `searched` before it is closed, what is written may be indexed later. Raises `Invalid` for
    a backend that is not known."""
    if backend not in BACKENDS:
        raise Invalid(f"There is no index backend '{backend}'. Known: {', '.join(BACKENDS)}.", "backend")
    module = import_module(BACKENDS[backend])  # a vendor's library is loaded only when used
    store = module.open_store(folder, embeddings and embeddings.model, searched)
    if embeddings:
        hybrid = HybridRetriever(store, embeddings)
        return Index(store, hybrid, hybrid, module.DURABLE, store.close)
    return Index(store, store, module.retriever(store), module.DURABLE, store.close)
