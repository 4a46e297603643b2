"""Server-sent events: one write per event, comments while there is none, and an end when the client goes away."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import suppress
from typing import TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Result = TypeVar("Result")

DONE = b"data: [DONE]\n\n"
PING = b": ping\n\n"  # a comment, which clients skip, but which shows proxies that the stream is alive
PING_AFTER_S = 15.0


class ClientGone(Exception):
    """The client went away before its answer was ready."""


class EventStream(Response):
    """Sends each piece of `events` as it comes. When the client goes away, `events` is closed at once, while
    Starlette's own streaming response would notice only at the next piece."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no", **(headers or {})})
        del self.headers["content-length"]
        self.events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with suppress(ClientGone):
            await unless_gone(receive, self._send_all(send))

    async def _send_all(self, send: Send) -> None:
        now = asyncio.get_running_loop().time
        sent_at = now()

        async def ping() -> None:
            while True:
                await asyncio.sleep(PING_AFTER_S - (now() - sent_at))
                if now() - sent_at >= PING_AFTER_S:
                    await send({"type": "http.response.body", "body": PING, "more_body": True})
                    await asyncio.sleep(PING_AFTER_S)

        pinging = asyncio.create_task(ping())
        try:
            async for event in self.events:
                await send({"type": "http.response.body", "body": event, "more_body": True})
                sent_at = now()
        finally:
            pinging.cancel()
            await self.events.aclose()
        await send({"type": "http.response.body", "body": b""})


async def unless_gone(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of `work`. If the client goes away before, cancels it and raises `ClientGone`."""
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    gone.add_done_callback(lambda _: working.cancel())
    try:
        return await working
    except asyncio.CancelledError:
        if gone.done():
            raise ClientGone from None
        raise
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
