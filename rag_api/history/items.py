"""An item: something that was said or done. It belongs to a response, as input or output, or to a conversation."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from ingest.errors import NotFound
from ingest.ids import new_id
from ingest.records.database import Database
from rag_api.history.schema import items

Item = dict[str, Any]  # has an `id`


class Place(StrEnum):
    INPUT = "input"
    OUTPUT = "output"
    CONVERSATION = "conversation"


class Items:
    """All items, whatever they belong to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, item_id: str) -> Item:
        """The latest item with this id. Raises `NotFound`."""
        query = select(items.c.body).where(items.c.id == item_id).order_by(items.c.seq.desc()).limit(1)
        with self._database.read() as connection:
            found: Item | None = connection.scalar(query)
        if found is None:
            raise NotFound(f"Item with id {item_id!r} not found.")
        return found


def within(owner_id: str, place: Place) -> ColumnElement[bool]:
    return (items.c.owner_id == owner_id) & (items.c.place == place)


def add(connection: Connection, owner_id: str, place: Place, added: Sequence[Item]) -> list[Item]:
    """Add items in this order, and return them as they are kept: an id that is taken there is replaced."""
    if not added:
        return []
    wanted = [item["id"] for item in added]
    taken = set(connection.scalars(select(items.c.id).where(items.c.id.in_(wanted), within(owner_id, place))))
    kept = []
    for item in added:
        if item["id"] in taken:
            item = {**item, "id": new_id(item["id"].partition("_")[0] + "_")}
        taken.add(item["id"])
        kept.append(item)
    rows = [{"id": item["id"], "owner_id": owner_id, "place": place, "body": item} for item in kept]
    connection.execute(insert(items), rows)
    return kept


def remove(connection: Connection, owner_id: str) -> None:
    connection.execute(delete(items).where(items.c.owner_id == owner_id))


def newest_first(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Item]:
    """One at a time: each may have a picture of megabytes in it, and who reads them stops when there are enough."""
    query = select(items.c.body).where(condition).order_by(items.c.seq.desc())
    with connection.execution_options(yield_per=1).scalars(query) as found:
        yield from found
