"""How many requests may be at work at a time: each takes memory, and what streams its answer takes it for long."""

from starlette.types import ASGIApp, Receive, Scope, Send

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
        self._at_work += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._at_work -= 1
