"""A call of the sandbox: what is asked of a worker, and how it can end without an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SandboxError(Exception):
    """The call has no answer; the message says what happened to the worker."""


class Crashed(SandboxError):
    """The worker ended without an answer."""


class NotStarted(SandboxError):
    """No worker can be started, which is not the call's fault: the fork server died twice in a row."""


class OutOfTime(SandboxError):
    """The worker used up its time; `busy` if it had to share the processor meanwhile, which makes all take longer."""

    def __init__(self, message: str, busy: bool = False) -> None:
        super().__init__(message)
        self.busy = busy


class OutOfMemory(SandboxError):
    """The worker used up its memory."""


class CalledOff(SandboxError):
    """The answer is no longer wanted."""


def no_pieces(piece: Any) -> None:
    raise ValueError("the answer was to be one value")


@dataclass
class Call:
    """`take` gets each piece that a generator yields, as it comes. It keeps what is sound, and no more than it should,
    and raises `ValueError` for what is not: a file may have taken over the process that reads it."""

    arguments: Sequence[Any]
    seconds: float  # of processor time; for each piece, if the answer comes in pieces
    file: Path | None = None  # which the function gets, opened for reading, before the arguments
    take: Callable[[Any], None] = no_pieces
    used: float = 0.0  # of processor time, once it is answered


def always() -> bool:
    return True
