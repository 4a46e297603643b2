"""Lists as OpenAI sends them: `{"object": "list", "data", "first_id", "last_id", "has_more"}`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from ingest import cancellation
from ingest.records.paging import Paging

Order = Literal["asc", "desc"]


class HasId(Protocol):
    id: str


Item = TypeVar("Item", bound=HasId)


class ListOf(BaseModel, Generic[Item]):
    object: Literal["list"] = "list"
    data: Sequence[Any]
    first_id: str  # "" for an empty page: OpenAI's schema does not allow null
    last_id: str
    has_more: bool

    @classmethod
    def of(cls, items: Sequence[Item], has_more: bool) -> "ListOf[Item]":
        first, last = (items[0].id, items[-1].id) if items else ("", "")
        return cls(data=items, first_id=first, last_id=last, has_more=has_more)


async def listed(make: Callable[[], ListOf[Any]]) -> Response:
    """A list, made and written in one thread: FastAPI would have it looked at once more, and written on the event loop.
    Only what has begun to be sent is left of it, which `http.unread` limits."""
    return Response(await cancellation.to_thread(lambda: make().model_dump_json()), media_type="application/json")


async def _paging(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Order = "desc",
    after: str | None = None,
    before: str | None = None,
) -> Paging:
    return Paging(limit=limit, after=after, before=before, ascending=order == "asc")


ThePaging = Annotated[Paging, Depends(_paging)]
