"""What answers cost: who lets a request in may want to know how many tokens the model used for it."""

import asyncio
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

CHARACTERS_A_TOKEN = 4  # about, where the model's server does not count
UNHEARD_CHARACTERS = 4000  # of an answer in one piece whose client left before it came
MOST_TOKENS = 100_000_000  # of one answer: a server that says more has miscounted

spend: ContextVar[Callable[[int], None] | None] = ContextVar("spend", default=None)
"""Called with the tokens of each answer at its end, also of one that goes on in the background."""


class Reserve:
    """Tokens that are kept from others as long as it is not known how many a request uses: until its end and that of
    what goes on in the background."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = give_back
        self._holders = 1

    def end(self) -> None:
        self._holders -= 1
        if not self._holders:
            self._give_back()

    def hold(self, task: "asyncio.Task[None]") -> None:
        self._holders += 1
        task.add_done_callback(lambda _: self.end())


reserve: ContextVar[Reserve | None] = ContextVar("reserve", default=None)


def reserve_until_end(task: "asyncio.Task[None]") -> None:
    """Keep the reserve of this request until the task has ended, which makes its answer."""
    if kept := reserve.get():
        kept.hold(task)


class Meter:
    """Of one answer, which begins now. What was read and written is told once, also when the answer is cut short."""

    def __init__(self) -> None:
        self._tell = spend.get()
        self._read = self._unheard = 0
        self._is_asked = False

    def ask(self, texts: Iterable[str | None], *, unheard: int = 0) -> None:
        """The model is asked, and reads these; it writes so many answers that are not heard before their end."""
        self._is_asked = True
        self._read = sum(len(text or "") for text in texts)
        self._unheard = unheard * UNHEARD_CHARACTERS

    def answered(self, usage: dict[str, Any] | None, written: int) -> None:
        """Tell what it took: as the model's server counted it or, if it did not, by all characters."""
        told = (usage or {}).get("total_tokens")
        counted = isinstance(told, int) and 0 < told <= MOST_TOKENS
        self._end(told if counted and told else (self._read + written) // CHARACTERS_A_TOKEN)

    def cut(self, written: int) -> None:
        """It was not told that it is answered; so much of it was heard."""
        if self._is_asked:
            self._end((self._read + (written or self._unheard)) // CHARACTERS_A_TOKEN)

    def refused(self) -> None:
        """The model did not begin."""
        self._is_asked = False

    def _end(self, tokens: int) -> None:
        if self._tell:
            self._tell(tokens)
        self._tell, self._is_asked = None, False
