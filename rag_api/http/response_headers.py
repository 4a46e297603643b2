"""What every reply asks of a browser: not to guess what it is, keep it, run any of it, show it within another page, or
let another page have it or the window that shows it.

The pages `/docs` and `/` say themselves what they need; the files of the first may be kept.
"""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
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
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if not (may_be_kept and name == "cache-control"):
                        headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
