"""How one asks for an overview of whole documents.

A pattern has to match the whole request, in lower case and without its politeness, so that a question that merely has
such words in it stays an ordinary one. In patterns stand DOCS for documents that are not named ("all my files"), HAVE
for being there ("do you have"), X for what may be a document, and TOPIC for anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag_api.answer.language.replies import REPLIES, Replies
from rag_api.answer.language.words import tables


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class OverviewLanguage:
    """A language of `ingest.languages`, by its name. Alternatives are separated by "|"."""

    name: str
    documents: str
    """Words for a document of any kind."""
    kinds: str
    """Words for a kind of document, which are often a part of its name."""
    determiners: str
    """What may stand around such words without naming a document."""
    indefinite: str
    """Words that say that no certain document is meant."""
    these: str
    """What points to documents without a noun."""
    polite: str
    have: str
    listing: tuple[str, ...]
    counting: tuple[str, ...]
    finding: tuple[str, ...]
    """Which documents are about TOPIC."""
    summary: tuple[str, ...]
    """What X is about, be it a document's name alone; where X is missing, what lies at hand."""
    said: tuple[str, ...]
    """The same in words that are as often asked of other things: X has to be called a document, or be a file's "
    "name."""
    going_on: str
    """With what one goes on to another document of a list."""
    ordinals: tuple[str, ...]
    """The first of a list, the second and so on."""
    last: str
    """The last of a list."""
    asks: str
    """Words that ask for something in a document, and so not for all of it."""
    several: str = "(?!)"
    """What says of a word for documents that it means more than one; in some languages nothing does."""

    @property
    def replies(self) -> Replies:
        return REPLIES[self.name]


_LISTS = frozenset(("listing", "counting", "finding", "summary", "said", "ordinals"))


def _language(name: str, words: Mapping[str, Any]) -> OverviewLanguage:
    values: dict[str, Any] = {key: tuple(value) if key in _LISTS else "|".join(value) for key, value in words.items()}
    return OverviewLanguage(name, **values)


LANGUAGES = tuple(_language(name, words) for name, words in tables("overviews").items())
