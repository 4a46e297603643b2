"""`/v1/vector_stores`: stores, the files in them, and the search over them."""

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

from rag_api.v1.vector_stores import file_batches, files, search, stores

PATH = "/v1/vector_stores"


class _Router(APIRouter):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Else each request for another path would be compared with all of these routes first.
        return super().matches(scope) if scope["path"].startswith(PATH) else (Match.NONE, {})


router = _Router(tags=["vector stores"])
for part in (search, stores, files, file_batches):
    router.include_router(part.router)
