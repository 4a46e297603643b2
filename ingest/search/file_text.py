"""The text of a store file, put together again from its chunks."""

from itertools import pairwise

from ingest.chunk.meta import chunk_meta
from ingest.index.backend import ChunkStore
from ingest.records.store_files import StoreFile
from ingest.search.adjacent import continuation


def file_text(chunks: ChunkStore, file: StoreFile) -> str:
    """The text of a store file; pages end with a form feed."""
    condition = {"field": "meta.store_file_id", "operator": "==", "value": file.id}
    found = sorted(chunks.filter_documents(condition), key=lambda chunk: chunk_meta(chunk)["position"])
    rest = [continuation(before, after) for before, after in pairwise(found)]
    return "".join([*(chunk.content or "" for chunk in found[:1]), *rest])
