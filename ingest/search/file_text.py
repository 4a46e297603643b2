"""The text of a store file, put together again from its chunks; and these one by one."""

from collections.abc import Iterable, Iterator

from haystack import Document

from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.errors import NotFound
from ingest.index.backend import ChunkStore
from ingest.records.store_files import StoreFile
from ingest.search.adjacent import continuation

CHUNKS_AT_ONCE = 16


def file_text(chunks: ChunkStore, file: StoreFile) -> Iterator[str]:
    """The text of a store file, in pieces; pages end with a form feed. Raises `NotFound` if it is deleted meanwhile."""
    count = count_chunks(chunks, file)
    before: Document | None = None
    for start in range(0, count, CHUNKS_AT_ONCE):
        positions = range(start, min(start + CHUNKS_AT_ONCE, count))
        found = chunks_at(chunks, file, positions)
        if len(found) < len(positions):
            raise NotFound(f"The text of the file {file.file_id!r} was deleted while it was read.")
        pieces = []
        for chunk in found:
            pieces.append(continuation(before, chunk) if before else chunk.content or "")
            before = chunk
        del found
        yield "".join(pieces)


def count_chunks(chunks: ChunkStore, file: StoreFile) -> int:
    return chunks.count_documents_by_filter({"field": "meta.store_file_id", "operator": "==", "value": file.id})


def chunks_at(chunks: ChunkStore, file: StoreFile, positions: Iterable[int]) -> list[Document]:
    """The chunks of a store file at these positions, in order, as far as they are there."""
    # By their ids, which any index finds without reading the rest of the file.
    ids = [chunk_id(file.store_id, file.file_id, file.id, position) for position in positions]
    found = chunks.filter_documents({"field": "id", "operator": "in", "value": ids})
    return sorted(found, key=lambda chunk: chunk_meta(chunk)["position"])
