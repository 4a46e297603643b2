"""Cancellation: work in a thread that ends when nobody waits for it any more.

No thread can be stopped from outside. So long work asks, between its steps, whether it is still wanted.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Given = ParamSpec("Given")
Result = TypeVar("Result")

_cancelled: ContextVar[threading.Event | None] = ContextVar("_cancelled", default=None)


class Cancelled(Exception):
    """Nobody waits for this work any more, nor for this error."""


async def to_thread(work: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """As `asyncio.to_thread`; but when the task that waits is cancelled, work that has not begun never does, and other
    work ends at its next `check`."""
    return await run_in(None, partial(work, *args, **kwargs))


class Threads:
    """So many threads for one kind of work, so that it keeps no other waiting. Each event loop has its own."""

    def __init__(self, number: int, name: str) -> None:
        self._number, self._name = number, name
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()

    def of(self, loop: asyncio.AbstractEventLoop) -> ThreadPoolExecutor:
        if loop not in self._of:
            self._of[loop] = ThreadPoolExecutor(self._number, self._name)
        return self._of[loop]


async def run_in(threads: Threads | Executor | None, work: Callable[[], Result]) -> Result:
    """`to_thread`, with threads of one's own."""
    loop = asyncio.get_running_loop()
    executor = threads.of(loop) if isinstance(threads, Threads) else threads
    cancelled = threading.Event()

    def run() -> Result:
        _cancelled.set(cancelled)  # in a context of its own
        return work()

    try:
        return await loop.run_in_executor(executor, copy_context().run, run)
    except asyncio.CancelledError:
        cancelled.set()
        raise


def check() -> None:
    """Raise `Cancelled` in work that nobody waits for any more."""
    if not still_wanted():
        raise Cancelled


def still_wanted() -> bool:
    cancelled = _cancelled.get()
    return cancelled is None or not cancelled.is_set()
