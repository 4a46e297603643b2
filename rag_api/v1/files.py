"""`/v1/files`: upload, list, read, delete."""

import logging
from collections.abc import Generator, Mapping
from itertools import chain
from typing import Annotated, Any, Literal
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ingest.counted import counted
from ingest.errors import Damaged, StorageFailed
from ingest.records.files import Files, StoredFile
from ingest.records.paging import Paging
from ingest.records.stores import DEFAULT_STORE
from rag_api.deps import TheCorpus
from rag_api.http import ranges, room
from rag_api.http.body import declared_length
from rag_api.http.multipart import form
from rag_api.v1.body import Body
from rag_api.v1.errors import ErrorResponse
from rag_api.v1.paging import ListOf, Order
from rag_api.v1.repeated import Repeated

router = APIRouter(tags=["files"])

logger = logging.getLogger(__name__)

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
SEARCHED: set[Purpose] = {"assistants", "user_data"}  # these go into the default store unasked
LIFE_S: dict[Purpose, int] = {"batch": 30 * 86_400}  # others stay, unless the request says otherwise

LARGE = 1 << 20  # bytes of an upload, of which the form around the file is a part

PDF = "application/pdf"
SHOWN_AS_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Browsers show a PDF as an object within a page of their own."""


class ExpiresAfter(Body):
    anchor: Literal["created_at"]
    seconds: int = Field(ge=3600, le=2_592_000)


class NewFile(Body):
    purpose: Purpose
    expires_after: ExpiresAfter | None = None

    @property
    def store_id(self) -> str | None:
        return DEFAULT_STORE if self.purpose in SEARCHED else None

    @property
    def expires_after_s(self) -> int | None:
        return self.expires_after.seconds if self.expires_after else LIFE_S.get(self.purpose)


class FileObject(BaseModel):
    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int
    filename: str
    purpose: str
    status: Literal["processed"] = "processed"  # at once, as OpenAI does; store files have the real state
    expires_at: int | None = Field(None, exclude_if=lambda moment: moment is None)  # OpenAI's schema allows no null

    @classmethod
    def of(cls, file: StoredFile) -> "FileObject":
        return cls(
            id=file.id,
            bytes=file.bytes,
            created_at=file.created_at,
            filename=file.filename,
            purpose=file.purpose,
            expires_at=file.expires_at,
        )


class FileDeleted(BaseModel):
    id: str
    object: Literal["file"] = "file"
    deleted: Literal[True] = True


@router.post("/v1/files")
async def upload(request: Request, corpus: TheCorpus, repeated: Repeated) -> FileObject:
    """Keep a file. With the purpose `assistants` or `user_data`, it can soon be searched in the default store.

    OpenAI's clients retry a request that got no reply. A retry returns the file of the same bytes, name and purpose
    that was uploaded in the ten minutes before, if there is one.
    """
    limit = corpus.settings.max_file_bytes
    size = declared_length(request.headers)
    if size > LARGE:  # not to receive in vain what there is no room for
        [refusal] = await run_in_threadpool(corpus.files.refusals, [size - LARGE])
        if refusal:
            raise refusal
    async with form(request, "file", lambda: corpus.blobs.draft(limit)) as sent:
        new = sent.read(NewFile)

        def keep() -> StoredFile:
            kept = corpus.files.find_added_before(sent.draft, sent.filename, new.purpose) if repeated else None
            return kept or corpus.files.add(
                sent.draft, sent.filename, new.purpose, new.store_id, expires_after_s=new.expires_after_s
            )

        return FileObject.of(await run_in_threadpool(keep))


@router.get("/v1/files", response_model=ListOf[FileObject])
async def list_files(
    corpus: TheCorpus,
    purpose: str | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Order = "desc",
    after: str | None = None,
) -> Response:
    paging = Paging(limit=limit, after=after, ascending=order == "asc")
    return await room.answer(lambda: _page(corpus.files, purpose, paging))


def _page(files: Files, purpose: str | None, paging: Paging) -> bytes:
    """A page as `ListOf[FileObject]` would be, of thousands of files: a model of each takes five times as long."""
    page = files.list(purpose=purpose, **paging)
    first, last = (page.items[0].id, page.items[-1].id) if page.items else ("", "")
    data = list(map(_told, page.items))
    return orjson.dumps({"object": "list", "data": data, "first_id": first, "last_id": last, "has_more": page.has_more})


def _told(file: StoredFile) -> dict[str, Any]:
    told = {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created_at,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "processed",
    }
    return told if file.expires_at is None else {**told, "expires_at": file.expires_at}


@router.get("/v1/files/{file_id}")
def retrieve(corpus: TheCorpus, file_id: str) -> FileObject:
    return FileObject.of(corpus.files.get(file_id))


@router.delete("/v1/files/{file_id}")
def delete(corpus: TheCorpus, file_id: str) -> FileDeleted:
    """Delete a file, and take it out of every store: no later search finds it."""
    corpus.files.delete(file_id)
    return FileDeleted(id=file_id)


@router.head("/v1/files/{file_id}/content", include_in_schema=False)
@router.get("/v1/files/{file_id}/content", response_class=StreamingResponse)
def content(request: Request, corpus: TheCorpus, file_id: str) -> Response:
    """The bytes as they were uploaded, or those that the header `Range` asks for. Browsers show a PDF, at the page of a
    citation's link, and save anything else."""
    file = corpus.files.get(file_id)
    part = ranges.requested(request.headers.get("range"), file.bytes)
    if part is not None and not part:
        message = f"The file has {counted(file.bytes, 'byte')}, and none where the header 'Range' asks for some."
        return ErrorResponse(416, message, headers={"content-range": f"bytes */{file.bytes}"})
    sent = range(file.bytes) if part is None else part
    is_pdf = file.filename.lower().endswith(".pdf")
    headers = {
        "accept-ranges": "bytes",
        "content-length": str(len(sent)),
        "content-disposition": f"{'inline' if is_pdf else 'attachment'}; filename*=UTF-8''{quote(file.filename)}",
        "x-content-type-options": "nosniff",  # so that an uploaded page never runs as one of this server
    }
    if is_pdf:
        headers["content-security-policy"] = SHOWN_AS_PDF
    media_type = PDF if is_pdf else "application/octet-stream"
    if part is not None:
        headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{file.bytes}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(None, status, headers, media_type)
    return _Content(corpus.files.read(file, part), status, headers, media_type)


class _Content(StreamingResponse):
    """The bytes of a file, cut off before their end if they turn out to be damaged or cannot be read any more: the
    server then closes the connection, and the client misses what was declared."""

    def __init__(
        self, pieces: Generator[bytes, None, None], status: int, headers: Mapping[str, str], media_type: str
    ) -> None:
        first = next(pieces)  # the whole of a small file, which is refused if it is damaged
        super().__init__(chain([first], pieces), status, headers, media_type)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Where the client leaves, the file would be open until somebody finds it to be garbage.
            self._pieces.close()

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except Damaged:  # which is in the log
            pass
        except StorageFailed as error:
            logger.error("a download was cut off: %s", error.message)
