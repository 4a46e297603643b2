"""`/v1/vector_stores`: a store itself."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from rag_api.deps import TheCorpus
from rag_api.http.json_body import JsonRoute
from rag_api.v1.limits import Id
from rag_api.v1.paging import ListOf, ThePaging, listed
from rag_api.v1.repeated import Repeated
from rag_api.v1.vector_stores.shapes import NewStore, StoreUpdate, VectorStore

router = APIRouter(route_class=JsonRoute)


class StoreDeleted(BaseModel):
    id: str
    object: Literal["vector_store.deleted"] = "vector_store.deleted"
    deleted: Literal[True] = True


@router.post("/v1/vector_stores")
def create(corpus: TheCorpus, repeated: Repeated, body: NewStore | None = None) -> VectorStore:
    """Make a store with these files in it; if one of them does not exist, no store is made.

    OpenAI's clients retry a request that got no reply. A retry returns the store of the same name, metadata and files
    that was made in the ten minutes before, if there is one.
    """
    new = body or NewStore()
    name, metadata = new.name or "", new.metadata or {}
    made = corpus.stores.find_added_before(name, metadata, new.file_ids or []) if repeated else None
    expires_days = new.expires_after.days if new.expires_after else None
    return VectorStore.of(
        made
        or corpus.stores.add(name, metadata, description=new.description, expires_days=expires_days, files=new.files())
    )


@router.get("/v1/vector_stores", response_model=ListOf[VectorStore])
async def list_stores(corpus: TheCorpus, paging: ThePaging, file_id: Annotated[Id | None, Query()] = None) -> Response:
    """All stores; with `file_id`, which is ours, those that the file is in."""

    def made() -> ListOf[VectorStore]:
        page = corpus.stores.list(having=file_id, **paging)
        return ListOf.of([VectorStore.of(store) for store in page.items], page.has_more)

    return await listed(made)


@router.get("/v1/vector_stores/{store_id}")
def retrieve(corpus: TheCorpus, store_id: str) -> VectorStore:
    return VectorStore.of(corpus.stores.get(store_id))


@router.post("/v1/vector_stores/{store_id}")
def update(corpus: TheCorpus, store_id: str, body: StoreUpdate | None = None) -> VectorStore:
    """Change what is given: null clears a value, and metadata is replaced as a whole."""
    return VectorStore.of(corpus.stores.update(store_id, **(body or StoreUpdate()).changes()))


@router.delete("/v1/vector_stores/{store_id}")
def delete(corpus: TheCorpus, store_id: str) -> StoreDeleted:
    """Delete a store and its chunks; the files stay."""
    corpus.stores.delete(store_id)
    return StoreDeleted(id=store_id)
