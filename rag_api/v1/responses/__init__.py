"""`/v1/responses`: a turn of a conversation in, an answer from the documents out, kept so that it can be continued."""

from fastapi import APIRouter

from rag_api.v1.responses import create, kept, tokens

router = APIRouter(tags=["responses"])
for part in (create, tokens, kept):
    router.include_router(part.router)
