"""How many requests begin in one turn of the event loop. Hundreds that come at once would all be begun in the same one,
and nothing else, such as an answer to `/healthz`, has its turn before it ends."""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from rag_api.http.capacity import ALWAYS

IN_A_TURN = 4


class Pace:
    """ASGI middleware, outside all others: what they do costs time, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun = 0  # in this turn
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != ALWAYS:
            loop = asyncio.get_running_loop()
            if not self._begun:
                loop.call_soon(self._next_turn, loop)
            self._begun += 1
            if self._begun > IN_A_TURN:
                self._waiting.append(turn := loop.create_future())
                await turn
        await self._app(scope, receive, send)

    def _next_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin those that waited longest; whoever comes in this turn waits behind them."""
        self._begun = 0
        while self._waiting and self._begun < IN_A_TURN:
            turn = self._waiting.popleft()
            if not turn.done():  # its client may have left
                turn.set_result(None)
                self._begun += 1
        if self._begun:
            loop.call_soon(self._next_turn, loop)
