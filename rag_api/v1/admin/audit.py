"""`/v1/admin/audit`: who changed what, and when, in the last ninety days."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ingest.projects import name_of
from rag_api.access.audit import Entry
from rag_api.deps import TheAccess
from rag_api.v1.paging import ListOf, ThePaging, listed

router = APIRouter(tags=["audit"])


class EntryObject(BaseModel):
    id: str
    """That of the request, as the client was told it, and the log."""
    object: Literal["audit_entry"] = "audit_entry"
    at: int
    key_id: str
    project_id: str
    project: str
    method: str
    path: str
    status: int
    address: str

    @classmethod
    def of(cls, entry: Entry) -> "EntryObject":
        return cls(
            id=entry.request_id,
            at=entry.at,
            key_id=entry.key_id,
            project_id=entry.project,
            project=name_of(entry.project),
            method=entry.method,
            path=entry.path,
            status=entry.status,
            address=entry.address,
        )


@router.get("/v1/admin/audit", response_model=ListOf[EntryObject])
async def list_entries(
    access: TheAccess, paging: ThePaging, project_id: str | None = None, key_id: str | None = None
) -> Response:
    """Each upload, change and deletion that was asked for with a key, after some seconds; never what was in it."""

    def made() -> ListOf[EntryObject]:
        page = access.audit.page(project=project_id, key_id=key_id, **paging)
        return ListOf.of([EntryObject.of(entry) for entry in page.items], page.has_more)

    return await listed(made)
