"""A page of a list, found by key, so that page one thousand costs as much as page one."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Required, TypedDict, TypeVar, Unpack

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Table, select, union_all

from ingest.errors import Invalid

Item = TypeVar("Item")

MAX_BYTES = 4 << 20  # of a page, unless its first item alone has more
MAX_ENDS = 1000
LITERAL = {"literal_binds": True}


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


class _Ends:
    """Where pages ended. Who deletes what a page lists, and then asks for the next, has a cursor that is gone."""

    def __init__(self) -> None:
        self._places: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, of_list: str, cursor: str, place: int) -> None:
        with self._lock:
            self._places[of_list, cursor] = place
            self._places.move_to_end((of_list, cursor))
            if len(self._places) > MAX_ENDS:
                self._places.popitem(last=False)

    def place(self, of_list: str, cursor: str) -> int | None:
        with self._lock:
            return self._places.get((of_list, cursor))


_ends = _Ends()


def page_of(
    connection: Connection,
    table: Table,
    query: Select[Any],
    make: Callable[..., Item],
    *,
    key: ColumnElement[str] | None = None,
    within: ColumnElement[bool] | None = None,
    either: Sequence[ColumnElement[bool]] = (),
    large_rows: bool = False,
    **paging: Unpack[Paging],
) -> Page[Item]:
    """A page of `query` in the order of `table.seq`, of rows `within`: fewer than `limit` if they are large. Raises
    `Invalid` for a cursor that is not in the list.

    Cursors are values of `key`, by default the `id`. With `either`, a row has to meet one of these conditions: each is
    answered from an index in order, where their `OR` would need a sort. If it may have `large_rows`, of megabytes, a
    server is asked for a few at a time.
    """
    seq, limit = table.c.seq, paging["limit"]
    after, before = paging.get("after"), paging.get("before")
    ascending = paging.get("ascending", False)
    everything = [] if within is None else [within]

    cursors = table.c.id if key is None else key
    schema = connection.get_execution_options().get("schema")
    of_list = f"{connection.engine.url} {schema} {select(seq).where(*everything).compile(compile_kwargs=LITERAL)}"

    def place(cursor: str, name: str) -> int:
        found = connection.scalar(select(seq).where(cursors == cursor, *everything))
        if found is None:
            found = _ends.place(of_list, cursor)
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
    found = query.where(*conditions).order_by(order).limit(limit + 1).add_columns(seq, cursors)
    if large_rows:
        found = found.execution_options(stream_results=True)
    items: list[Item] = []
    size, last_cursor, last_place = 0, "", 0
    has_more = False
    with connection.execute(found) as rows:  # which are read one by one
        for *values, its_place, its_cursor in rows:
            size += len(orjson.dumps(values, default=str))
            if items and (len(items) == limit or size > MAX_BYTES):
                has_more = True
                _ends.remember(of_list, last_cursor, last_place)
                break
            items.append(make(*values))
            last_cursor, last_place = its_cursor, its_place
    return Page(items[::-1] if backwards else items, has_more)
