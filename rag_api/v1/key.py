"""`/v1/key`: what the key of a request is, so that a client knows what it may do."""

from fastapi import APIRouter

from ingest.projects import DEFAULT
from rag_api.access.scopes import Scope
from rag_api.deps import TheKey
from rag_api.v1.admin.keys import KeyObject

router = APIRouter(tags=["keys"])

ANYONE = KeyObject(id="", begins="", name="", scope=Scope.ADMIN, project_id=DEFAULT, project=DEFAULT)
"""On this machine, as long as there are no keys."""


@router.get("/v1/key")
async def retrieve(key: TheKey) -> KeyObject:
    """The key that the request was sent with; without an id if none is needed yet."""
    return KeyObject.of(key) if key else ANYONE
