"""Group commit: of many threads that want to commit, one commits for all, then hands over to one that came
meanwhile."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")

_PATIENCE = 0.005  # seconds to wait for a fuller group; a commit takes four times as long


@dataclass(eq=False)
class Pending(Generic[Work]):
    """One caller's work and how it went; `commit` sets `result` or `error`."""

    work: Work
    result: Any = None
    error: BaseException | None = None
    done: bool = False
    called: threading.Event = field(default_factory=threading.Event)  # the work is done, or this caller commits next


class GroupCommit(Generic[Work]):
    def __init__(self, commit: Callable[[Sequence[Pending[Work]]], None]) -> None:
        self.turn = threading.Lock()  # held during a commit; hold it to keep commits out
        self._commit = commit
        self._waiting: list[Pending[Work]] = []
        self._arrived = threading.Condition()
        self._led = False
        self._last = 1  # size of the last group

    def submit(self, work: Work) -> Any:
        """Returns once the work is committed, with its result; raises the error of this work.

        If `commit` itself raises, every caller in the group gets that error.
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
            # The callers of the last group are likely to come back with more.
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
