"""The question: what is asked, where to search, and which model is to answer."""

from dataclasses import dataclass, field
from typing import Any

from haystack.dataclasses import ChatMessage


@dataclass(frozen=True)
class Model:
    name: str
    owner: str
    created: int = 0


@dataclass(frozen=True)
class Question:
    messages: list[ChatMessage]
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
