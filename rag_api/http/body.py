"""The body of a request, as it comes."""

from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from rag_api.http.sse import ClientGone


async def pieces(receive: Receive) -> "AsyncIterator[bytes]":
    """The body as it comes, without empty pieces. Raises `ClientGone`."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if data := message.get("body", b""):
            yield data
        more = message.get("more_body", False)


def declared_length(headers: Headers) -> int:
    """What `Content-Length` says, 0 without it."""
    declared = headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() else 0


def has_body(scope: Scope) -> bool:
    """Whether a body may be coming."""
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or declared_length(headers) > 0
