"""The keys of a query: one that its route does not know is refused, as unknown keys of bodies are."""

from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from rag_api.http.refused import Refused

# Clients send these with every request, and mean nothing that could be done here.
ANYWHERE = frozenset(("api-version", "beta"))  # Azure's, Anthropic's
OBJECT = "metadata"  # as in `metadata[topic]=clocks`
_LONGEST = 64  # of a key that may be a slip


async def known_keys(request: Request) -> None:
    """Raise `Refused` for the first key that is not known. A dependency of every route."""
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = {field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query)}
    for key in request.query_params:
        name = OBJECT if key.startswith(f"{OBJECT}[") and key.endswith("]") else key
        if name not in known and name not in ANYWHERE:
            near = get_close_matches(key, known, 1) if len(key) <= _LONGEST else []
            meant = f": did you mean '{near[0]}'?" if near else "."
            raise Refused(
                f"Unknown parameter: '{key[:_LONGEST]}'{meant}", param=key[:_LONGEST], code="unknown_parameter"
            )
