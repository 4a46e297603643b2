"""Replies: what the built-in model says of its own, in each language."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class Replies:
    unanswered: str
    """The documents hold no answer."""
    about: str
    """To a greeting: what can be asked."""
    disagree: str
    """Before sentences of different files that contradict each other."""
    shown: str
    """Before an answer to other words, which stand in for {}, than those asked: no document has these."""
    empty: str
    """There are no documents."""
    no_rework: str
    """What was said cannot be reworked."""


_WORDS = tomllib.loads(Path(__file__).with_name("replies.toml").read_text(encoding="utf-8"))
REPLIES = {name: Replies(**words) for name, words in _WORDS.items()}
"""By the name of the language."""
