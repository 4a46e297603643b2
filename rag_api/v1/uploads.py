"""`/v1/uploads`: a large file in parts, sent in parallel; once complete, it is like a file sent to `/v1/files`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from ingest.records import uploads
from ingest.records.files import StoredFile
from rag_api.deps import TheCorpus
from rag_api.http.filenames import base_name
from rag_api.http.json_body import JsonRoute
from rag_api.http.multipart import form
from rag_api.v1.body import Body
from rag_api.v1.files import FileObject, NewFile
from rag_api.v1.limits import NAME, UPLOAD_PARTS, Id, Name
from rag_api.v1.repeated import Repeated

router = APIRouter(tags=["uploads"], route_class=JsonRoute)


class NewUpload(NewFile):
    filename: str = Field(min_length=1, max_length=NAME)
    bytes: int
    mime_type: Name
    """Not needed: the file's name and bytes say what it is."""


class Completion(Body):
    part_ids: Annotated[list[Id], Field(max_length=UPLOAD_PARTS, fail_fast=True)]
    md5: Annotated[str, Field(max_length=32)] | None = None


class UploadObject(BaseModel):
    id: str
    object: Literal["upload"] = "upload"
    bytes: int
    created_at: int
    expires_at: int
    filename: str
    purpose: str
    status: Literal["pending", "completed", "cancelled", "expired"]
    file: FileObject | None = Field(None, exclude_if=lambda file: file is None)

    @classmethod
    def of(cls, upload: uploads.Upload, file: StoredFile | None = None) -> "UploadObject":
        return cls(
            id=upload.id,
            bytes=upload.bytes,
            created_at=upload.created_at,
            expires_at=upload.expires_at,
            filename=upload.filename,
            purpose=upload.purpose,
            status=upload.state.value,
            file=FileObject.of(file) if file else None,
        )


class UploadPart(BaseModel):
    id: str
    object: Literal["upload.part"] = "upload.part"
    created_at: int
    upload_id: str


@router.post("/v1/uploads")
def create(corpus: TheCorpus, body: NewUpload) -> UploadObject:
    """Begin an upload. It takes parts for an hour; if it is not completed by then, they are deleted.

    If a retry begins it twice, that does no harm: the other upload expires.
    """
    upload = corpus.uploads.add(
        base_name(body.filename), body.purpose, body.bytes, body.store_id, expires_after_s=body.expires_after_s
    )
    return UploadObject.of(upload)


@router.post("/v1/uploads/{upload_id}/parts")
async def add_part(request: Request, corpus: TheCorpus, upload_id: str) -> UploadPart:
    """Add a part of at most 64 MB, which is on disk when this returns; parts may be sent in parallel.

    A part that a retry sends again counts as another part: the file is made of the parts that are named at its
    completion.
    """
    await run_in_threadpool(corpus.uploads.check_pending, upload_id)
    async with form(request, "data", corpus.uploads.new_part) as sent:
        sent.read(Body)
        part = await run_in_threadpool(corpus.uploads.add_part, upload_id, sent.draft)
    return UploadPart(id=part.id, created_at=part.created_at, upload_id=part.upload_id)


@router.post("/v1/uploads/{upload_id}/complete")
def complete(corpus: TheCorpus, upload_id: str, body: Completion, repeated: Repeated) -> UploadObject:
    """Make a file of the parts, in the order in which they are named. A retry after success returns the same upload and
    file."""
    upload = corpus.uploads.complete(upload_id, body.part_ids, body.md5, repeated=repeated)
    return UploadObject.of(upload, corpus.files.find(upload.file_id) if upload.file_id else None)


@router.post("/v1/uploads/{upload_id}/cancel")
def cancel(corpus: TheCorpus, upload_id: str, repeated: Repeated) -> UploadObject:
    """Take no more parts, and delete those that came."""
    return UploadObject.of(corpus.uploads.cancel(upload_id, repeated=repeated))
