"""Passages of attached files: all of them if they fit, else their best; for a summary, how they begin."""

from collections.abc import Sequence

from haystack import Document
from haystack.document_stores.types import DuplicatePolicy

from ingest.chunk.meta import chunk_meta
from ingest.query import Query
from ingest.records.listing import ListedFile
from ingest.search.adjacent import merge_adjacent
from ingest.search.attached import Attached
from ingest.search.passages import Passage
from rag_api.answer.overview.beginnings import summary
from rag_api.answer.overview.request import Kind, read
from rag_api.answer.overview.retriever import Overview

MOST = 20  # passages of a file for its summary


def passages_of(attached: Sequence[Attached], query: Query, max_tokens: int, score: float) -> list[Passage]:
    """Those for the query, in the order of the files, within `max_tokens`; all with this score."""
    chunks = [chunk for each in attached for chunk in each.chunks]
    if sum(chunk_meta(chunk)["tokens"] for chunk in chunks) > max_tokens:
        chunks = _best(chunks, query, max_tokens)
    return [Passage(chunk.id, chunk.content, meta=chunk.meta, score=score) for chunk in _merged(chunks)]


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


def _best(chunks: Sequence[Document], query: Query, max_tokens: int) -> list[Document]:
    """Those that are found first, as many as fit; then, where too few are found, the beginning."""
    from ingest.index.memory import MemoryDocumentStore  # few questions need it

    store = MemoryDocumentStore()
    try:
        store.write_documents(list(chunks), DuplicatePolicy.OVERWRITE)
        found = store.search(Query(query.text, None, len(chunks), query.context))
    finally:
        store.close()
    position = {chunk.id: number for number, chunk in enumerate(chunks)}
    ranked = [*(position[chunk.id] for chunk in found), *range(len(chunks))]
    kept: set[int] = set()
    for number in dict.fromkeys(ranked):
        tokens = chunk_meta(chunks[number])["tokens"]
        if tokens > max_tokens and kept:
            break
        kept.add(number)
        max_tokens -= tokens
    return [chunks[number] for number in sorted(kept)]


def _merged(chunks: list[Document]) -> list[Document]:
    return merge_adjacent(chunks) if chunks else []
