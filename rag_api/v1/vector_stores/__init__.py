"""`/v1/vector_stores`: stores, the files in them, and the search over them."""

from fastapi import APIRouter

from rag_api.v1.vector_stores import file_batches, files, search, stores

router = APIRouter(tags=["vector stores"])
for part in (search, stores, files, file_batches):
    router.include_router(part.router)
