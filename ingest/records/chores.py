"""Chores: what one of all processes that share a database does, and no other meanwhile, from time to time or once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import delete, insert, select, update

from ingest.errors import Underway
from ingest.records import schema
from ingest.records.database import Database

ONCE = "once: "
HELD_S = 30  # after which somebody else may do what was begun, since its process is gone

_rows = schema.chores.c


def take(database: Database, name: str, every_s: float) -> bool:
    """Whether this is due, and this process is the one to do it now. Where it was never done, it is due after that
    time. Raises `StorageFailed`."""
    mine = _rows.name == name
    with database.read() as connection:  # usually it is not due
        found = connection.execute(select(_rows.done_at <= database.now - every_s).where(mine)).first()
    if found and not found[0]:
        return False
    with database.write() as connection:
        due = update(schema.chores).where(mine, _rows.done_at <= database.now - every_s)
        if connection.execute(due.values(done_at=database.now)).rowcount:
            return True
        if not connection.execute(select(_rows.name).where(mine)).first():
            connection.execute(insert(schema.chores).values(name=name, done_at=database.now))
    return False


@contextmanager
def alone(database: Database, name: str, underway: str) -> Iterator[Callable[[], None]]:
    """Within the block, nobody else does this; call what it gives now and then, since one that was not heard of for
    half a minute is over. Raises `Underway`, in these words, and `StorageFailed`."""
    name = ONCE + name
    mine = _rows.name == name
    with database.write() as connection:
        connection.execute(
            delete(schema.chores).where(_rows.name.startswith(ONCE), _rows.done_at <= database.now - HELD_S)
        )
        if connection.execute(select(_rows.name).where(mine)).first():
            raise Underway(underway)
        connection.execute(insert(schema.chores).values(name=name, done_at=database.now))
    told_at = time.monotonic()

    def goes_on() -> None:
        nonlocal told_at
        if time.monotonic() - told_at > HELD_S / 3:
            with database.write() as connection:
                connection.execute(update(schema.chores).where(mine).values(done_at=database.now))
            told_at = time.monotonic()

    try:
        yield goes_on
    finally:
        database.free(lambda connection: connection.execute(delete(schema.chores).where(mine)))
