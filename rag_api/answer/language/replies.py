"""Replies: what the built-in model says of its own, in each language."""

from dataclasses import dataclass

from rag_api.answer.language.words import tables


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class Replies:
    unanswered: str
    """The documents hold no answer."""
    unsure: str
    """Before sentences that may be none."""
    about: str
    """To a greeting: what can be asked."""
    disagree: str
    """Before sentences of different files that contradict each other."""
    shown: str
    """Before an answer to other words, which stand in for {}, than those asked: no document has these."""
    empty: str
    """There are no documents."""
    unread: str
    """There are, and they are still being read."""
    unreadable: str
    """There are, and none could be read."""
    no_rework: str
    """What was said cannot be reworked."""
    number: str
    """How many documents there are."""
    more: str
    """How many more there are than those shown."""
    parts: str
    columns: str
    rows: str
    sum: str = "Σ {} ({}): {}"
    """What a column adds up to: its name, how many rows it has, the number."""
    average: str = "Ø {} ({}): {}"


REPLIES = {name: Replies(**words) for name, words in tables("replies").items()}
"""By the name of the language."""


def is_refusal(reply: str) -> bool:
    """Whether a reply says, in any language, that the documents hold no answer, or none for sure."""
    return reply.strip() in _UNANSWERED or reply.startswith(_UNSURE)


_UNANSWERED = frozenset(replies.unanswered for replies in REPLIES.values())
_UNSURE = tuple(replies.unsure for replies in REPLIES.values())
