"""`/v1/vector_stores/{id}/files`: putting files into a store, and how far they have got."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from haystack import Document
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Send

from ingest.chunk.meta import chunk_meta, on_one_page
from ingest.corpus import Corpus
from ingest.errors import Invalid, NotFound
from ingest.records.store_files import State, StoreFile, in_store, named, with_note
from ingest.search.file_text import chunk_count, chunks_at, file_text
from rag_api.deps import TheCorpus
from rag_api.http.json_body import JsonRoute
from rag_api.v1.body import Body
from rag_api.v1.limits import Name
from rag_api.v1.paging import ListOf, ThePaging, listed
from rag_api.v1.vector_stores.shapes import (
    STATUS,
    Attributes,
    FileToAttach,
    Status,
    TextContent,
    VectorStoreFile,
)

router = APIRouter(route_class=JsonRoute)

POLL_AFTER_MS = "200"  # else the JavaScript client polls every five seconds
POLLING = "x-stainless-poll-helper"
MOST_CHUNKS = 1 << 40
CANCELLED_S = 0.5  # version 6 of that client does not stop at "cancelled", but polls without a pause


class NewAttributes(Body):
    attributes: Attributes | None


class StoreFileDeleted(BaseModel):
    id: str
    object: Literal["vector_store.file.deleted"] = "vector_store.file.deleted"
    deleted: Literal[True] = True


class FileContent(BaseModel):
    object: Literal["vector_store.file_content.page"] = "vector_store.file_content.page"
    data: list[TextContent]
    has_more: Literal[False] = False
    next_page: None = None


class Chunk(BaseModel):
    object: Literal["vector_store.file.chunk"] = "vector_store.file.chunk"
    chunk: int
    start: int
    end: int
    page_start: int | None
    page_end: int | None
    headings: list[str]
    tokens: int
    text: str

    @classmethod
    def of(cls, chunk: Document) -> "Chunk":
        meta = chunk_meta(chunk)
        return cls(
            chunk=meta["position"],
            start=meta["start"],
            end=meta["end"],
            page_start=meta.get("page_start"),
            page_end=meta.get("page_end"),
            headings=list(meta.get("headings") or ()),
            tokens=meta["tokens"],
            text=on_one_page(chunk.content or ""),
        )


class Chunks(BaseModel):
    object: Literal["list"] = "list"
    data: list[Chunk]
    total: int
    has_more: bool


@router.post("/v1/vector_stores/{store_id}/files")
def attach(corpus: TheCorpus, store_id: str, body: FileToAttach) -> VectorStoreFile:
    """Put a file into a store. It is ingested in the background, and its state can be asked for at once."""
    new = body.new()
    return VectorStoreFile.of(corpus.store_files.add(store_id, new.file_id, new.attributes, new.chunking))


@router.get("/v1/vector_stores/{store_id}/files", response_model=ListOf[VectorStoreFile])
async def list_files(
    corpus: TheCorpus,
    store_id: str,
    paging: ThePaging,
    filter: Status | None = None,
    noted: bool = False,
    name: Annotated[Name | None, Query()] = None,
) -> Response:
    """The files of a store, or those with a given status. Two filters are ours: with `noted`, those with a note; with
    `name`, those that have this in their names."""

    def made() -> ListOf[VectorStoreFile]:
        corpus.stores.get(store_id)
        within = in_store(store_id)
        if noted:
            within &= with_note()
        if name:
            within &= named(name)
        page = corpus.store_files.list(within, states_of(filter), **paging)
        return ListOf.of([VectorStoreFile.of(file) for file in page.items], page.has_more)

    return await listed(made)


@router.get("/v1/vector_stores/{store_id}/files/{file_id}")
async def retrieve(
    request: Request, corpus: TheCorpus, store_id: str, file_id: str, response: Response
) -> VectorStoreFile:
    file = VectorStoreFile.of(await run_in_threadpool(corpus.store_files.get, store_id, file_id))
    if file.status == "in_progress":
        response.headers["openai-poll-after-ms"] = POLL_AFTER_MS
    if file.status == "cancelled" and POLLING in request.headers:
        await asyncio.sleep(CANCELLED_S)
    return file


@router.post("/v1/vector_stores/{store_id}/files/{file_id}")
def update(corpus: TheCorpus, store_id: str, file_id: str, body: NewAttributes) -> VectorStoreFile:
    """Replace all attributes; null clears them. The next search uses the new ones."""
    return VectorStoreFile.of(corpus.store_files.update(store_id, file_id, body.attributes or {}))


@router.delete("/v1/vector_stores/{store_id}/files/{file_id}")
def delete(corpus: TheCorpus, store_id: str, file_id: str) -> StoreFileDeleted:
    """Take a file out of a store; the file itself stays."""
    corpus.store_files.delete(store_id, file_id)
    return StoreFileDeleted(id=file_id)


@router.get("/v1/vector_stores/{store_id}/files/{file_id}/chunks")
def chunks(
    corpus: TheCorpus,
    store_id: str,
    file_id: str,
    first: Annotated[int, Query(ge=0, le=MOST_CHUNKS)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Chunks:
    """Ours: the passages that the file was cut into, from the number `first` on; so are the neighbours of one."""
    file = _read(corpus, store_id, file_id)
    total = chunk_count(corpus.index.store, file)
    found = chain.from_iterable(chunks_at(corpus.index.store, file, range(first, min(first + limit, total))))
    return Chunks(data=[Chunk.of(chunk) for chunk in found], total=total, has_more=first + limit < total)


@router.get("/v1/vector_stores/{store_id}/files/{file_id}/content", response_model=FileContent)
def content(corpus: TheCorpus, store_id: str, file_id: str) -> Response:
    """The text that was read from the file, as searches see it."""
    file = _read(corpus, store_id, file_id)
    pieces = file_text(corpus.index.store, file)
    return PiecesOfText(chain([next(pieces, "")], pieces))


def _read(corpus: Corpus, store_id: str, file_id: str) -> StoreFile:
    """A file that has been read. Raises `NotFound` and `Invalid`."""
    file = corpus.store_files.get(store_id, file_id)
    if file.state is not State.DONE:
        raise Invalid(f"The file {file_id!r} has no text yet: its status is '{STATUS[file.state]}'.")
    return file


class PiecesOfText(StreamingResponse):
    """A `FileContent`, written as its text is read, which may be of any length. It is cut off before its end if the
    file is deleted meanwhile: the server then closes the connection."""

    media_type = "application/json"

    def __init__(self, text: Iterator[str]) -> None:
        mark = "text"
        head, tail = FileContent(data=[TextContent.of(mark)]).model_dump_json().split(f'"{mark}"}}')
        inner = (orjson.dumps(TextContent.of(piece).text)[1:-1] for piece in text)
        super().__init__(chain([f'{head}"'.encode()], inner, [f'"}}{tail}'.encode()]))

    async def stream_response(self, send: Send) -> None:
        with suppress(NotFound):
            await super().stream_response(send)


def states_of(status: Status | None) -> list[State]:
    """Our states for one of OpenAI's."""
    return [state for state in State if STATUS[state] == status]
