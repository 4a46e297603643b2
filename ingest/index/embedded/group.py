"""Many threads, one commit: whoever comes first commits for all who came while the last commit ran."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")


@dataclass(eq=False)
class Pending(Generic[Work]):
    """One caller's work, and how it went; `commit` fills in `result` or `error`."""

    work: Work
    result: Any = None
    error: BaseException | None = None
    done: bool = False


class GroupCommit(Generic[Work]):
    def __init__(self, commit: Callable[[Sequence[Pending[Work]]], None]) -> None:
        self._commit = commit
        self._waiting: list[Pending[Work]] = []
        self._arrivals = threading.Lock()
        self._turn = threading.Lock()

    def submit(self, work: Work) -> Any:
        """Blocks until the work is committed; returns its own result or raises its own error.

        An exception out of `commit` itself is every waiting caller's error.
        """
        mine = Pending(work)
        with self._arrivals:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result

    def _lead(self) -> None:
        with self._arrivals:
            group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        except BaseException as error:
            for pending in group:
                pending.error = pending.error or error
        finally:
            for pending in group:
                pending.done = True
