"""A page of a list, found by key, so that page one thousand costs as much as page one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Required, TypedDict, TypeVar, Unpack

from sqlalchemy import ColumnElement, Connection, Select, Table, select, union_all

from ingest.errors import Invalid

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: list[Item]
    has_more: bool


class Paging(TypedDict, total=False):
    """Which page: at most `limit` items after the item with the id `after`, or before the one with the id `before`."""

    limit: Required[int]
    after: str | None
    before: str | None
    ascending: bool


def page_of(
    connection: Connection,
    table: Table,
    query: Select[Any],
    make: Callable[..., Item],
    *,
    key: ColumnElement[str] | None = None,
    within: ColumnElement[bool] | None = None,
    either: Sequence[ColumnElement[bool]] = (),
    **paging: Unpack[Paging],
) -> Page[Item]:
    """A page of `query` in the order of `table.seq`, of rows `within`. Raises `Invalid` for a cursor that is not in the
    list.

    Cursors are values of `key`, by default the `id`. With `either`, a row has to meet one of these conditions: each is
    answered from an index in order, where their `OR` would need a sort.
    """
    seq, limit = table.c.seq, paging["limit"]
    after, before = paging.get("after"), paging.get("before")
    ascending = paging.get("ascending", False)
    everything = [] if within is None else [within]

    def place(cursor: str, name: str) -> int:
        here = (table.c.id if key is None else key) == cursor
        found = connection.scalar(select(seq).where(here, *everything))
        if found is None:
            raise Invalid(f"The cursor {cursor!r} is not the id of anything in this list.", field=name)
        return int(found)

    conditions = list(everything)
    if after is not None:
        start = place(after, "after")
        conditions.append(seq > start if ascending else seq < start)
    if before is not None:
        end = place(before, "before")
        conditions.append(seq < end if ascending else seq > end)
    backwards = before is not None and after is None  # the page that ends at the cursor, not the first of the list
    order = seq if ascending != backwards else seq.desc()
    if either:
        parts = [select(seq).where(part, *conditions).order_by(order).limit(limit + 1).subquery() for part in either]
        conditions = [seq.in_(union_all(*map(select, parts)))]
    rows = connection.execute(query.where(*conditions).order_by(order).limit(limit + 1)).all()
    items = [make(*row) for row in rows[:limit]]
    return Page(items[::-1] if backwards else items, has_more=len(rows) > limit)
