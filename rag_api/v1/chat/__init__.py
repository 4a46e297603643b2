"""`/v1/chat/completions`: a conversation in, an answer from the documents out."""

from fastapi import APIRouter

from rag_api.v1.chat import routes, stored

router = APIRouter(tags=["chat"])
for part in (routes, stored):
    router.include_router(part.router)
