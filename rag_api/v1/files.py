"""`/v1/files`: upload, list, read, delete."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from ingest.files import StoredFile
from ingest.stores import DEFAULT_STORE
from rag_api.deps import TheCorpus
from rag_api.v1.errors import Refused
from rag_api.v1.multipart import form
from rag_api.v1.paging import ListOf, Order

router = APIRouter(tags=["files"])

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
SEARCHED: set[Purpose] = {"assistants", "user_data"}  # these go into the default store by themselves
READ_BYTES = 1 << 18


class FileObject(BaseModel):
    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int
    filename: str
    purpose: str
    status: Literal["processed"] = "processed"  # OpenAI's too says so at once; a store file says how far it has got

    @classmethod
    def of(cls, file: StoredFile) -> "FileObject":
        return cls(
            id=file.id, bytes=file.bytes, created_at=file.created_at, filename=file.filename, purpose=file.purpose
        )


class FileDeleted(BaseModel):
    id: str
    object: Literal["file"] = "file"
    deleted: Literal[True] = True


@router.post("/v1/files")
async def upload(request: Request, corpus: TheCorpus) -> FileObject:
    """Keep a file. With purpose `assistants` or `user_data` it is searchable in the default store a moment later."""
    limit = corpus.settings.max_file_bytes
    async with form(request, "file", lambda: corpus.blobs.draft(limit)) as sent:
        purpose = _purpose(sent.fields.pop("purpose", None))
        if sent.fields:
            name = next(iter(sent.fields))
            raise Refused(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
        store_id = DEFAULT_STORE if purpose in SEARCHED else None
        assert sent.draft is not None
        file = await run_in_threadpool(corpus.files.add, sent.draft, sent.filename, purpose, store_id)
    return FileObject.of(file)


@router.get("/v1/files")
def list_files(
    corpus: TheCorpus,
    purpose: str | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Order = "desc",
    after: str | None = None,
) -> ListOf[FileObject]:
    page = corpus.files.list(limit=limit, after=after, ascending=order == "asc", purpose=purpose)
    return ListOf.of([FileObject.of(file) for file in page.items], page.has_more)


@router.get("/v1/files/{file_id}")
def retrieve(corpus: TheCorpus, file_id: str) -> FileObject:
    return FileObject.of(corpus.files.get(file_id))


@router.delete("/v1/files/{file_id}")
def delete(corpus: TheCorpus, file_id: str) -> FileDeleted:
    """Delete a file, and take it out of every store: no later search finds it."""
    corpus.files.delete(file_id)
    return FileDeleted(id=file_id)


@router.get("/v1/files/{file_id}/content", response_class=StreamingResponse)
def content(corpus: TheCorpus, file_id: str) -> StreamingResponse:
    """The bytes as they were uploaded."""
    file = corpus.files.get(file_id)
    headers = {
        "content-length": str(file.bytes),
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.filename)}",
        "x-content-type-options": "nosniff",  # an uploaded page must never run as one of this server's
    }
    return StreamingResponse(_pieces(corpus.files.open(file)), media_type="application/octet-stream", headers=headers)


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while piece := source.read(READ_BYTES):
            yield piece


def _purpose(value: str | None) -> Purpose:
    allowed = get_args(Purpose)
    if value is None:
        raise Refused("Missing required parameter: 'purpose'.", param="purpose", code="missing_required_parameter")
    for purpose in get_args(Purpose):
        if value == purpose:
            found: Purpose = purpose
            return found
    raise Refused(
        f"Invalid 'purpose': {value!r}. Use one of {', '.join(allowed)}.", param="purpose", code="invalid_value"
    )
