"""The Haystack pipeline that ingests files: converter, cleaner, language detector and splitter in the
sandbox, then perhaps an embedder, and the writer."""

from collections import Counter
from typing import Any, NamedTuple

from haystack import Document, Pipeline, component
from haystack.document_stores.types import DuplicatePolicy

from ingest.chunk.clean import cleaner
from ingest.chunk.detect_language import LanguageDetector
from ingest.chunk.meta import chunk_meta
from ingest.chunk.split import TokenSplitter
from ingest.convert.file_converter import FileConverter, Source
from ingest.embed import Embeddings
from ingest.index.backend import ChunkStore

AT_ONCE = 1000  # chunks; other files' are written between those of a very large one


def steps(language: str | None = None) -> list[Any]:
    """What a text goes through in the process that read it, before the writer has its chunks: components of use in any
    pipeline. `language` is that of all documents, if it is not to be found for each."""
    return [cleaner(), LanguageDetector(language), TokenSplitter()]


def ingestion_pipeline(converter: FileConverter, store: ChunkStore, embeddings: Embeddings | None = None) -> Pipeline:
    """Give it a converter with the `steps`, and to run `{"converter": {"sources": [Source(path, meta), ...]}}`. The
    converter's outputs say what could not be read, the writer's what was written."""
    pipeline = Pipeline()
    pipeline.add_component("converter", converter)
    pipeline.add_component("writer", ChunkWriter(store))
    chunks = "converter.documents"
    if embeddings:
        pipeline.add_component("embedder", embeddings.documents)
        pipeline.connect(chunks, "embedder.documents")
        chunks = "embedder.documents"
    pipeline.connect(chunks, "writer.documents")
    pipeline.connect("converter.read", "writer.sources")
    return pipeline


class Written(NamedTuple):
    """What there is of one store file."""

    store_file_id: str
    chunks: int
    usage_bytes: int
    converter: str


@component
class ChunkWriter:
    """Writes the chunks of store_file_ids in place of those they had; doing it twice changes nothing.

    Haystack's `DocumentWriter` overwrites, but leaves what an earlier conversion had beyond the last chunk of this one.
    """

    def __init__(self, document_store: ChunkStore) -> None:
        self.document_store = document_store

    @component.output_types(written=list[Written])
    def run(self, documents: list[Document], sources: list[Source]) -> dict[str, Any]:
        """`documents` are the chunks of `sources`."""
        for start in range(0, len(documents), AT_ONCE):
            self.document_store.write_documents(documents[start : start + AT_ONCE], DuplicatePolicy.OVERWRITE)
        chunks: Counter[str] = Counter()
        usage: Counter[str] = Counter()
        for document in documents:
            store_file_id = chunk_meta(document)["store_file_id"]
            chunks[store_file_id] += 1
            usage[store_file_id] += len((document.content or "").encode())
        store_file_ids = [(source.meta["store_file_id"], source.meta["converter"]) for source in sources]
        self._delete_beyond(
            {id: chunks[id] for id, _ in store_file_ids}
        )  # last: a disk that is full leaves what was there
        return {"written": [Written(id, chunks[id], usage[id], converter) for id, converter in store_file_ids]}

    def _delete_beyond(self, chunks: dict[str, int]) -> None:
        """Take away what store_file_ids have beyond so many chunks."""
        kept = self.document_store.count_documents_by_filter(_of(list(chunks)))
        if kept == sum(chunks.values()):  # as nearly always; and a deletion costs a commit of the index
            return
        for id, count in chunks.items():
            beyond = {"field": "meta.position", "operator": ">=", "value": count}
            self.document_store.delete_by_filter({"operator": "AND", "conditions": [_of([id]), beyond]})


def _of(store_file_ids: list[str]) -> dict[str, Any]:
    return {"field": "meta.store_file_id", "operator": "in", "value": store_file_ids}
