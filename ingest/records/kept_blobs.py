"""Blobs and their records: no record without its blob, and in the end no blob without a record.

A blob has to be there before its record, and may be deleted only when no file and no part of an upload needs it. What
must not happen is that one deletes it while another, with the same bytes, has kept it and not written the record yet.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, delete, exists, insert, or_, select, union, update

from ingest.blobs import Blobs, Draft
from ingest.counted import counted
from ingest.errors import StorageFailed
from ingest.group_commit import GroupCommit, Pending
from ingest.records import chores, schema
from ingest.records.database import Database
from ingest.records.unflushed_blobs import UnflushedBlobs

LATE_S = 3600  # from when a blob is not needed until it is deleted; also the longest that keeping one may take
DELETED_AT_ONCE = 200  # while other writers wait, a tenth of a second
ROUNDS = 50  # until others have their turn
SWEPT_EVERY_S = 24 * 3600

logger = logging.getLogger(__name__)


class KeptBlobs(Protocol):
    def prepare(self, draft: Draft) -> None:
        """The slow part of `recording`, which many may do at the same time. Raises `StorageFailed`."""

    def recording(self, *drafts: Draft) -> AbstractContextManager[Connection]:
        """Turn drafts into blobs, in a transaction in which the block writes their records. If it fails, blobs that
        nothing else needs are deleted. Raises `StorageFailed`, and `DiskFull` while nothing may grow."""

    def remove(self, sha256s: Sequence[str]) -> None:
        """Delete blobs that may not be needed any more, now or later. Raises `StorageFailed`."""

    def check_known(self) -> None:
        """Raise `StorageFailed` if there are blobs, and the records know of none: they are lost, or those of others."""

    def recover(self) -> None:
        """Delete what a process left behind when it died. Raises `StorageFailed`."""

    def expire(self) -> None:
        """Delete, or flush, what was to be later. Raises `StorageFailed`."""

    def sweep(self) -> None:
        """Look, once a day and a part at a time, for blobs that no record knows of, and have them deleted. Raises
        `StorageFailed`."""

    def doomed(self, prefix: str) -> set[str]:
        """Those that begin so and are still to be deleted."""


class OfOneProcess:
    """For blobs that only this process deletes: a lock is enough, and what is not needed is deleted at once."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._lock = threading.Lock()
        self._unflushed = UnflushedBlobs(database, blobs)

    def prepare(self, draft: Draft) -> None:
        self._unflushed.prepare(draft)

    @contextmanager
    def recording(self, *drafts: Draft) -> Iterator[Connection]:
        for draft in drafts:
            self.prepare(draft)  # before the lock
        self._database.reserve.check()
        with self._lock:
            unflushed = [draft for draft in drafts if self._unflushed.take(draft)]
            try:
                self._blobs.keep(*drafts)
                with self._database.write() as connection:
                    self._unflushed.add(connection, unflushed)
                    yield connection
            except BaseException:
                for draft in drafts:
                    self._remove(draft.sha256)
                raise

    def remove(self, sha256s: Iterable[str]) -> None:
        for sha256 in sha256s:
            with self._lock:
                self._remove(sha256)

    def check_known(self) -> None:
        """See `sqlite.check_not_lost`, which comes before there are records."""

    def recover(self) -> None:
        try:
            self._restore()
        except StorageFailed as error:  # it is tried again by `expire`
            logger.error("not all that was uploaded last is back in its place: %s", error.message)
        self.remove(self._blobs.recover())
        doomed = schema.doomed_blobs.c.sha256  # by several processes, which there were before
        with self._database.read() as connection:
            left = list(connection.scalars(select(doomed)))
        if left:
            self.remove(left)
            self._database.free(partial(Connection.execute, statement=delete(schema.doomed_blobs)))

    def expire(self) -> None:
        self._restore()
        self._unflushed.flush()

    def sweep(self) -> None:
        """What a process left behind is known at the next start; for the rest there is `rag-ingest check`."""

    def doomed(self, prefix: str) -> set[str]:
        return set()

    def _restore(self) -> None:
        with self._unflushed.restoring() as sha256s:
            self.remove(sha256s)

    def _remove(self, sha256: str) -> None:
        with self._database.read() as connection:
            needed = _needed(connection, [sha256])
        if not needed:
            self._blobs.delete(sha256)


