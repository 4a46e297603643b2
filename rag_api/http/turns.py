"""Turns at the server's work. One client has so many requests at work at most, and all clients so many together: the
others wait, each client in a queue of its own, so that whoever asks for much waits for himself alone.

A request has a place from when all of it has come until its answer begins: a stream, or what a client reads slowly, has
none. What it waits for meanwhile - a language model, a file that is read in its own turn - it waits for without one.
"""

import asyncio
import os
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.http.body import has_body
from rag_api.http.capacity import ALWAYS
from rag_api.http.observed import current

EACH = min(12, max(6, os.cpu_count() or 1))
"""Fewer than there are threads of a kind, so that no client has all of them; and few where there are few processors:
each thread at work keeps the event loop waiting whenever that has let go of the interpreter, as it does to read from
each of hundreds of connections."""

TOGETHER = 2 * EACH
WITHOUT = ALWAYS, "/readyz"  # whether the process lives, and is ready, whoever keeps it at work


class _Queue:
    """Whoever is at work, and those who wait."""

    def __init__(self) -> None:
        self._at_work = Counter[str]()
        self._total = 0
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()  # whose turn it is first

    def take(self, client: str, *, first: bool) -> "asyncio.Future[None] | None":
        """A place, None if it is there at once; `first` comes before what the client asked for later."""
        if client not in self._waiting and self._has_room(client):
            self._add(client)
            return None
        own = self._waiting.setdefault(client, deque())
        turn = asyncio.get_running_loop().create_future()
        own.appendleft(turn) if first else own.append(turn)
        return turn

    def leave(self, client: str) -> None:
        self._total -= 1
        self._at_work[client] -= 1
        if not self._at_work[client]:
            del self._at_work[client]
        if self._waiting:
            self._next()

    def _has_room(self, client: str) -> bool:
        return self._total < TOGETHER and self._at_work[client] < EACH

    def _add(self, client: str) -> None:
        self._total += 1
        self._at_work[client] += 1

    def _next(self) -> None:
        while (client := next(filter(self._has_room, self._waiting), None)) is not None:
            own = self._waiting.pop(client)
            turn = own.popleft()
            if own:
                self._waiting[client] = own  # behind all others
            if not turn.done():  # else whoever waited has left
                self._add(client)
                turn.set_result(None)


class Place:
    """That of one request, and of what it goes on with in the background."""

    def __init__(self, queue: _Queue, client: str) -> None:
        self._queue = queue
        self._client = client
        self._held = 0

    @property
    def is_held(self) -> bool:
        return self._held > 0

    async def take(self, until: Callable[[], Awaitable[None]] | None = None, *, first: bool = False) -> bool:
        """Whether it was taken before the end of `until`. Raises what that does."""
        if turn := self._queue.take(self._client, first=first):
            ending = asyncio.ensure_future(until()) if until else None
            try:
                await asyncio.wait([turn, ending] if ending else [turn], return_when=asyncio.FIRST_COMPLETED)
                if ending and ending.done():
                    ending.result()
            except BaseException:
                if turn.done():
                    self._queue.leave(self._client)
                turn.cancel()
                raise
            finally:
                if ending:
                    ending.cancel()
            if not turn.done():
                turn.cancel()
                return False
        self._held += 1
        return True

    def leave(self) -> None:
        if self._held:
            self._held -= 1
            self._queue.leave(self._client)


_place: ContextVar[Place | None] = ContextVar("_place", default=None)


class Turns:
    """ASGI middleware, inside of what tells clients apart."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._queue = _Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in WITHOUT:
            return await self._app(scope, receive, send)
        request = current.get()
        place = Place(self._queue, request.client if request else "")
        _place.set(place)

        arrived = not has_body(scope)
        came = deque[Message]()  # while it waited

        async def gone() -> None:
            while not came or came[-1]["type"] != "http.disconnect":
                came.append(await receive())

        async def receive_in_turn() -> Message:
            nonlocal arrived
            message = came.popleft() if came else await receive()
            if not arrived and message["type"] == "http.request" and not message.get("more_body", False):
                arrived = True
                if not await place.take(gone):
                    return came.pop()
            return message

        async def send_begun(message: Message) -> None:
            if message["type"] == "http.response.body" or not _declares_length(message):
                place.leave()
            await send(message)

        try:
            if not arrived or await place.take(gone):
                await self._app(scope, receive_in_turn, send_begun)
        finally:
            place.leave()


@asynccontextmanager
async def at_work() -> AsyncIterator[None]:
    """Within the block, this request has a place, though its answer may have begun."""
    place = _place.get()
    if place is None or place.is_held:
        yield
        return
    await place.take(first=True)
    try:
        yield
    finally:
        place.leave()


@asynccontextmanager
async def aside() -> AsyncIterator[None]:
    """Within the block, this request waits for others, and has no place."""
    place = _place.get()
    if place is None or not place.is_held:
        yield
        return
    place.leave()
    yield
    await place.take(first=True)


def leave() -> None:
    """From here on, this request waits for others."""
    if place := _place.get():
        place.leave()


def _declares_length(start: Message) -> bool:
    return any(name == b"content-length" for name, _ in start.get("headers", ()))
