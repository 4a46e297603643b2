"""How many tokens a text has for a language model."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from ingest import cancellation

if TYPE_CHECKING:
    from bpe_openai import Encoding

_AT_ONCE = 2_000
"""Characters: all other threads wait while the encoding reads, for half a millisecond then."""


@cache
def encoding() -> "Encoding":
    """The first call takes half a second."""
    from bpe_openai import get_encoding  # importing it reads all its vocabularies

    return get_encoding("o200k_base")


def count(text: str) -> int:
    """The number of tokens: models differ, but it is near enough to plan with."""
    return sum(len(encoding().encode_ordinary(piece)) for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Cut before a blank if there is one, since that begins a token: then the number stays the same."""
    start = 0
    while start < len(text):
        cancellation.check()
        end = start + _AT_ONCE
        if end < len(text) and (blank := text.rfind(" ", start + 1, end)) > 0:
            end = blank
        yield text[start:end]
        start = end
