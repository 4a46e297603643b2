"""Cancellation: work in a thread that ends when nobody waits for it any more.

No thread can be stopped from outside. So long work asks, between its steps, whether it is still wanted.
"""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

_cancelled: ContextVar[threading.Event | None] = ContextVar("_cancelled", default=None)


class Cancelled(Exception):
    """Nobody waits for this work any more, nor for this error."""


async def to_thread(work: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """As `asyncio.to_thread`; but when the task that waits is cancelled, work that has not begun never does, and other
    work ends at its next `check`."""
    cancelled = threading.Event()

    def run() -> Result:
        _cancelled.set(cancelled)  # in a context of its own
        return work(*args, **kwargs)

    try:
        return await asyncio.to_thread(run)
    except asyncio.CancelledError:
        cancelled.set()
        raise


def check() -> None:
    """Raise `Cancelled` in work that nobody waits for any more."""
    cancelled = _cancelled.get()
    if cancelled is not None and cancelled.is_set():
        raise Cancelled
