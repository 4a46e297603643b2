"""An uploaded file: its record, and how to get at its bytes."""

import logging
import os
import time
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import BinaryIO, Unpack

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from ingest.blobs import Blobs, Draft, intact, within
from ingest.errors import Damaged, Invalid, NotFound, QuotaExceeded
from ingest.group_commit import GroupCommit, Pending
from ingest.ids import new_id
from ingest.records import schema, storage
from ingest.records.attributes import Attributes
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.paging import Page, Paging, page_of
from ingest.records.store_files import NewStoreFile, StoreFiles

logger = logging.getLogger(__name__)

READ_BYTES = 1 << 16  # at once: two of them wait while a client does not read
SOME = 8
EXPIRED_AT_ONCE = 200  # how many expired files are deleted in one transaction
REPEAT_S = 600  # within this time after an upload, a client that got no reply may send it again


@dataclass(frozen=True)
class StoredFile:
    id: str
    filename: str
    purpose: str
    bytes: int
    sha256: str
    created_at: int
    expires_at: int | None


@dataclass(frozen=True)
class NewFile:
    """A file to keep and put into a store."""

    draft: Draft
    filename: str
    attributes: Attributes


@dataclass(frozen=True)
class _Upload:
    draft: Draft
    file: StoredFile
    store_id: str | None


_COLUMNS = [schema.files.c[field.name] for field in fields(StoredFile)]

# Every upload runs it. Of `seq`, which the database counts, nobody asks.
_INSERT = insert(schema.files).inline()


