"""Passages of attached files: all of them if they fit, else their best; for a summary, how they begin."""

from collections.abc import Sequence

from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.chunk.meta import chunk_meta
from ingest.query import Query
from ingest.records.listing import ListedFile
from ingest.search.adjacent import merge_adjacent
from ingest.search.attached import MAX_CHUNKS, Attached
from ingest.search.documents import Documents
from ingest.search.passages import Passage
from rag_api.answer.overview.beginnings import summary
from rag_api.answer.overview.request import Kind, read
from rag_api.answer.overview.retriever import Overview

MOST = 20  # passages of a file for its summary
MOST_FOUND = 100  # chunks of a file that does not fit


def passages_of(
    attached: Sequence[Attached], query: Query, max_tokens: int, score: float, documents: Documents | None
) -> list[Passage]:
    """Those for the query, in the order of the files, within `max_tokens`; all with this score. Each file has its share
    of the room, and what smaller ones leave. Raises `StorageFailed`."""
    chosen: dict[int, list[Document]] = {}
    for left, (number, each) in zip(
        range(len(attached), 0, -1), sorted(enumerate(attached), key=lambda one: _tokens(one[1].chunks)), strict=True
    ):
        share = max_tokens // left
        whole = _tokens(each.chunks) <= share and len(each.chunks) < MAX_CHUNKS
        chosen[number] = each.chunks if whole else _best(each, query, share, documents)
        max_tokens -= _tokens(chosen[number])
    chunks = [chunk for number in range(len(attached)) for chunk in chosen[number]]
    merged = merge_adjacent(chunks) if chunks else []
    return [Passage(chunk.id, chunk.content, meta=chunk.meta, score=score) for chunk in merged]


def overview_of(attached: Sequence[Attached], question: str, max_tokens: int) -> tuple[list[Passage], Overview | None]:
    """How the files begin and what parts they have, if that is what is asked for."""
    request = read(question)
    if request is None or request.kind is not Kind.SUMMARY:
        return [], None
    room = max_tokens // len(attached)
    passages = [passage for each in attached for passage in summary(_One(each.chunks), each.file, MOST, room)]
    files = len(attached)
    return passages, Overview(Kind.SUMMARY, request.language, files, files) if passages else None


class _One:
    """The chunks of one file, as those of indexed files are asked for."""

    def __init__(self, chunks: list[Document]) -> None:
        self._chunks = chunks

    def chunks(self, file: ListedFile, most: int) -> tuple[list[Document], bool]:
        return self._chunks[:most], len(self._chunks) <= most


def _best(attached: Attached, query: Query, max_tokens: int, documents: Documents | None) -> list[Document]:
    """The chunks that are found, as many as fit, in their order; if nothing is found, the first ones."""
    if attached.file.store_id and documents:
        found = documents.places(attached.file, query, MOST_FOUND)
    else:
        found = _found(attached.chunks, query)
    kept: list[Document] = []
    for chunk in found or attached.chunks:
        max_tokens -= chunk_meta(chunk)["tokens"]
        if max_tokens < 0 and kept:
            break
        kept.append(chunk)
    return sorted(kept, key=lambda chunk: chunk_meta(chunk)["position"])


def _found(chunks: Sequence[Document], query: Query) -> list[Document]:
    from ingest.index.memory import MemoryDocumentStore  # few questions need it

    store = MemoryDocumentStore()
    try:
        store.write_documents(list(chunks), DuplicatePolicy.OVERWRITE)
        return store.search(Query(query.text, None, MOST_FOUND, query.context))
    finally:
        store.close()


def _tokens(chunks: Sequence[Document]) -> int:
    return sum(chunk_meta(chunk)["tokens"] for chunk in chunks)
