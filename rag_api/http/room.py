"""The memory for what is large in requests: their bodies, and what is unpacked or read for them. It is limited for all
of them together, and given back when their answers are sent."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.responses import Response

from ingest import cancellation
from rag_api.http.capacity import MAX_REQUESTS
from rag_api.http.fair_threads import FairThreads
from rag_api.http.refused import Refused

FREE_BYTES = 64 << 10  # of each request; what goes beyond is limited for all together
MAX_BYTES_TOGETHER = 40 << 20


class NoRoom(Refused):
    MESSAGE = "The server is busy with other large requests: send this one again in a moment."

    def __init__(self) -> None:
        super().__init__(self.MESSAGE, status=503, headers={"retry-after": "2"})


LARGE = FairThreads(3, "large", NoRoom.MESSAGE, most_waiting=MAX_REQUESTS)
"""The threads that read and write what may be large: it takes several times its size meanwhile, so few do at a time."""


async def answer(make: Callable[[], str | bytes]) -> Response:
    """The JSON that is made of what may be large."""
    return Response(await cancellation.run_in(LARGE, make), media_type="application/json")


class Room:
    def __init__(self) -> None:
        self.taken = 0
        self._lock = threading.Lock()

    def take(self, size: int) -> None:
        """Raises `NoRoom`."""
        with self._lock:
            if size > 0 and self.taken + size > MAX_BYTES_TOGETHER:
                raise NoRoom
            self.taken += size


TOGETHER = Room()


class Share:
    """What one request takes."""

    def __init__(self) -> None:
        self.taken = 0
        self._size = 0

    def add(self, size: int) -> None:
        """Have room for `size` bytes more. Raises `NoRoom`."""
        wanted = max(0, self._size + size - FREE_BYTES)
        TOGETHER.take(wanted - self.taken)
        self._size += size
        self.taken = wanted

    def end(self) -> None:
        TOGETHER.take(-self.taken)
        self.taken = self._size = 0


_share: ContextVar[Share | None] = ContextVar("_share", default=None)


def begin() -> Share:
    """The share of the request that begins here, and of what it does in other threads and tasks."""
    share = Share()
    _share.set(share)
    return share


@contextmanager
def share() -> Iterator[Share]:
    begun = begin()
    try:
        yield begun
    finally:
        begun.end()


def take(size: int) -> None:
    """Have room for `size` bytes more of the request that is answered here. Raises `NoRoom`."""
    if share := _share.get():
        share.add(size)
