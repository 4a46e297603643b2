"""How much a text is for a language model."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpe_openai import Encoding


@cache
def encoding() -> "Encoding":
    """The first call takes half a second."""
    from bpe_openai import get_encoding  # reads all its vocabularies as it is imported

    return get_encoding("o200k_base")


def count(text: str) -> int:
    """Tokens; not those of every model, but near enough to plan with."""
    return len(encoding().encode_ordinary(text))
