"""Chores: what one of all processes that share a database does from time to time, and no other meanwhile."""

from sqlalchemy import insert, select, update

from ingest.records import schema
from ingest.records.database import Database

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
