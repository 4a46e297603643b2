"""Cancellation: work in a thread that ends when nobody waits for it any more.

No thread can be stopped from outside. So long work asks, between its steps, whether it is still wanted.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

_cancelled: ContextVar[threading.Event | None] = ContextVar("_cancelled", default=None)


class Cancelled(Exception):
    """Nobody waits for this work any more, nor for this error."""


async def to_thread(work: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """As `asyncio.to_thread`; but when the task that waits is cancelled, work that has not begun never does, and other
    work ends at its next `check`."""
    return await run_in(None, partial(work, *args, **kwargs))


async def run_in(threads: ThreadPoolExecutor | None, work: Callable[[], Result]) -> Result:
    """`to_thread`, with threads of one's own."""
    cancelled = threading.Event()

    def run() -> Result:
        _cancelled.set(cancelled)  # in a context of its own
        return work()

    try:
        return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, run)
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
