"""Events: what happens while a question is answered, in this order."""

from dataclasses import dataclass, field
from typing import Any

from ingest.search.passages import Passage
from rag_api.answer.citations import Citation
from rag_api.answer.nearest import Near
from rag_api.answer.overview.retriever import Overview


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages that the model gets; `[1]` in its answer means the first."""

    query: str
    passages: list[Passage]
    overview: Overview | None = None
    """What the passages stand for, if the question is about whole documents."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer; there are several answers if `n` was set."""

    choice: int
    text: str
    extras: dict[str, Any] = field(default_factory=dict)
    """What the model sent beside text, unchanged: tool calls, a refusal, its reasoning."""
    logprobs: Any = None


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer is complete, with its citations."""

    choice: int
    reason: str
    citations: list[Citation]
    unsupported: int = 0
    """Markers that are not citations, since their passages do not support the answer."""
    nearest: list[Near] | None = None
    """The nearest passages, if the documents hold no answer, or none for sure."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event: which model answered, and the `usage` that its server counted, if it did."""

    model: str
    usage: dict[str, Any] | None


Event = Retrieved | Delta | Finished | Answered
