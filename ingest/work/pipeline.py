"""The Haystack pipeline that ingests files: converter, cleaner, language detector and splitter in the sandbox, then the
embedder if there is one, and the writer."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

from haystack import Document, Pipeline, component
from haystack.document_stores.types import DuplicatePolicy

from ingest.chunk.clean import cleaner
from ingest.chunk.detect_language import LanguageDetector
from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.chunk.split import TokenSplitter
from ingest.convert.file_converter import FileConverter, Source
from ingest.convert.sandbox.call import always
from ingest.convert.steps import NONE, OwnSteps, load
from ingest.embed import Embeddings
from ingest.errors import Invalid, StorageFailed
from ingest.index.backend import ChunkStore, Fenced
from ingest.settings import Settings

AT_ONCE = 1000  # chunks in one write, so that a very large file does not hold up others


def steps(language: str | None = None, own: OwnSteps = NONE) -> list[Any]:
    """The components that a text goes through in the process that read it; they work in any pipeline. With `language`,
    it is that of all documents; else it is detected for each."""
    return [*own.before, cleaner(), LanguageDetector(language), TokenSplitter(), *own.after]


def try_steps(path: Path, settings: Settings) -> None:
    """Take a text through the steps of a file, in a sandbox. Raises `Invalid` with what is wrong."""
    own = load(path, settings.pipeline_modules)
    whose = {"store_id": "vs_1", "file_id": "file-1", "store_file_id": "vsf_1", "filename": "try.txt"}
    converter = FileConverter(workers=1, steps=steps(settings.language, own), confinement=settings.sandbox)
    with NamedTemporaryFile("w", suffix=".txt") as text:
        text.write("Herons eat frogs and small fish.\n\nThey sleep on one leg.\n")
        text.flush()
        try:
            failures = converter.run([Source(Path(text.name), whose)])["failures"]
        finally:
            converter.close()
    if failures:
        raise Invalid(f"{path}: {failures[0].error.message}")


def ingestion_pipeline(converter: FileConverter, store: ChunkStore, embeddings: Embeddings | None = None) -> Pipeline:
    """A pipeline around a converter that was made with `steps`. Run it with `{"converter": {"sources": [Source(path,
    meta), ...]}}`: the converter's outputs have the failures, the writer's have what was written."""
    pipeline = Pipeline(metadata={"name": "ingestion"})
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
    """What was written for one store file."""

    store_file_id: str
    chunks: int
    usage_bytes: int
    converter: str
    note: str | None = None  # what of the file was not read


@component
class ChunkWriter:
    """Replaces the chunks of store files; writing the same twice changes nothing.

    Haystack's `DocumentWriter` overwrites chunks, but would leave those of an earlier, longer conversion behind.
    """

    def __init__(self, document_store: ChunkStore) -> None:
        self.document_store = document_store

    @component.output_types(written=list[Written])
    def run(
        self,
        documents: list[Document],
        sources: list[Source],
        turns: dict[str, int] | None = None,
        may_write: Callable[[], bool] = always,
    ) -> dict[str, Any]:
        """`documents` are the chunks of `sources`, `turns` has the turn of each store file. Raises `StorageFailed`,
        also if nothing may be written any more."""
        documents = [_under_its_own_id(document) for document in documents]
        for start in range(0, len(documents), AT_ONCE):
            _check(may_write)
            self._write(documents[start : start + AT_ONCE], turns or {})
        chunks: Counter[str] = Counter()
        usage: Counter[str] = Counter()
        for document in documents:
            store_file_id = chunk_meta(document)["store_file_id"]
            chunks[store_file_id] += 1
            usage[store_file_id] += len((document.content or "").encode())
        metas = {source.meta["store_file_id"]: source.meta for source in sources}
        _check(may_write)
        # Deleted last, so that a full disk leaves the chunks that were there.
        self._delete_beyond({id: chunks[id] for id in metas})
        written = (Written(id, chunks[id], usage[id], its["converter"], its.get("note")) for id, its in metas.items())
        return {"written": list(written)}

    def _write(self, documents: list[Document], turns: dict[str, int]) -> None:
        if isinstance(self.document_store, Fenced):
            self.document_store.write_in_turn(documents, turns)
        else:
            self.document_store.write_documents(documents, DuplicatePolicy.OVERWRITE)

    def _delete_beyond(self, chunks: dict[str, int]) -> None:
        """Delete the chunks of each store file beyond this number."""
        kept = self.document_store.count_documents_by_filter(_of(list(chunks)))
        if kept == sum(chunks.values()):  # nearly always; a deletion would cost a commit of the index
            return
        for id, count in chunks.items():
            beyond = {"field": "meta.position", "operator": ">=", "value": count}
            self.document_store.delete_by_filter({"operator": "AND", "conditions": [_of([id]), beyond]})


def _check(may_write: Callable[[], bool]) -> None:
    if not may_write():
        raise StorageFailed("the lease of this process is over, and others have taken up its files")


def _under_its_own_id(document: Document) -> Document:
    """A file that took the sandbox over may have given its chunk the id of another's."""
    meta = chunk_meta(document)
    own = chunk_id(meta["store_id"], meta["file_id"], meta["store_file_id"], meta["position"])
    return document if document.id == own else replace(document, id=own)


def _of(store_file_ids: list[str]) -> dict[str, Any]:
    return {"field": "meta.store_file_id", "operator": "in", "value": store_file_ids}
