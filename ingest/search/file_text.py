"""The text of a store file, put together again from its chunks; and these one by one."""

from collections.abc import Iterator

from haystack import Document

from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.errors import NotFound
from ingest.index.backend import ChunkStore
from ingest.records.store_files import StoreFile
from ingest.search.adjacent import continuation

CHUNKS_AT_ONCE = 16


def file_text(chunks: ChunkStore, file: StoreFile) -> Iterator[str]:
    """The text of a store file, in pieces; pages end with a form feed. Raises `NotFound` if it is deleted meanwhile."""
    before: Document | None = None
    for some in chunks_at(chunks, file, range(chunk_count(chunks, file))):
        pieces = []
        for chunk in some:
            pieces.append(continuation(before, chunk) if before else chunk.content or "")
            before = chunk
        del some
        yield "".join(pieces)


def chunk_count(chunks: ChunkStore, file: StoreFile) -> int:
    return chunks.count_documents_by_filter({"field": "meta.store_file_id", "operator": "==", "value": file.id})


def chunks_at(chunks: ChunkStore, file: StoreFile, positions: range) -> Iterator[list[Document]]:
    """The chunks of a store file at these positions, in order, some at a time. Raises `NotFound` if it is deleted
    meanwhile."""
    for start in range(positions.start, positions.stop, CHUNKS_AT_ONCE):
        some = range(start, min(start + CHUNKS_AT_ONCE, positions.stop))
        # By their ids, which any index finds without reading the rest of the file.
        ids = [chunk_id(file.store_id, file.file_id, file.id, position) for position in some]
        found = chunks.filter_documents({"field": "id", "operator": "in", "value": ids})
        if len(found) < len(some):
            raise NotFound(f"The text of the file {file.file_id!r} was deleted while it was read.")
        yield sorted(found, key=lambda chunk: chunk_meta(chunk)["position"])
        del found
