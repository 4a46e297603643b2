"""The Haystack component that searches by words and by vectors, in any backend whose `search` takes both."""

import logging
import time
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from haystack import Document, component

from ingest.embed import Embeddings
from ingest.errors import EmbeddingsFailed
from ingest.index.to_thread import to_thread
from ingest.languages import language_of
from ingest.query import DenseQuery, Query, Searcher

logger = logging.getLogger(__name__)

_REMEMBERED = 500  # texts whose vectors are cached: searches are repeated for more results, and turns for context
_PAUSE_S = 10.0  # how long not to ask a model that failed: each try keeps somebody waiting


@component
class HybridRetriever:
    """Searches by words alone if the model does not know the question's language, or cannot be used at the moment."""

    def __init__(self, document_store: Searcher, embeddings: Embeddings) -> None:
        self.document_store = document_store
        self.embeddings = embeddings
        self._vector = lru_cache(_REMEMBERED)(self._embedded)
        self._not_before = 0.0

    @component.output_types(documents=list[Document])
    def run(self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None) -> dict[str, Any]:
        return {"documents": self.search(Query(query, filters, 10 if top_k is None else top_k))}

    run_async = to_thread(run)

    def search(self, query: Query) -> list[Document]:
        return self.document_store.search(replace(query, dense=self._dense(query)))

    def _dense(self, query: Query) -> DenseQuery | None:
        weight = self.embeddings.weight if query.embedding_weight is None else query.embedding_weight
        known = self.embeddings.languages
        if not weight or not query.text.strip() or (known and language_of(query.text).name not in known):
            return None
        now = time.monotonic()
        if now < self._not_before:
            return None
        if self._not_before:
            self._not_before = now + _PAUSE_S  # one asks for all others whether it can be used again
        try:
            # The context has the same weights as in the search by words, but without the single words that query
            # expansion adds by the dozen, which are of use to that search only.
            said = [(query.text, 1.0), *((text, share) for text, share in query.context if len(text.split()) > 1)]
            vectors = [share * self._vector(text) for text, share in said]
        except EmbeddingsFailed as error:
            self._not_before = time.monotonic() + _PAUSE_S
            logger.warning("searched by words alone: %s", error)
            return None
        return DenseQuery(np.sum(vectors, axis=0).tolist(), weight)

    def _embedded(self, text: str) -> Any:
        vector = np.asarray(self.embeddings.text.run(text=text)["embedding"])
        self._not_before = 0.0
        return vector
