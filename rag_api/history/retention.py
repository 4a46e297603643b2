"""Responses and completions are not kept for ever, unless the deployer says so."""

import time

from sqlalchemy import delete, select

from ingest.records.database import Database
from rag_api.history.schema import completions, items, responses

DAY_S = 24 * 60 * 60
AT_ONCE = 200  # so that no answer has to wait long to be kept meanwhile


def remove_old(database: Database, days: int) -> None:
    """Take away the responses and completions that are older."""
    before = int(time.time()) - days * DAY_S
    for table in (responses, completions):
        old = select(table.c.id).where(table.c.created_at < before).limit(AT_ONCE)
        while True:
            with database.read() as connection:  # most often there is none, and looking must not cost a write
                ids = connection.scalars(old).all()
            if not ids:
                break
            with database.write() as connection:
                connection.execute(delete(items).where(items.c.owner_id.in_(ids)))
                connection.execute(delete(table).where(table.c.id.in_(ids)))
