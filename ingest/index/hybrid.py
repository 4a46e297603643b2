"""The Haystack component that finds passages by words and by vectors, in any backend whose `search` takes both."""

import logging
import time
from functools import lru_cache
from typing import Any

import numpy as np
from haystack import Document, component

from ingest.context import Context
from ingest.embed import Embeddings
from ingest.errors import EmbeddingsFailed
from ingest.index.backend import ChunkStore
from ingest.index.fusion import Dense
from ingest.index.to_thread import to_thread
from ingest.languages import language_of

logger = logging.getLogger(__name__)

_REMEMBERED = 500  # texts whose vectors are kept: a search may be tried again for more, and a conversation goes on
_PAUSE_S = 10.0  # how long a model that failed is not asked again: somebody waits for each try


@component
class HybridRetriever:
    """A question in a language that the model does not know is searched for by its words alone, and so is any other
    while the model cannot be had."""

    def __init__(self, document_store: ChunkStore, embeddings: Embeddings) -> None:
        self.document_store = document_store
        self.embeddings = embeddings
        self._vector = lru_cache(_REMEMBERED)(self._embedded)
        self._not_before = 0.0

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        context: Context | None = None,
        embedding_weight: float | None = None,
    ) -> dict[str, Any]:
        """`embedding_weight` is what likeness counts, from 0 to 1, where that is not to be the model's own."""
        dense = self._dense(query, context or [], embedding_weight)
        top_k = 10 if top_k is None else top_k
        return {"documents": self.document_store.search(query, filters, top_k, context, dense)}

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        query: str,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        context: Context | None = None,
        embedding_weight: float | None = None,
    ) -> dict[str, Any]:
        return await to_thread(HybridRetriever.run)(self, query, filters, top_k, context, embedding_weight)

    def _dense(self, query: str, context: Context, weight: float | None) -> Dense | None:
        weight = self.embeddings.weight if weight is None else weight
        known = self.embeddings.languages
        if not weight or not query.strip() or (known and language_of(query).name not in known):
            return None
        if time.monotonic() < self._not_before:
            return None
        try:
            # What it builds on counts as in the search for words, but for single words, as feedback adds them by the
            # dozen: they are of use to that search alone.
            said = [(query, 1.0), *((text, share) for text, share in context if len(text.split()) > 1)]
            vectors = [share * self._vector(text) for text, share in said]
        except EmbeddingsFailed as error:
            self._not_before = time.monotonic() + _PAUSE_S
            logger.warning("searched by words alone: %s", error)
            return None
        return Dense(np.sum(vectors, axis=0).tolist(), weight)

    def _embedded(self, text: str) -> Any:
        return np.asarray(self.embeddings.text.run(text=text)["embedding"])
