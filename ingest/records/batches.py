"""A batch: files that were put into a store together, and can be cancelled together."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from ingest.errors import NotFound
from ingest.ids import new_id
from ingest.records import schema
from ingest.records.database import Database
from ingest.records.store_files import UNFINISHED, NewStoreFile, State, StoreFiles, in_batch


@dataclass(frozen=True)
class Batch:
    id: str
    store_id: str
    created_at: int
    cancelled: bool = False
    counts: dict[State, int] = field(default_factory=dict)


class Batches:
    def __init__(self, database: Database, store_files: StoreFiles) -> None:
        self._database = database
        self._store_files = store_files

    def add(self, store_id: str, files: Sequence[NewStoreFile]) -> Batch:
        """Put all of these files into a store. Raises `NotFound`, and adds none, if one of them does not exist;
        `Invalid` if the store has expired."""
        batch = Batch(new_id("vsfb_"), store_id, int(time.time()))
        row = {"id": batch.id, "store_id": store_id, "created_at": batch.created_at, "cancelled": False}
        with self._database.write() as connection:
            self._store_files.attach(connection, store_id, files, batch.id)
            connection.execute(insert(schema.batches).values(**row))
            batch = _get(connection, store_id, batch.id)
        self._store_files.attached()
        return batch

    def get(self, store_id: str, batch_id: str) -> Batch:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            return _get(connection, store_id, batch_id)

    def cancel(self, store_id: str, batch_id: str) -> Batch:
        """Cancel the files that are unfinished; a batch without any stays as it is. Raises `NotFound`."""
        with self._database.write() as connection:
            batch = _get(connection, store_id, batch_id)
            if batch.counts.keys() & UNFINISHED:
                self._store_files.cancel(connection, in_batch(batch_id))
                connection.execute(update(schema.batches).where(schema.batches.c.id == batch_id).values(cancelled=True))
                batch = _get(connection, store_id, batch_id)
        return batch


def _get(connection: Connection, store_id: str, batch_id: str) -> Batch:
    rows = schema.batches.c
    here = (rows.store_id == store_id) & (rows.id == batch_id)
    row = connection.execute(select(rows.id, rows.store_id, rows.created_at, rows.cancelled).where(here)).first()
    if row is None:
        raise NotFound(f"No file batch with the id {batch_id!r} exists in the vector store {store_id!r}.")
    state = schema.store_files.c.state
    counts = connection.execute(select(state, func.count()).where(in_batch(batch_id)).group_by(state))
    return Batch(*row, counts={State(state): number for state, number in counts})
