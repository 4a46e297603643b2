"""The Haystack component that finds passages in an `OpenSearchDocumentStore`."""

from haystack import component

from ingest.index.retriever import BM25Retriever


@component
class OpenSearchBM25Retriever(BM25Retriever):
    pass
