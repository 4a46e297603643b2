"""One page of a list, taken by key so that page one thousand costs what page one costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, Table, select

from ingest.errors import Invalid

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: list[Item]
    has_more: bool


def page_of(
    connection: Connection,
    table: Table,
    query: Select[Any],
    make: Callable[..., Item],
    *,
    limit: int,
    after: str | None = None,
    ascending: bool = False,
) -> Page[Item]:
    """At most `limit` rows of `query` in order of `table.seq`, from behind the row with the id `after`; raises
    `Invalid` when there is no such row."""
    seq = table.c.seq
    if after is not None:
        start = connection.scalar(select(seq).where(table.c.id == after))
        if start is None:
            raise Invalid(f"The cursor {after!r} is not the id of anything in this list.", field="after")
        query = query.where(seq > start if ascending else seq < start)
    rows = connection.execute(query.order_by(seq if ascending else seq.desc()).limit(limit + 1)).all()
    return Page([make(*row) for row in rows[:limit]], has_more=len(rows) > limit)
