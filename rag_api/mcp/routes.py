"""`/mcp` and `/mcp/{store}`: one JSON-RPC message in, one out."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import Receive, Scope, Send

from ingest.errors import IngestError, NotFound, StorageFailed
from ingest.records.stores import DEFAULT_STORE
from rag_api.access.granted import Granted
from rag_api.deps import TheCorpus, TheLink
from rag_api.http.json_body import JsonRoute
from rag_api.http.refused import Refused
from rag_api.http.sse import ClientGone, unless_gone
from rag_api.mcp.tools import Place

PATH = "/mcp"
EXTRA = "mcp"

INVALID_REQUEST, INTERNAL_ERROR = -32600, -32603


def refusal(refused: Refused) -> Response:
    """A refused message, as JSON-RPC: a client shows its sentence, and of any other body only that it is an error."""
    code = INTERNAL_ERROR if refused.status >= 500 else INVALID_REQUEST
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": refused.message}}
    return Response(orjson.dumps(error), refused.status, refused.headers, "application/json")


class MessageRoute(JsonRoute):
    """A route whose refusals are JSON-RPC, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_message(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as error:
                return refusal(error)
            except RequestValidationError:
                return refusal(Refused("Send one JSON-RPC message, as a JSON object; batches are not taken."))
            except IngestError as error:
                status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, StorageFailed) else 400
                return refusal(Refused(error.message, status=status))

        return handle_message


router = APIRouter(route_class=MessageRoute, include_in_schema=False)


@router.post(PATH)
@router.post(PATH + "/{store}")
async def message(
    request: Request, corpus: TheCorpus, link: TheLink, body: dict[str, Any], store: str = DEFAULT_STORE
) -> Response:
    """Answer a message. It was read within the limits of all bodies, and is handed on as bytes again. The path names
    the store, by its id or name, since some clients send only a query."""
    store_id = await asyncio.to_thread(corpus.stores.find, store)
    granted: Granted = getattr(request.state, "granted", None) or Granted()  # where no keys are needed
    exchange = await asyncio.to_thread(_sdk)
    return _Answer(exchange, Place(corpus, store_id, link), granted, orjson.dumps(body))


Exchange = Callable[[Place, Granted, bytes, Scope, Send], Coroutine[Any, Any, None]]


def _sdk() -> Exchange:
    """Raises `Refused` where it is not installed."""
    try:
        from rag_api.mcp.server import exchange
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise Refused(
            f"MCP needs packages that are not installed on the server. Type 'make .venv/ready-{EXTRA}', or install "
            f"rag-api with its extra '{EXTRA}'.",
            status=501,
        ) from None
    return exchange


class _Answer(Response):
    """Written by the SDK; when the client goes away, what it asked for ends."""

    def __init__(self, exchange: Exchange, place: Place, granted: Granted, message: bytes) -> None:
        super().__init__()
        self._exchange = exchange
        self._asked = place, granted, message

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientGone):
            await unless_gone(receive, self._exchange(*self._asked, scope, send))
