"""What a deletion leaves to do, at once or after a crash: delete chunks from the index and bytes from the blobs."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, insert, literal, select

from ingest.blobs import Blobs
from ingest.errors import DiskFull, StorageFailed
from ingest.index.backend import ChunkStore, Fenced
from ingest.records import schema
from ingest.records.attributes import index_fields
from ingest.records.database import Database
from ingest.records.kept_blobs import kept_blobs
from ingest.records.leases import Lease

logger = logging.getLogger(__name__)

BATCH = 500  # how many rows are worked on at a time
KEEPER_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05


class Kind(StrEnum):
    CHUNKS = "chunks"  # of a store file
    LATE_CHUNKS = "late_chunks"  # of a store file deleted while it was ingested: they may be written after that
    STORE = "store"  # all chunks of a store
    OLD_ATTRIBUTES = "old_attributes"  # of a store file's chunks: replace them by those of its row
    BLOB = "blob"  # unless a file or a part of an upload still needs it


class Cleanup:
    """A transactional outbox: a deletion writes a row in its own transaction, and `run` deletes the row once its work
    is done. Running it twice does no harm."""

    def __init__(self, database: Database, blobs: Blobs, chunks: ChunkStore, lease: Lease) -> None:
        self.kept = kept_blobs(database, blobs)
        self._database = database
        self._lease = lease
        self._chunks = chunks
        self._renewing = threading.Lock()

    def add(self, connection: Connection, kind: Kind, keys: Sequence[str]) -> None:
        if keys:
            connection.execute(insert(schema.cleanup), [{"kind": kind, "key": key} for key in keys])

    def add_late(self, connection: Connection, workers: Mapping[str, str | None]) -> None:
        """Have the chunks of these store files deleted once their workers will write no more."""
        rows = [{"kind": Kind.LATE_CHUNKS, "key": key, "worker": worker} for key, worker in workers.items()]
        if rows:
            connection.execute(insert(schema.cleanup), rows)

    def add_selected(self, connection: Connection, kind: Kind, keys: Select[tuple[str]]) -> None:
        [key] = keys.selected_columns
        connection.execute(
            insert(schema.cleanup).from_select(["kind", "key"], keys.with_only_columns(literal(kind), key))
        )

    def run(self, kind: Kind, key: str | None = None) -> None:
        """Do the work of this kind, or only that of one key. That of late chunks is done for workers that are gone; one
        that is there does its own, key by key. Raises `StorageFailed`."""
        wanted = _rows_of(kind, key)
        if key is None and kind is Kind.LATE_CHUNKS:
            wanted &= self._of_gone_workers()
        while True:
            with self._database.read() as connection:
                query = select(schema.cleanup.c.seq, schema.cleanup.c.key).where(wanted).limit(BATCH)
                rows = connection.execute(query).all()
            if not rows:
                return
            keys, done = [row.key for row in rows], schema.cleanup.c.seq.in_([row.seq for row in rows])
            if kind is not Kind.BLOB:
                self._database.reserve.check()  # a large deletion from the index writes much, and frees nothing at once
            self._run(kind, keys)
            self._database.free(partial(Connection.execute, statement=delete(schema.cleanup).where(done)))

    def run_all(self) -> None:
        """Do all that a crash left undone, as far as the disk allows it. Raises `StorageFailed`."""
        self.kept.recover()
        self.run_committed(*Kind)

    def run_committed(self, *kinds: Kind) -> None:
        """Do what a deletion that is committed has left. What the disk does not allow is done later, by `run_left`, as
        the records say already that it is gone."""
        for kind in kinds:
            try:
                self.run(kind)
            except StorageFailed as error:
                logger.error("what was deleted is still on the disk, and is deleted from it later: %s", error.message)

    def run_left(self) -> None:
        """Do what could not be done when it was deleted, if there is room now. Raises `StorageFailed`."""
        kinds = select(schema.cleanup.c.kind).where(schema.cleanup.c.kind != Kind.LATE_CHUNKS).distinct()
        with self._database.read() as connection:  # usually there are none
            left = [Kind(kind) for kind in connection.scalars(kinds)]
        with suppress(DiskFull):  # as was told when it was deleted
            for kind in left:
                self.run(kind)

    def _of_gone_workers(self) -> ColumnElement[bool]:
        worker = schema.cleanup.c.worker
        late = select(worker).where(schema.cleanup.c.kind == Kind.LATE_CHUNKS, worker.is_not(None)).distinct()
        with self._database.read() as connection:
            workers = connection.scalars(late).all()
        return worker.is_(None) | worker.in_(self._lease.over(workers))

    def _run(self, kind: Kind, keys: list[str]) -> None:
        match kind:
            case Kind.BLOB:
                self.kept.remove(keys)
            case Kind.OLD_ATTRIBUTES:
                self._renew_attributes(keys)
            case Kind.STORE:
                self._chunks.delete_by_filter(_of("store_id", keys))
            case Kind.CHUNKS | Kind.LATE_CHUNKS:
                self._chunks.delete_by_filter(_of("store_file_id", keys))

    def _renew_attributes(self, store_file_ids: list[str]) -> None:
        rows = schema.store_files.c
        with self._renewing:  # else two threads may read in one order and write in the other
            with self._database.read() as connection:
                query = select(rows.id, rows.attributes, rows.turn).where(rows.id.in_(store_file_ids))
                found = connection.execute(query).all()
            for store_file_id, attributes, turn in found:
                meta = {"attributes": index_fields(attributes)}
                if isinstance(self._chunks, Fenced):
                    self._chunks.update_in_turn(store_file_id, meta, turn)
                else:
                    self._chunks.update_by_filter(_of("store_file_id", [store_file_id]), meta)


class LeftToKeeper(Cleanup):
    """Where another process of this machine writes the index: it is told, and what it does there is waited for."""

    def add(self, connection: Connection, kind: Kind, keys: Sequence[str]) -> None:
        super().add(connection, kind, keys)
        self._database.ring(connection)

    def add_late(self, connection: Connection, workers: Mapping[str, str | None]) -> None:
        super().add_late(connection, workers)
        self._database.ring(connection)

    def add_selected(self, connection: Connection, kind: Kind, keys: Select[tuple[str]]) -> None:
        super().add_selected(connection, kind, keys)
        self._database.ring(connection)

    def run(self, kind: Kind, key: str | None = None) -> None:
        """Wait until it is done. Raises `StorageFailed`."""
        if kind is Kind.BLOB:
            return super().run(kind, key)
        wanted = _rows_of(kind, key)
        with self._database.read() as connection:
            last = connection.scalar(select(func.max(schema.cleanup.c.seq)).where(wanted))
        left = select(exists().where(wanted, schema.cleanup.c.seq <= (last or 0)))  # not for what others add meanwhile
        until, pause = time.monotonic() + KEEPER_WITHIN_S, 0.001
        while True:
            with self._database.read() as connection:
                if not connection.scalar(left):
                    return
            if time.monotonic() > until:
                raise StorageFailed(f"the process that keeps the index has not done it for {KEEPER_WITHIN_S:.0f} s")
            time.sleep(pause)
            pause = min(2 * pause, LOOK_EVERY_S)


def _rows_of(kind: Kind, key: str | None) -> ColumnElement[bool]:
    wanted = schema.cleanup.c.kind == kind
    return wanted if key is None else wanted & (schema.cleanup.c.key == key)


def _of(key: str, values: list[str]) -> dict[str, Any]:
    return {"field": f"meta.{key}", "operator": "in", "value": values}
