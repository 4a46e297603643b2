"""What answers cost: who lets a request in may want to know how many tokens the model used for it."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

CHARACTERS_A_TOKEN = 4  # about, where the model's server does not count
MOST_TOKENS = 100_000_000  # of one answer: a server that says more has miscounted

spend: ContextVar[Callable[[int], None] | None] = ContextVar("spend", default=None)
"""Called with the tokens of each answer at its end, also of one that goes on in the background."""


def count(usage: dict[str, Any] | None, characters: int) -> None:
    """Tell what an answer used: as the model's server counted it or, if it did not, by all characters that it read and
    wrote."""
    if tell := spend.get():
        told = (usage or {}).get("total_tokens")
        tell(told if isinstance(told, int) and 0 < told <= MOST_TOKENS else characters // CHARACTERS_A_TOKEN)
