"""The question: what is asked, where to search, and which model is to answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from haystack.dataclasses import ChatMessage

from ingest.search.attached import Attached


@dataclass(frozen=True)
class Model:
    name: str
    owner: str
    created: int = 0


class Unsearched(StrEnum):
    """Why nothing is searched for a question."""

    UNASKED = "unasked"
    """The request names no store."""
    EMPTY = "empty"
    """There is nothing in its stores yet."""
    UNREAD = "unread"
    """What is in its stores is still being read."""
    UNREADABLE = "unreadable"
    """None of what is in its stores could be read."""
    CONVERSATION = "conversation"
    CLIENT_TASK = "client_task"
    SMALL_TALK = "small_talk"


NOTHING_YET = Unsearched.EMPTY, Unsearched.UNREAD, Unsearched.UNREADABLE
"""A search was asked for, and has nothing to search."""


@dataclass(frozen=True)
class Question:
    messages: Sequence[ChatMessage]
    store_ids: list[str]
    """Where to search; without any, the model answers from the messages alone."""
    model: str | None = None
    passages: int | None = None
    filters: dict[str, Any] | None = None
    min_score: float = 0.0
    embedding_weight: float | None = None
    """The weight of likeness in meaning, from 0 to 1, where there are vectors; None for the default."""
    rerank: bool = True
    """Whether a model may put the passages in order, where one is set."""
    stream: bool = False
    markers: bool = True
    """Whether `[n]` in the answer is a citation; False if the answer has to be JSON."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """For the model, as in its own protocol."""
    unsearched: Unsearched | None = None
    attached: Sequence[Attached] = ()
    """Files that the question brings itself; they are read first."""

    @property
    def searched(self) -> bool:
        """Whether it is answered from documents."""
        return bool(self.store_ids or self.attached)

    def without_search(self, reason: Unsearched | None) -> "Question":
        """The question as it is answered if there is a reason not to search."""
        return replace(self, store_ids=[], attached=(), unsearched=reason) if reason else self
