"""The Haystack pipeline that ingests one file: converter, cleaner, splitter, writer."""

from collections.abc import Sequence
from typing import Any

from haystack import Document, Pipeline, component
from haystack.document_stores.types import DuplicatePolicy

from ingest.clean import cleaner
from ingest.convert.component import FileConverter
from ingest.split import TokenSplitter


def ingestion_pipeline(converter: FileConverter, store: Any) -> Pipeline:
    """Give it `{"converter": {"sources": [path], "meta": {...}}}`; the writer's output says what was written."""
    pipeline = Pipeline()
    pipeline.add_component("converter", converter)
    pipeline.add_component("cleaner", cleaner())
    pipeline.add_component("splitter", TokenSplitter())
    pipeline.add_component("writer", ChunkWriter(store))
    pipeline.connect("converter.documents", "cleaner.documents")
    pipeline.connect("cleaner.documents", "splitter.documents")
    pipeline.connect("splitter.documents", "writer.documents")
    pipeline.connect("cleaner.documents", "writer.texts")
    return pipeline


@component
class ChunkWriter:
    """Writes the chunks of one attachment in place of those it had; doing it twice changes nothing.

    Haystack's `DocumentWriter` overwrites, but leaves what an earlier conversion had beyond the last chunk of this one.
    """

    def __init__(self, document_store: Any) -> None:
        self.document_store = document_store

    @component.output_types(chunks=int, usage_bytes=int, converter=str)
    def run(self, documents: list[Document], texts: list[Document]) -> dict[str, Any]:
        self._delete_beyond(documents)
        self.document_store.write_documents(documents, DuplicatePolicy.OVERWRITE)
        return {
            "chunks": len(documents),
            "usage_bytes": sum(len((document.content or "").encode()) for document in documents),
            "converter": ", ".join(text.meta["converter"] for text in texts),
        }

    def _delete_beyond(self, documents: Sequence[Document]) -> None:
        for attachment in {document.meta["attachment_id"] for document in documents}:
            conditions = [
                {"field": "meta.attachment_id", "operator": "==", "value": attachment},
                {"field": "meta.position", "operator": ">=", "value": len(documents)},
            ]
            leftovers = {"operator": "AND", "conditions": conditions}
            if self.document_store.count_documents_by_filter(leftovers):  # a deletion costs a commit of the index
                self.document_store.delete_by_filter(leftovers)
