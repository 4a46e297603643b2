"""A file as it was uploaded: its record, and the way to its bytes."""

import threading
import time
from dataclasses import dataclass, fields
from typing import BinaryIO

from sqlalchemy import Connection, delete, func, insert, select

from ingest import schema
from ingest.blobs import Blobs, Draft
from ingest.database import Database
from ingest.errors import Invalid, NotFound
from ingest.ids import new_id
from ingest.page import Page, page_of
from ingest.removals import Kind, Removals
from ingest.stores import StoreFiles


@dataclass(frozen=True)
class StoredFile:
    id: str
    filename: str
    purpose: str
    bytes: int
    sha256: str
    created_at: int
    expires_at: int | None


_COLUMNS = [schema.files.c[field.name] for field in fields(StoredFile)]


class Files:
    """Every file that was uploaded and not deleted."""

    def __init__(self, database: Database, blobs: Blobs, store_files: StoreFiles, removals: Removals) -> None:
        self._database = database
        self._blobs = blobs
        self._store_files = store_files
        self._removals = removals
        # Between the arrival of a blob and its record, deleting a file of the same bytes must not take it away.
        self._blob_lock = threading.Lock()

    def add(self, draft: Draft, filename: str, purpose: str, store_id: str | None = None) -> StoredFile:
        """Keep a draft as a file and, in the same transaction, put it into a store; both are on disk on return."""
        if draft.size == 0:
            raise Invalid(f"{filename!r} is empty: there is nothing to keep.", field="file")
        file = StoredFile(new_id("file-"), filename, purpose, draft.size, draft.sha256, int(time.time()), None)
        draft.finish()  # the slow part, before the lock
        with self._blob_lock:
            self._blobs.keep(draft)
            with self._database.write() as connection:
                connection.execute(insert(schema.files).values(**vars(file)))
                if store_id is not None:
                    self._store_files.insert(connection, store_id, file.id)
        if store_id is not None:
            self._store_files.added.set()
        return file

    def get(self, file_id: str) -> StoredFile:
        with self._database.read() as connection:
            return _get(connection, file_id)

    def list(
        self, *, limit: int, after: str | None = None, ascending: bool = False, purpose: str | None = None
    ) -> Page[StoredFile]:
        query = select(*_COLUMNS)
        if purpose is not None:
            query = query.where(schema.files.c.purpose == purpose)
        with self._database.read() as connection:
            return page_of(connection, schema.files, query, StoredFile, limit=limit, after=after, ascending=ascending)

    def open(self, file: StoredFile) -> BinaryIO:
        return self._blobs.open(file.sha256)

    def delete(self, file_id: str) -> None:
        """Take the file out of every store and away; no search that starts afterwards finds it."""
        with self._blob_lock:
            with self._database.write() as connection:
                file = _get(connection, file_id)
                self._store_files.remove(connection, schema.store_files.c.file_id == file_id)
                connection.execute(delete(schema.files).where(schema.files.c.id == file_id))
                same_bytes = select(func.count()).where(schema.files.c.sha256 == file.sha256)
                if connection.scalar(same_bytes) == 0:
                    self._removals.add(connection, Kind.BLOB, [file.sha256])
            self._removals.carry_out(Kind.BLOB, file.sha256)
        self._removals.carry_out(Kind.CHUNKS)


def _get(connection: Connection, file_id: str) -> StoredFile:
    row = connection.execute(select(*_COLUMNS).where(schema.files.c.id == file_id)).first()
    if row is None:
        raise NotFound(f"No file with the id {file_id!r} exists.")
    return StoredFile(*row)
