"""How many tokens a text has for a language model."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpe_openai import Encoding


@cache
def encoding() -> "Encoding":
    """The first call takes half a second."""
    from bpe_openai import get_encoding  # importing it reads all its vocabularies

    return get_encoding("o200k_base")


def count(text: str) -> int:
    """The number of tokens: models differ, but it is near enough to plan with."""
    return len(encoding().encode_ordinary(text))
