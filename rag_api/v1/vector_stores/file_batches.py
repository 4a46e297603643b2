"""`/v1/vector_stores/{id}/file_batches`: many files put into a store at once."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from ingest.records.batches import Batch
from ingest.records.store_files import NewStoreFile, in_batch
from rag_api.deps import TheCorpus
from rag_api.http.json_body import LargeJsonRoute
from rag_api.v1.body import Body
from rag_api.v1.limits import BATCH, Id
from rag_api.v1.paging import ListOf, ThePaging, listed
from rag_api.v1.vector_stores.files import POLL_AFTER_MS, states_of
from rag_api.v1.vector_stores.shapes import (
    Attributes,
    ChunkingStrategy,
    FileCounts,
    FileToAttach,
    Status,
    VectorStoreFile,
)

router = APIRouter(route_class=LargeJsonRoute)

MOST = Field(min_length=1, max_length=BATCH, fail_fast=True)


class NewBatch(Body):
    """`attributes` and `chunking_strategy` are for `file_ids`; each of `files` has its own."""

    file_ids: Annotated[list[Id], MOST] | None = None
    files: Annotated[list[FileToAttach], MOST] | None = None
    attributes: Attributes | None = None
    chunking_strategy: ChunkingStrategy | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.file_ids is None) == (self.files is None):
            raise ValueError("give either 'file_ids' or 'files'")
        return self

    def new(self) -> list[NewStoreFile]:
        if self.files is not None:
            return [file.new() for file in self.files]
        chunking = self.chunking_strategy.chunking() if self.chunking_strategy else None
        return [NewStoreFile(file_id, self.attributes or {}, chunking) for file_id in self.file_ids or []]


class FileBatch(BaseModel):
    id: str
    # OpenAI's service says "vector_store.file_batch", its schema this; clients accept both.
    object: Literal["vector_store.files_batch"] = "vector_store.files_batch"
    created_at: int
    vector_store_id: str
    status: Literal["in_progress", "completed", "cancelled"]
    file_counts: FileCounts

    @classmethod
    def of(cls, batch: Batch) -> "FileBatch":
        counts = FileCounts.of(batch.counts)
        return cls(
            id=batch.id,
            created_at=batch.created_at,
            vector_store_id=batch.store_id,
            status="in_progress" if counts.in_progress else "cancelled" if batch.cancelled else "completed",
            file_counts=counts,
        )


@router.post("/v1/vector_stores/{store_id}/file_batches")
def create(corpus: TheCorpus, store_id: str, body: NewBatch) -> FileBatch:
    """Put up to 2,000 files into a store; if one of them does not exist, none is added."""
    return FileBatch.of(corpus.batches.add(store_id, body.new()))


@router.get("/v1/vector_stores/{store_id}/file_batches/{batch_id}")
def retrieve(corpus: TheCorpus, store_id: str, batch_id: str, response: Response) -> FileBatch:
    batch = FileBatch.of(corpus.batches.get(store_id, batch_id))
    if batch.status == "in_progress":
        response.headers["openai-poll-after-ms"] = POLL_AFTER_MS
    return batch


@router.post("/v1/vector_stores/{store_id}/file_batches/{batch_id}/cancel")
def cancel(corpus: TheCorpus, store_id: str, batch_id: str) -> FileBatch:
    """Cancel what is unfinished, at once; files that are in the store already stay."""
    return FileBatch.of(corpus.batches.cancel(store_id, batch_id))


@router.get("/v1/vector_stores/{store_id}/file_batches/{batch_id}/files", response_model=ListOf[VectorStoreFile])
async def list_files(
    corpus: TheCorpus, store_id: str, batch_id: str, paging: ThePaging, filter: Status | None = None
) -> Response:
    """The files of a batch, or those with a given status."""

    def made() -> ListOf[VectorStoreFile]:
        corpus.batches.get(store_id, batch_id)
        page = corpus.store_files.list(in_batch(batch_id), states_of(filter), **paging)
        return ListOf.of([VectorStoreFile.of(file) for file in page.items], page.has_more)

    return await listed(made)
