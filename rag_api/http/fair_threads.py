"""Threads for work that takes seconds while somebody waits for it. Clients take turns at them, so that whoever asks for
much waits for himself alone; and so many wait at most."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from ingest import cancellation
from ingest.corpus import WAITED_FOR
from rag_api.http import turns
from rag_api.http.observed import current
from rag_api.http.refused import Refused

Result = TypeVar("Result")


class Busy(Refused):
    def __init__(self, message: str) -> None:
        super().__init__(message, status=503, headers={"retry-after": "5"})


class _Waiting:
    """A piece of work, and whoever waits for it."""

    def __init__(self, client: str, work: Callable[[], Any]) -> None:
        self.client = client
        self.done = Future[Any]()
        self._work = work

    def run(self) -> None:
        if self.done.set_running_or_notify_cancel():
            try:
                result = self._work()
            except BaseException as error:
                self.done.set_exception(error)
            else:
                self.done.set_result(result)


class FairThreads(Executor):
    """One client has all threads but one at most, so that another need not wait for what it began."""

    def __init__(self, number: int, name: str, busy: str, most_waiting: int = 64) -> None:
        """`busy` is what who is refused is told."""
        self.most_waiting = most_waiting
        self._busy = busy
        self._threads = ThreadPoolExecutor(number, name)
        self._number = number
        self._lock = threading.RLock()  # what is refused is done at once, and then looks whether it has to be removed
        self._waiting: OrderedDict[str, deque[_Waiting]] = OrderedDict()  # whose turn it is first
        self._at_work = Counter[str]()

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """When too many wait, the last of the client with most of them is refused with `Busy`."""
        request = current.get()
        client = request.client if request else ""
        waiting = _Waiting(client, partial(work, *args, **kwargs))
        waiting.done.add_done_callback(lambda _: self._leave(waiting))
        with self._lock:
            self._waiting.setdefault(waiting.client, deque()).append(waiting)
            self._begin()
            if sum(map(len, self._waiting.values())) > self.most_waiting:
                own, most = self._waiting[waiting.client], max(self._waiting.values(), key=len)
                with suppress(InvalidStateError):  # it leaves just now
                    (own if len(own) == len(most) else most)[-1].done.set_exception(Busy(self._busy))
        return waiting.done

    def _leave(self, waiting: _Waiting) -> None:
        """Free the place of what is done. One that began has none any more."""
        with self._lock:
            own = self._waiting.get(waiting.client)
            if own and waiting in own:
                own.remove(waiting)
                if not own:
                    del self._waiting[waiting.client]

    def _begin(self) -> None:
        while self._at_work.total() < self._number:
            own = next((own for client, own in self._waiting.items() if self._at_work[client] < self._number - 1), None)
            if own is None:
                return
            waiting = own.popleft()
            del self._waiting[waiting.client]
            if own:
                self._waiting[waiting.client] = own  # behind all others
            self._at_work[waiting.client] += 1
            self._threads.submit(self._run, waiting)

    def _run(self, waiting: _Waiting) -> None:
        try:
            waiting.run()
        finally:
            with self._lock:
                self._at_work[waiting.client] -= 1
                if not self._at_work[waiting.client]:
                    del self._at_work[waiting.client]
                self._begin()


READING = FairThreads(
    WAITED_FOR,
    "reading",
    "The server reads as many pages and attached files as it can: send this request again in a moment.",
)
"""For files that are read, or drawn, for the request that waits for it."""


async def read(work: Callable[[], Result]) -> Result:
    """What `work` gives, in its turn. Raises `Busy`."""
    async with turns.aside():
        return await cancellation.run_in(READING, work)
