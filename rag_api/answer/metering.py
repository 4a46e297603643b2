"""What answers cost: who lets a request in may want to know how many tokens the model used for it."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

CHARACTERS_A_TOKEN = 4  # about, where the model's server does not count

spend: ContextVar[Callable[[int], None] | None] = ContextVar("spend", default=None)
"""Called with the tokens of each answer at its end, also of one that goes on in the background."""


def count(usage: dict[str, Any] | None, characters: int) -> None:
    """Tell what an answer used: as the model's server counted it or, if it did not, by all characters that it read and
    wrote."""
    if tell := spend.get():
        tell((usage or {}).get("total_tokens") or characters // CHARACTERS_A_TOKEN)
