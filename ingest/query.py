"""What is asked of the index, whoever asks it and whichever way it is searched."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from haystack import Document

from ingest.context import Context
from ingest.no_copy import NoCopy


@dataclass(frozen=True)
class DenseQuery:
    """A question as a vector, and what likeness to it counts, from 0 to 1; shared words count the rest."""

    vector: list[float]
    weight: float


@dataclass(frozen=True)
class Query(NoCopy):
    text: str
    filters: dict[str, Any] | None = None
    """Haystack's; only documents that pass them are found."""
    top_k: int = 10
    context: Context = field(default_factory=list)
    """What the question builds on."""
    embedding_weight: float | None = None
    """What likeness in meaning counts, from 0 to 1, where vectors are searched too; None for the model's own weight."""
    dense: DenseQuery | None = None
    """The question as the embedding model reads it; without it, words are all that is searched for."""


class Searcher(Protocol):
    """A store, or what changes the query before it comes to one."""

    def search(self, query: Query) -> list[Document]:
        """The best `top_k` documents, best first, with scores in 0..1 and without embeddings."""
