"""`/v1/vector_stores/{id}/files`: putting files into a store, and how far they have got."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from rag_api.deps import TheCorpus
from rag_api.v1.vector_stores.shapes import NewStoreFile, VectorStoreFile

router = APIRouter()

POLL_AFTER_MS = "200"  # without it the JavaScript client sleeps five seconds between two looks


class StoreFileDeleted(BaseModel):
    id: str
    object: Literal["vector_store.file.deleted"] = "vector_store.file.deleted"
    deleted: Literal[True] = True


@router.post("/v1/vector_stores/{store_id}/files")
def attach(corpus: TheCorpus, store_id: str, body: NewStoreFile) -> VectorStoreFile:
    """Put a file into a store; it is ingested in the background, and can be asked about at once."""
    chunking = body.chunking_strategy.chunking() if body.chunking_strategy else None
    return VectorStoreFile.of(corpus.store_files.add(store_id, body.file_id, body.attributes, chunking))


@router.get("/v1/vector_stores/{store_id}/files/{file_id}")
def retrieve(corpus: TheCorpus, store_id: str, file_id: str, response: Response) -> VectorStoreFile:
    file = VectorStoreFile.of(corpus.store_files.get(store_id, file_id))
    if file.status == "in_progress":
        response.headers["openai-poll-after-ms"] = POLL_AFTER_MS
    return file


@router.delete("/v1/vector_stores/{store_id}/files/{file_id}")
def delete(corpus: TheCorpus, store_id: str, file_id: str) -> StoreFileDeleted:
    """Take a file out of a store; the file itself stays."""
    corpus.store_files.delete(store_id, file_id)
    return StoreFileDeleted(id=file_id)
