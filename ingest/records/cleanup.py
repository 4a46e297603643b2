"""What a deletion leaves to do, at once or after a crash: delete chunks from the index and bytes from the blobs."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, literal, select

from ingest.blobs import Blobs
from ingest.errors import DiskFull, StorageFailed
from ingest.index.backend import ChunkStore
from ingest.records import schema
from ingest.records.attributes import index_fields
from ingest.records.database import Database
from ingest.records.kept_blobs import kept_blobs

logger = logging.getLogger(__name__)

BATCH = 500  # how many rows are worked on at a time


class Kind(StrEnum):
    CHUNKS = "chunks"  # of a store file
    LATE_CHUNKS = "late_chunks"  # of a store file deleted while it was ingested: they may be written after that
    STORE = "store"  # all chunks of a store
    OLD_ATTRIBUTES = "old_attributes"  # of a store file's chunks: replace them by those of its row
    BLOB = "blob"  # unless a file or a part of an upload still needs it


class Cleanup:
    """A transactional outbox: a deletion writes a row in its own transaction, and `run` deletes the row once its work
    is done. Running it twice does no harm."""

    def __init__(self, database: Database, blobs: Blobs, chunks: ChunkStore) -> None:
        self.kept = kept_blobs(database, blobs)
        self._database = database
        self._chunks = chunks
        self._renewing = threading.Lock()

    def add(self, connection: Connection, kind: Kind, keys: Sequence[str]) -> None:
        if keys:
            connection.execute(insert(schema.cleanup), [{"kind": kind, "key": key} for key in keys])

    def add_selected(self, connection: Connection, kind: Kind, keys: Select[tuple[str]]) -> None:
        [key] = keys.selected_columns
        connection.execute(
            insert(schema.cleanup).from_select(["kind", "key"], keys.with_only_columns(literal(kind), key))
        )

    def run(self, kind: Kind, key: str | None = None) -> None:
        """Do the work of this kind, or only that of one key. Raises `StorageFailed`."""
        of_kind = schema.cleanup.c.kind == kind
        wanted = of_kind if key is None else of_kind & (schema.cleanup.c.key == key)
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
                found = connection.execute(select(rows.id, rows.attributes).where(rows.id.in_(store_file_ids))).all()
            for store_file_id, attributes in found:
                self._chunks.update_by_filter(
                    _of("store_file_id", [store_file_id]), {"attributes": index_fields(attributes)}
                )


def _of(key: str, values: list[str]) -> dict[str, Any]:
    return {"field": f"meta.{key}", "operator": "in", "value": values}
