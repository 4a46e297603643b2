"""HEAD, for every path that answers GET: the same head, and no body. Proxies and monitors ask so."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN = re.compile(r"/v1/files/[^/]+/content/?")  # which does not open the file for a HEAD


class Head:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or _OWN.fullmatch(scope["path"]):
            return await self.app(scope, receive, send)

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, send_head)
