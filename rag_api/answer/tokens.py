"""How much a text is for a language model."""

from functools import cache

from bpe_openai import Encoding, get_encoding


@cache
def encoding() -> Encoding:
    return get_encoding("o200k_base")


def count(text: str) -> int:
    """Tokens; not those of every model, but near enough to plan with."""
    return len(encoding().encode_ordinary(text))
