"""Differences between clients, evened out before any route sees a request: trailing slashes and JSON bodies."""

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.http import json_values
from rag_api.http.refused import RefusalWriter, Refused

MAX_JSON_BYTES = 64 << 20  # these bodies are held in memory; files come in forms, which are not

MAX_VALUES = 100_000  # a conversation of 5,000 messages has some 30,000


class JsonBody:
    """ASGI middleware.

    A slash at the end of a path is ignored. A JSON body is accepted only if its texts are valid Unicode and its numbers
    finite: Python's own parser accepts others, which fail later when they are stored or sent on.
    """

    def __init__(self, app: ASGIApp, refusal: RefusalWriter) -> None:
        self.app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if len(scope["path"]) > 1 and scope["path"].endswith("/"):
            scope = {**scope, "path": scope["path"].rstrip("/") or "/"}
        if _is_json(Headers(scope=scope).get("content-type", "")):
            body = await _body(receive)
            if body is None:
                return None
            if fault := _fault(body):
                return await self._refusal(fault)(scope, receive, send)
            receive = _again(body, receive)
        await self.app(scope, receive, send)


def _is_json(content_type: str) -> bool:
    main, _, kind = content_type.partition(";")[0].strip().lower().partition("/")
    return main == "application" and (kind == "json" or kind.endswith("+json"))


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or its beginning if it is too long; None if the client went away before its end."""
    body = bytearray()
    more = True
    while more and len(body) <= MAX_JSON_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _fault(body: bytes) -> Refused | None:
    if len(body) > MAX_JSON_BYTES:
        limit = MAX_JSON_BYTES >> 20
        return Refused(f"The JSON body is larger than {limit} MB; upload files with POST /v1/files.", status=413)
    if json_values.count(body, MAX_VALUES) > MAX_VALUES:
        return Refused(f"The JSON body has more than {MAX_VALUES:,} values.", status=413)
    try:
        orjson.loads(body or b"null")
    except orjson.JSONDecodeError as error:
        return Refused(f"The body of the request is not valid JSON: {error}.", code="invalid_json")
    return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was already read, then what comes after it."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
