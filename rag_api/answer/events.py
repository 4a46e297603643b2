"""What happens while a question is answered, in the order in which it happens."""

from dataclasses import dataclass, field
from typing import Any

from ingest.search.passages import Passage
from rag_api.answer.citations import Citation


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages that the model is given; `[1]` in its answer means the first."""

    query: str
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of one of the answers (there are several when `n` was asked for)."""

    choice: int
    text: str
    extras: dict[str, Any] = field(default_factory=dict)
    """What else the model said here, as it said it: tool calls, a refusal, its reasoning."""
    logprobs: Any = None


@dataclass(frozen=True, slots=True)
class Finished:
    """One of the answers is complete, with the citations that stand in it."""

    choice: int
    reason: str
    citations: list[Citation]
    unsupported: int = 0
    """Markers that are no citations, since their passages do not hold what they stand for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event: which model it was, and what it took; `usage` is what the model's server counted, if it did."""

    model: str
    usage: dict[str, Any] | None


Event = Retrieved | Delta | Finished | Answered
