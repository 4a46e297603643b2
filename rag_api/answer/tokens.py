"""How many tokens a text has for a language model."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpe_openai import Encoding

_AT_ONCE = 20_000
"""Characters: the encoding refuses a million, or more than 200,000 tokens; and other threads wait while it reads."""


@cache
def encoding() -> "Encoding":
    """The first call takes half a second."""
    from bpe_openai import get_encoding  # importing it reads all its vocabularies

    return get_encoding("o200k_base")


def count(text: str) -> int:
    """The number of tokens: models differ, but it is near enough to plan with."""
    parts = range(0, len(text), _AT_ONCE)
    return sum(len(encoding().encode_ordinary(text[start : start + _AT_ONCE])) for start in parts)
