"""JSON bodies: read by the route that wants one, within limits of bytes and of values.

No middleware reads a body, so that a request with a wrong key, path or method costs nothing but its head. A body is
parsed on the event loop: the parser keeps all threads waiting wherever it runs, so it is given little.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from ingest.json_values import Values
from rag_api.http import room
from rag_api.http.body import declared_length, pieces
from rag_api.http.refused import Refused

MB = 1 << 20
MAX_VALUES = 100_000  # an empty object is three bytes in JSON, and a hundred in memory
MAX_DEPTH = 128  # orjson reads 1,024, but writes 254

WRONG_TYPE = "Send the JSON body with the header 'Content-Type: application/json'."


class JsonRoute(APIRoute):
    """A route whose body, if it wants one, is JSON: valid Unicode and finite numbers, which Python's own parser does
    not insist on, so that they would fail later, when they are stored or sent on."""

    max_body_bytes = 1 * MB
    max_values = MAX_VALUES

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self.body_field:
            told = f"At most {self.max_body_bytes // MB} MB, and {self.max_values:,} values, {MAX_DEPTH} deep."
            self.openapi_extra = {**(self.openapi_extra or {}), "requestBody": {"description": told}}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if not self.body_field:
            return handle

        async def handle_json(request: Request) -> Response:
            share = room.begin()
            try:
                value = await _read(request, self.max_body_bytes, self.max_values, share)
                return _Sharing(await handle(_JsonRequest(request, value)), share)
            except BaseException:
                share.end()
                raise

        return handle_json


class LargeJsonRoute(JsonRoute):
    """One for what conversations hold: long texts, pictures and files."""

    max_body_bytes = 20 * MB


class _Sharing(Response):
    """A response whose request has its share until all of it is sent: a stream needs its body for as long."""

    def __init__(self, response: Response, share: room.Share) -> None:
        self._response = response
        self._share = share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._response(scope, receive, send)
        finally:
            self._share.end()


class _JsonRequest(Request):
    """A request whose body was parsed already."""

    def __init__(self, request: Request, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._value = value

    async def body(self) -> bytes:
        return b"" if self._value is None else b"{}"  # FastAPI only looks whether there is any

    async def json(self) -> Any:
        return self._value


async def _read(request: Request, limit: int, most: int, share: room.Share) -> Any:
    """The value of the body, None if there is no body. Raises `Refused`, and `ClientGone`."""
    if declared_length(request.headers) > limit:
        raise _too_large(limit)
    is_json = _is_json(request.headers.get("content-type", ""))
    body = bytearray()
    values = Values()
    async for data in pieces(request.receive):
        if not is_json:
            raise Refused(WRONG_TYPE, status=415)
        body += data
        if len(body) > limit:
            raise _too_large(limit)
        share.add(len(data))
        values.add(data)
        if values.count > most:
            raise Refused(f"The JSON body has more than {most:,} values: send less at a time.", status=413)
    if values.depth > MAX_DEPTH:
        raise Refused(f"The JSON body is nested more than {MAX_DEPTH} deep.", code="invalid_json")
    try:
        # Windows PowerShell begins its files with a mark of their encoding.
        return orjson.loads(body.removeprefix(BOM_UTF8) or b"null")
    except orjson.JSONDecodeError as error:
        raise Refused(f"The body of the request is not valid JSON: {error}.", code="invalid_json") from None


def _too_large(limit: int) -> Refused:
    return Refused(f"The JSON body is larger than {limit // MB} MB; upload files with POST /v1/files.", status=413)


def _is_json(content_type: str) -> bool:
    main, _, kind = content_type.partition(";")[0].strip().lower().partition("/")
    return main == "application" and (kind == "json" or kind.endswith("+json"))
