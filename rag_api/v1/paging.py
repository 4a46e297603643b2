"""Lists as OpenAI sends them: `{"object": "list", "data", "first_id", "last_id", "has_more"}`."""

from collections.abc import Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

Order = Literal["asc", "desc"]


class HasId(Protocol):
    id: str


Item = TypeVar("Item", bound=HasId)


class ListOf(BaseModel, Generic[Item]):
    object: Literal["list"] = "list"
    data: Sequence[Any]
    first_id: str  # "" when the page is empty: null is not allowed by OpenAI's schema
    last_id: str
    has_more: bool

    @classmethod
    def of(cls, items: Sequence[Item], has_more: bool) -> "ListOf[Item]":
        first, last = (items[0].id, items[-1].id) if items else ("", "")
        return cls(data=items, first_id=first, last_id=last, has_more=has_more)
