"""Stored responses and completions are deleted after a while, unless the deployer wants them kept."""

import time
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, Table, delete, select

from ingest.records.database import Database
from rag_api.history.schema import completions, items, responses

DAY_S = 24 * 60 * 60
AT_ONCE = 200  # so that no answer waits long to be stored meanwhile


def remove_old(database: Database, days: int) -> None:
    """Delete responses and completions that are older. Raises `StorageFailed`."""
    before = int(time.time()) - days * DAY_S
    for table in (responses, completions):
        old = select(table.c.id).where(table.c.created_at < before).limit(AT_ONCE)
        while True:
            with database.read() as connection:  # usually there are none, and looking should not cost a write
                ids = connection.scalars(old).all()
            if not ids:
                break
            database.free(partial(_remove, table=table, ids=ids))


def _remove(connection: Connection, table: Table, ids: Sequence[str]) -> None:
    connection.execute(delete(items).where(items.c.owner_id.in_(ids)))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
