"""`/v1/admin/status`: how much there is, and how much is still to be done, of all projects together."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from ingest.version import installed_version
from rag_api.deps import TheWorkspaces

router = APIRouter(tags=["status"])


class Status(BaseModel):
    object: Literal["status"] = "status"
    version: str
    files: dict[str, int]
    """In stores, by how far they are."""
    oldest_job_seconds: int
    """How long ago the file was added that waits longest to be ingested; 0 if none waits."""
    chunks: int
    index_bytes: int


@router.get("/v1/admin/status")
async def status(workspaces: TheWorkspaces) -> Status:
    """What `/metrics` tells of the documents, for people."""
    figures = await workspaces.figures()
    return Status(
        version=installed_version(),
        files=dict(figures.files),
        oldest_job_seconds=round(figures.oldest_job_s),
        chunks=figures.chunks,
        index_bytes=figures.index_bytes,
    )