class OfMany:
    """For blobs that other processes keep and delete, too.

    A blob is doomed, by a row, before it is kept. The transaction that writes its record takes the doom away; one that
    deletes its last record dooms it again. Whatever dies in between, the row is there, so no bucket has to be listed.
    Doomed for an hour, it is deleted in a transaction, and transactions that write come one after the other. Only a
    database that was restored lacks such rows: what is there without any is doomed once a day.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._dooming: GroupCommit[Sequence[str]] = GroupCommit(self._doom_all)
        self._unswept: list[str] = []

    def prepare(self, draft: Draft) -> None:
        self._keep(draft)

    @contextmanager
    def recording(self, *drafts: Draft) -> Iterator[Connection]:
        self._keep(*drafts)
        sha256s = sorted({draft.sha256 for draft in drafts})
        with self._database.write() as connection:
            saved = delete(schema.doomed_blobs).where(schema.doomed_blobs.c.sha256.in_(sha256s))
            lost = set(sha256s) - set(connection.scalars(saved.returning(schema.doomed_blobs.c.sha256)))
            if lost - _needed(connection, sorted(lost)):
                raise StorageFailed("These bytes were deleted before they were recorded: send them again.")
            yield connection

    def remove(self, sha256s: Sequence[str]) -> None:
        def doom(connection: Connection) -> None:
            _doom(connection, sorted({*sha256s} - _needed(connection, sha256s)))

        self._database.free(doom)

    def check_known(self) -> None:
        # Looked at again: others may have kept their first file meanwhile.
        if self._knows_none() and not self._blobs.is_empty() and self._knows_none():
            raise StorageFailed(
                "There are files at RAG_BLOB_URL, and the database knows of none: see whether it is the right one, or "
                "restore it; to begin anew, set RAG_BLOB_URL to another place. Nothing was changed."
            )

    def _knows_none(self) -> bool:
        tables = schema.files, schema.upload_parts, schema.doomed_blobs
        with self._database.read() as connection:
            return not connection.scalar(select(or_(*(exists(select(table.c.sha256)) for table in tables))))

    def recover(self) -> None:
        if left := [*self._blobs.recover()]:
            self.remove(left)
        with UnflushedBlobs(self._database, self._blobs).restoring() as left:  # by one process, which there was before
            if left:
                self.remove(left)

    def expire(self) -> None:
        rows = schema.doomed_blobs.c
        doomed = select(rows.sha256).where(rows.doomed_at <= int(time.time()) - LATE_S).limit(DELETED_AT_ONCE)
        for _ in range(ROUNDS):
            with self._database.read() as connection:  # usually there are none
                if not connection.scalars(doomed).first():
                    return
            self._blobs.check_there()  # before others have to wait for it
            with self._database.write() as connection:
                sha256s = list(connection.scalars(doomed))
                if unneeded := sorted({*sha256s} - _needed(connection, sha256s)):
                    self._blobs.delete(*unneeded)
                connection.execute(delete(schema.doomed_blobs).where(rows.sha256.in_(sha256s)))

    def sweep(self) -> None:
        if not self._unswept and chores.take(self._database, "sweep blobs", SWEPT_EVERY_S):
            self._unswept = [f"{number:02x}" for number in range(256)]
        if not self._unswept:
            return
        prefix = self._unswept[-1]
        there = sorted(self._blobs.list(prefix).keys() - self.doomed(prefix))
        with self._database.read() as connection:
            orphans = sorted({*there} - _needed(connection, there))
        if orphans:  # those that were recorded meanwhile are not doomed
            logger.warning("deleted in an hour, as no file has them: %s", counted(len(orphans), "blob"))
            self.remove(orphans)
        self._unswept.pop()

    def doomed(self, prefix: str) -> set[str]:
        rows = schema.doomed_blobs.c
        with self._database.read() as connection:
            return set(connection.scalars(select(rows.sha256).where(rows.sha256.between(prefix, prefix + "g"))))

    def _keep(self, *drafts: Draft) -> None:
        self._database.reserve.check()
        if new := [draft for draft in drafts if not draft.kept]:
            for draft in new:
                draft.finish()
            self._dooming.submit([draft.sha256 for draft in new])
            self._blobs.keep(*new)
            for draft in new:
                draft.kept = True

    def _doom_all(self, group: Sequence[Pending[Sequence[str]]]) -> None:
        with self._database.write() as connection:
            _doom(connection, sorted({sha256 for pending in group for sha256 in pending.work}))


def kept_blobs(database: Database, blobs: Blobs) -> KeptBlobs:
    return OfMany(database, blobs) if blobs.shared or database.in_shared_folder else OfOneProcess(database, blobs)


def _doom(connection: Connection, sha256s: Sequence[str]) -> None:
    """From now on."""
    if not sha256s:
        return
    table, now = schema.doomed_blobs, int(time.time())
    again = update(table).where(table.c.sha256.in_(sha256s)).values(doomed_at=now).returning(table.c.sha256)
    if new := sorted({*sha256s} - set(connection.scalars(again))):
        connection.execute(insert(table), [{"sha256": sha256, "doomed_at": now} for sha256 in new])


def _needed(connection: Connection, sha256s: Sequence[str]) -> set[str]:
    """Those of which there is a file or a part of an upload."""
    if not sha256s:
        return set()
    by_file, by_part = schema.files.c.sha256, schema.upload_parts.c.sha256
    found = union(select(by_file).where(by_file.in_(sha256s)), select(by_part).where(by_part.in_(sha256s)))
    return set(connection.scalars(found))
