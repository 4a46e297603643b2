"""What every reply asks of a browser: not to guess what it is, keep it, run any of it, show it within another page, or
let another page have it or the window that shows it.

The pages `/docs` and `/` say themselves what they need; the files of the first may be kept.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.http.docs_page import ASSETS

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

_ALL = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_MAY_BE_KEPT = [header for header in _ALL if header[0] != b"cache-control"]


class ResponseHeaders:
    """ASGI middleware. What a reply has already stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        may_be_kept = scope["path"].startswith(f"{ASSETS}/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = message.get("headers", ())
                names = {name for name, _ in there}
                added = _MAY_BE_KEPT if may_be_kept else _ALL
                message["headers"] = [*there, *(header for header in added if header[0] not in names)]
            await send(message)

        await self._app(scope, receive, with_headers)
