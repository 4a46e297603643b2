"""What is asked, and of which model."""

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
    """Where to search; with none, the model answers from the messages alone."""
    model: str | None = None
    passages: int | None = None
    filters: dict[str, Any] | None = None
    min_score: float = 0.0
    embedding_weight: float | None = None
    """What likeness in meaning counts, from 0 to 1, where vectors are searched too; None for what is usual."""
    stream: bool = False
    markers: bool = True
    """Whether `[n]` in the answer is a citation; not when it is to be JSON."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """For the model, in the words of its own protocol."""
