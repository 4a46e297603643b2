"""What a search asks the index for."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from haystack import Document

from ingest.context import Context
from ingest.no_copy import NoCopy


@dataclass(frozen=True)
class DenseQuery:
    """A question as a vector. `weight`, from 0 to 1, is that of likeness in meaning; shared words have the rest."""

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
    """The weight of likeness in meaning, from 0 to 1, where there are vectors; None for the model's default."""
    rerank: bool = True
    """Whether a model may put the results in order, where one is set."""
    dense: DenseQuery | None = None
    """The question as a vector; without it, the search is by words only."""


_LONGEST = 4_000
"""Characters of a text that are searched for: of a page that was pasted in, the rarest words are enough."""


def shortened(text: str) -> str:
    """A text as it is searched for: of one that is too long, the beginning and the end, where people ask."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}\n{text[-half:]}"


class Searcher(Protocol):
    """A store, or a step that changes the query before it gets there."""

    def search(self, query: Query) -> list[Document]:
        """The best `top_k` documents, best first, with scores in 0..1 and without embeddings. Raises
        `StorageFailed`."""
