"""The Haystack component that finds passages in an `EmbeddedDocumentStore`."""

from haystack import component

from ingest.index.retriever import BM25Retriever


@component
class EmbeddedBM25Retriever(BM25Retriever):
    pass