class Files:
    """All files that are neither deleted nor expired. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, blobs: Blobs, store_files: StoreFiles, cleanup: Cleanup) -> None:
        self._database = database
        self._blobs = blobs
        self._store_files = store_files
        self._cleanup = cleanup
        self._together: GroupCommit[_Upload] = GroupCommit(self._keep)
        self._limited = True  # whether there may be a quota

    def add(
        self,
        draft: Draft,
        filename: str,
        purpose: str,
        store_id: str | None = None,
        *,
        expires_after_s: int | None = None,
    ) -> StoredFile:
        """Keep a draft as a file and, in the same transaction, put it into a store; all is on disk on return. Calls
        that come together share a commit. Raises `Invalid` if the draft is empty, and `QuotaExceeded`."""
        upload = _upload(draft, filename, purpose, store_id, expires_after_s)
        self._cleanup.kept.prepare(draft)  # while others do the same
        self._together.submit(upload)
        if store_id is not None:
            self._store_files.added.set()
        return upload.file

    @contextmanager
    def adding(
        self,
        draft: Draft,
        filename: str,
        purpose: str,
        store_id: str | None = None,
        *,
        expires_after_s: int | None = None,
    ) -> Iterator[tuple[StoredFile, Connection]]:
        """`add` in one transaction with what the block writes through the connection. Raises `Invalid` if the draft is
        empty."""
        upload = _upload(draft, filename, purpose, store_id, expires_after_s)
        with self._keeping([upload]) as connection:
            yield upload.file, connection
        if store_id is not None:
            self._store_files.added.set()

    def add_all(
        self, store_id: str, purpose: str, new: Sequence[NewFile], again: Sequence[NewStoreFile] = ()
    ) -> list[StoredFile]:
        """Keep many drafts and put them, with files that are kept already, into a store; all is on disk on return.
        Raises `NotFound` if the store or a file is missing, `Invalid` if the store has expired, and `QuotaExceeded`,
        having kept none."""
        now = int(time.time())
        files = [
            StoredFile(new_id("file-"), file.filename, purpose, file.draft.size, file.draft.sha256, now, None)
            for file in new
        ]
        attached = [NewStoreFile(file.id, one.attributes) for file, one in zip(files, new, strict=True)]
        with self._cleanup.kept.recording(*(file.draft for file in new)) as connection:
            if files:
                connection.execute(_INSERT, [vars(file) for file in files])
                storage.wanted(connection).check()
            self._store_files.attach(connection, store_id, [*attached, *again])
        self._store_files.attached()
        return files

    def refusals(self, sizes: Sequence[int]) -> list[QuotaExceeded | None]:
        """For files that are to be added in this order, why each would be refused, if so."""
        with self._database.read() as connection:
            wanted = storage.wanted(connection)
        refusals: list[QuotaExceeded | None] = []
        for size in sizes:
            try:
                wanted.and_file(size).check()
            except QuotaExceeded as error:
                refusals.append(error)
            else:
                wanted = wanted.and_file(size)
                refusals.append(None)
        return refusals

    def find_added_before(self, draft: Draft, filename: str, purpose: str) -> StoredFile | None:
        """The newest file of the same bytes, name and purpose, if it was added in the last ten minutes."""
        same = (schema.files.c.sha256 == draft.sha256) & (schema.files.c.filename == filename)
        same &= (schema.files.c.purpose == purpose) & (schema.files.c.created_at > time.time() - REPEAT_S)
        query = select(*_COLUMNS).where(same, _unexpired()).order_by(schema.files.c.seq.desc())
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else StoredFile(*row)

    def get(self, file_id: str) -> StoredFile:
        """Raises `NotFound`."""
        file = self.find(file_id)
        if file is None:
            raise _no_file(file_id)
        return file

    def find(self, file_id: str) -> StoredFile | None:
        with self._database.read() as connection:
            return _find(connection, file_id)

    def list(self, *, purpose: str | None = None, **paging: Unpack[Paging]) -> Page[StoredFile]:
        """Raises `Invalid` for a cursor that is not in the list."""
        query = select(*_COLUMNS).where(_unexpired())
        if purpose is not None:
            query = query.where(schema.files.c.purpose == purpose)
        with self._database.read() as connection:
            return page_of(connection, schema.files, query, StoredFile, **paging)

    def open(self, file: StoredFile) -> BinaryIO:
        """The bytes, as many as there should be. Raises `NotFound` if the file was deleted meanwhile, and `Damaged`."""
        try:
            source = self._blobs.open(file.sha256)
            if source.seek(0, os.SEEK_END) == file.bytes:
                source.seek(0)
                return source
            source.close()
            harm = "not those that were uploaded"
        except FileNotFoundError:
            self.get(file.id)  # raises `NotFound` if it was just deleted
            harm = "missing"
        except Damaged as error:
            harm = error.message
        raise _damaged(file, harm)

    def read(self, file: StoredFile, part: range | None = None) -> Generator[bytes, None, None]:
        """The bytes of a part, or all of them, in pieces; of all, the last piece comes only if they are those that were
        uploaded. Raises `NotFound` if the file was deleted meanwhile, and `Damaged`, maybe after the first pieces."""
        source = self.open(file)
        try:
            yield from intact(source, file.sha256, READ_BYTES) if part is None else within(source, part, READ_BYTES)
        except Damaged as error:
            raise _damaged(file, error.message) from error

    @contextmanager
    def local_path(self, file: StoredFile) -> Iterator[Path]:
        """A path at which a program can read the bytes. Raises `NotFound` if the file was deleted meanwhile, and
        `Damaged`."""
        try:
            with self._blobs.local_path(file.sha256) as path:
                yield path
        except FileNotFoundError:
            self.get(file.id)  # raises `NotFound` if it was just deleted
            raise _damaged(file, "missing") from None
        except Damaged as error:
            raise _damaged(file, error.message) from error

    def delete(self, file_id: str) -> None:
        """Delete the file and take it out of every store; no search that starts afterwards finds it. Raises
        `NotFound`."""

        def delete(connection: Connection) -> None:
            file = _find(connection, file_id)
            if file is None:
                raise _no_file(file_id)
            self._delete(connection, [file])

        self._database.free(delete)
        self._clean_up()

    def delete_all(self, file_ids: Sequence[str]) -> None:
        """`delete` for many at once; files that are already gone are no error."""

        def delete(connection: Connection) -> None:
            rows = connection.execute(select(*_COLUMNS).where(schema.files.c.id.in_(file_ids)))
            self._delete(connection, [StoredFile(*row) for row in rows])

        self._database.free(delete)
        self._clean_up()

    def expire(self) -> None:
        expired = select(*_COLUMNS).where(schema.files.c.expires_at <= int(time.time())).limit(EXPIRED_AT_ONCE)
        while True:
            with self._database.read() as connection:  # usually there are none, and looking should not cost a write
                files = [StoredFile(*row) for row in connection.execute(expired)]
            if not files:
                return
            self._database.free(partial(self._delete, files=files))
            self._clean_up()

    def _keep(self, group: Sequence[Pending[_Upload]]) -> None:
        if self._limited:  # else only who sets one while others upload is told of it by an error of the whole group
            for pending, refusal in zip(group, self.refusals([each.work.file.bytes for each in group]), strict=True):
                pending.error = refusal
        fitting = [pending.work for pending in group if not pending.error]
        if fitting:
            with self._keeping(fitting):  # of what fails here, all share the error
                pass

    @contextmanager
    def _keeping(self, uploads: Sequence[_Upload]) -> Iterator[Connection]:
        drafts = [upload.draft for upload in uploads]
        with self._cleanup.kept.recording(*drafts) as connection:
            connection.execute(_INSERT, [vars(upload.file) for upload in uploads])
            by_store = defaultdict(list)
            for upload in uploads:
                if upload.store_id is not None:
                    by_store[upload.store_id].append(NewStoreFile(upload.file.id))
            for store_id, files in by_store.items():
                self._store_files.insert(connection, store_id, files)
            yield connection
            wanted = storage.wanted(connection)
            self._limited = wanted.is_limited
            wanted.check()

    def _delete(self, connection: Connection, files: Sequence[StoredFile]) -> None:
        ids = [file.id for file in files]
        self._store_files.remove(connection, schema.store_files.c.file_id.in_(ids))
        connection.execute(delete(schema.files).where(schema.files.c.id.in_(ids)))
        self._cleanup.add(connection, Kind.BLOB, [file.sha256 for file in files])

    def _clean_up(self) -> None:
        self._cleanup.run_committed(Kind.BLOB, Kind.CHUNKS)


def some_kept(database: Database) -> list[str]:
    """The sha256 of some files, the oldest and the newest."""
    columns = schema.files.c
    some = select(columns.sha256).limit(SOME)
    with database.read() as connection:
        oldest = connection.scalars(some.order_by(columns.seq)).all()
        newest = connection.scalars(some.order_by(columns.seq.desc())).all()
    return sorted({*oldest, *newest})


def _damaged(file: StoredFile, harm: str) -> Damaged:
    logger.error("the bytes of %s are %s", file.id, harm)
    return Damaged(f"The bytes of {file.id} are {harm}: upload the file again, or restore a backup.")


def _upload(draft: Draft, filename: str, purpose: str, store_id: str | None, expires_after_s: int | None) -> _Upload:
    if draft.size == 0:
        raise Invalid(f"{filename!r} is empty: there is nothing to keep.", field="file")
    now = int(time.time())
    expires_at = None if expires_after_s is None else now + expires_after_s
    file = StoredFile(new_id("file-"), filename, purpose, draft.size, draft.sha256, now, expires_at)
    return _Upload(draft, file, store_id)


def _find(connection: Connection, file_id: str) -> StoredFile | None:
    row = connection.execute(select(*_COLUMNS).where(schema.files.c.id == file_id, _unexpired())).first()
    return None if row is None else StoredFile(*row)


def _unexpired() -> ColumnElement[bool]:
    expires_at = schema.files.c.expires_at
    return or_(expires_at.is_(None), expires_at > int(time.time()))


def _no_file(file_id: str) -> NotFound:
    return NotFound(f"No file with the id {file_id!r} exists.")
