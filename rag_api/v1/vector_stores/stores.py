"""`/v1/vector_stores`: a store itself."""

from fastapi import APIRouter

from rag_api.deps import TheCorpus
from rag_api.v1.vector_stores.shapes import NewStore, VectorStore

router = APIRouter()


@router.post("/v1/vector_stores")
def create(corpus: TheCorpus, body: NewStore | None = None) -> VectorStore:
    body = body or NewStore()
    for file_id in body.file_ids or []:
        corpus.files.get(file_id)
    store = corpus.stores.add(body.name or "", body.metadata or {})
    chunking = body.chunking_strategy.chunking() if body.chunking_strategy else None
    for file_id in body.file_ids or []:
        corpus.store_files.add(store.id, file_id, chunking=chunking)
    return VectorStore.of(corpus.stores.get(store.id))


@router.get("/v1/vector_stores/{store_id}")
def retrieve(corpus: TheCorpus, store_id: str) -> VectorStore:
    return VectorStore.of(corpus.stores.get(store_id))
