"""Many threads, one commit: one of those who wait commits for all of them, then hands on to the next who wait."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")

_PATIENCE = 0.005  # seconds; a commit takes four times as long, so fuller groups are worth the wait


@dataclass(eq=False)
class Pending(Generic[Work]):
    """One caller's work, and how it went; `commit` fills in `result` or `error`."""

    work: Work
    result: Any = None
    error: BaseException | None = None
    done: bool = False
    called: threading.Event = field(default_factory=threading.Event)  # it is done, or this caller is to lead


class GroupCommit(Generic[Work]):
    def __init__(self, commit: Callable[[Sequence[Pending[Work]]], None]) -> None:
        self.turn = threading.Lock()  # held while a group is committed; hold it to keep others out
        self._commit = commit
        self._waiting: list[Pending[Work]] = []
        self._arrived = threading.Condition()
        self._led = False
        self._last = 1  # size of the last group

    def submit(self, work: Work) -> Any:
        """Blocks until the work is committed; returns its own result or raises its own error.

        An exception out of `commit` itself is every waiting caller's error.
        """
        mine = Pending(work)
        with self._arrived:
            self._waiting.append(mine)
            self._arrived.notify_all()
            if not self._led:
                self._led = True
                mine.called.set()
        mine.called.wait()
        if not mine.done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result

    def _lead(self) -> None:
        with self._arrived:
            # Those who were in the last group are likely on their way back with more.
            self._arrived.wait_for(lambda: len(self._waiting) >= self._last, _PATIENCE)
            group, self._waiting = self._waiting, []
            self._last = len(group)
        try:
            with self.turn:
                self._commit(group)
        except BaseException as error:
            for pending in group:
                pending.error = pending.error or error
        for pending in group:
            pending.done = True
            pending.called.set()
        with self._arrived:
            self._led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].called.set()
