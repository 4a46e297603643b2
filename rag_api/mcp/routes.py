"""`/mcp` and `/mcp/{store}`: one JSON-RPC message in, one out."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import Message, Scope, Send

from ingest.errors import IngestError, NotFound, StorageFailed
from ingest.records.stores import DEFAULT_STORE
from rag_api.access.granted import Granted
from rag_api.deps import TheCorpus, TheLink, granted_of
from rag_api.http.json_body import JsonRoute
from rag_api.http.refused import Refused
from rag_api.http.sse import unless_gone
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
    """A route whose refusals are JSON-RPC, too. A message has few values: for each that is not expected, the SDK has a
    complaint, which takes many times its size."""

    max_values = 1_000

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
                headers = {"retry-after": "5"} if status == 503 else None
                return refusal(Refused(error.message, status=status, headers=headers))

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
    granted = granted_of(request)
    exchange = await asyncio.to_thread(_sdk)
    return await answered(orjson.dumps(body), Place(corpus, store_id, link), granted, exchange, request)


Exchange = Callable[[bytes, Place, Granted, Scope, Send], Coroutine[Any, Any, None]]


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


async def answered(message: bytes, place: Place, granted: Granted, exchange: Exchange, request: Request) -> Response:
    """What the SDK answers, one piece of JSON; the work for it ends when the client leaves. Raises `ClientGone`."""
    sent: list[Message] = []

    async def send(piece: Message) -> None:
        sent.append(piece)

    await unless_gone(request.receive, exchange(message, place, granted, request.scope, send))
    start, *pieces = sent
    response = Response(b"".join(piece.get("body", b"") for piece in pieces), start["status"])
    response.raw_headers = list(start["headers"])
    return response
