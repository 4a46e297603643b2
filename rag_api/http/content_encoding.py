"""Compressed bodies: refused, since a small one can unpack to any size."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.refused import RefusalWriter, Refused


class ContentEncoding:
    """ASGI middleware. No body is read."""

    def __init__(self, app: ASGIApp, refusal: RefusalWriter) -> None:
        self.app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            encoding = Headers(scope=scope).get("content-encoding", "").strip().lower()
            if encoding not in ("", "identity"):
                refused = Refused(
                    "The body of the request is compressed: send it as it is, without the header 'Content-Encoding'.",
                    code="unsupported_encoding",
                    status=415,
                    headers={"accept-encoding": "identity"},
                )
                return await self._refusal(refused)(scope, receive, send)
        await self.app(scope, receive, send)
