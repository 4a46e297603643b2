"""Haystack's own in-memory store, for tests and tryouts: after a restart, it is empty."""

import functools
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from math import hypot
from operator import mul
from typing import Any, Concatenate, ParamSpec, TypeVar

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.in_memory.document_store import BM25_SCALING_FACTOR
from haystack.utils import expit

from ingest.index.backend import IndexSettings
from ingest.index.copies import copies_last
from ingest.index.fusion import UNRELATED, above, fused, score_parts
from ingest.index.to_thread import to_thread
from ingest.query import Query

Given = ParamSpec("Given")
Result = TypeVar("Result")

DURABLE = False


def _one_at_a_time(
    method: Callable[Concatenate[Any, Given], Result],
) -> Callable[Concatenate[Any, Given], Result]:
    def locked(self: Any, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        with self.lock:
            return method(self, *args, **kwargs)

    return functools.update_wrapper(locked, method)


class MemoryDocumentStore(InMemoryDocumentStore):
    """Haystack's store is not safe for threads; here they take turns. Its `_async` methods call these."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        super().__init__(shared=False)

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "MemoryDocumentStore":
        return default_from_dict(cls, data)

    def bm25_retrieval(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int = 10, scale_score: bool = False
    ) -> list[Document]:
        if not query.strip():
            return []  # Haystack would raise
        with self.lock:
            return super().bm25_retrieval(query, filters, top_k, scale_score)

    def search(self, query: Query) -> list[Document]:
        """The best `top_k` documents by the weighted sum over question and context, scaled to 0..1 as Haystack does;
        with a vector, all documents by both. Those with the content of a better one come last."""
        found: dict[str, Document] = {}
        scores: dict[str, float] = defaultdict(float)
        dense = query.dense
        with self.lock:
            for text, weight in [(query.text, 1.0), *query.context]:
                for document in self.bm25_retrieval(text, query.filters, self.count_documents()):
                    found[document.id] = document
                    scores[document.id] += weight * (document.score or 0.0)
            embedded = self.filter_documents(query.filters) if dense else []
        scaled = {id: float(expit(score / BM25_SCALING_FACTOR)) for id, score in scores.items()}
        ranked = [(id, scaled[id]) for id in sorted(scaled, key=scores.__getitem__, reverse=True)]
        if dense:
            alike = _alike(embedded, dense.vector)
            found |= {each.id: _with_parts(each, score_parts(each.id, scaled, alike)) for each in embedded}
            ranked = fused(scaled, alike, dense.weight)
        best = copies_last(ranked, lambda each: found[each[0]].content)[: query.top_k]
        return [replace(found[id], score=score, embedding=None) for id, score in best]

    close = InMemoryDocumentStore.shutdown

    count_documents = _one_at_a_time(InMemoryDocumentStore.count_documents)
    filter_documents = _one_at_a_time(InMemoryDocumentStore.filter_documents)
    write_documents = _one_at_a_time(InMemoryDocumentStore.write_documents)
    delete_documents = _one_at_a_time(InMemoryDocumentStore.delete_documents)
    delete_all_documents = _one_at_a_time(InMemoryDocumentStore.delete_all_documents)
    delete_by_filter = _one_at_a_time(InMemoryDocumentStore.delete_by_filter)
    update_by_filter = _one_at_a_time(InMemoryDocumentStore.update_by_filter)
    count_documents_by_filter = _one_at_a_time(InMemoryDocumentStore.count_documents_by_filter)
    count_unique_metadata_by_filter = _one_at_a_time(InMemoryDocumentStore.count_unique_metadata_by_filter)
    get_metadata_fields_info = _one_at_a_time(InMemoryDocumentStore.get_metadata_fields_info)
    get_metadata_field_min_max = _one_at_a_time(InMemoryDocumentStore.get_metadata_field_min_max)
    get_metadata_field_unique_values = _one_at_a_time(InMemoryDocumentStore.get_metadata_field_unique_values)

    delete_by_filter_async = to_thread(delete_by_filter)  # missing in Haystack's store


def _with_parts(document: Document, parts: dict[str, float]) -> Document:
    return replace(document, meta={**document.meta, "score_parts": parts})


def _alike(documents: list[Document], vector: list[float]) -> dict[str, float]:
    """The scores of those whose embedding can be compared with it."""
    compared = [(document.id, document.embedding) for document in documents if document.embedding]
    cosines = {id: _cosine(embedding, vector) for id, embedding in compared if len(embedding) == len(vector)}
    floor = sum(cosines.values()) / (len(cosines) + UNRELATED)
    return {id: above(floor, cosine) for id, cosine in cosines.items()}


def _cosine(one: list[float], other: list[float]) -> float:
    lengths = hypot(*one) * hypot(*other)
    return sum(map(mul, one, other)) / lengths if lengths else 0.0


def open_store(settings: IndexSettings, embedding_model: str | None, *, searched: bool) -> MemoryDocumentStore:
    return MemoryDocumentStore()


@component
class MemoryBM25Retriever:
    """The store's own search as a component; Haystack's retriever would score differently from all other backends."""

    def __init__(self, document_store: MemoryDocumentStore) -> None:
        self.document_store = document_store

    @component.output_types(documents=list[Document])
    def run(self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None) -> dict[str, Any]:
        return {"documents": self.document_store.search(Query(query, filters, 10 if top_k is None else top_k))}

    run_async = to_thread(run)


def retriever(store: MemoryDocumentStore) -> MemoryBM25Retriever:
    return MemoryBM25Retriever(store)
