"""How many tokens a text has for a language model."""

from collections.abc import Iterator

from ingest import cancellation
from ingest.tokens import encoding

_AT_ONCE = 2_000
"""Characters: all other threads wait while the encoding reads, for half a millisecond then."""


def count(text: str) -> int:
    """The number of tokens: models differ, but it is near enough to plan with."""
    return sum(len(encoding().encode(piece)) for piece in _pieces(text))


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
