"""How many requests may be at work at a time: each takes memory, and what streams its answer takes it for long."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.http.body import has_body
from rag_api.http.refused import RefusalWriter, Refused

MAX_REQUESTS = 2000
ALWAYS = "/healthz"  # whether the process lives is a question about this, too


class Capacity:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, refusal: RefusalWriter) -> None:
        self._app = app
        self._refusal = refusal
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == ALWAYS:
            return await self._app(scope, receive, send)
        if self._at_work >= MAX_REQUESTS:
            busy = Refused(
                f"The server is at work on {MAX_REQUESTS:,} requests, as many as may be: try again in a moment.",
                status=503,
                headers={"retry-after": "5"},
            )
            return await self._refusal(busy)(scope, receive, send)
        begun = False

        def begin() -> None:
            nonlocal begun
            self._at_work += not begun
            begun = True

        async def receive_all() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                begin()
            return message

        try:
            if has_body(scope):
                # Until all of it is there, it is one of those that are coming, which the connections limit.
                await self._app(scope, receive_all, send)
            else:
                begin()
                await self._app(scope, receive, send)
        finally:
            self._at_work -= begun
