"""The audit: who changed what, and when; never what it said. Entries are kept for ninety days, and at most a
million of them."""

import logging
import threading
import time
from dataclasses import dataclass, fields
from typing import Unpack

from sqlalchemy import and_, delete, func, insert, select

from ingest.counted import counted
from ingest.errors import StorageFailed
from ingest.records.database import Database
from ingest.records.paging import Page, Paging, page_of
from rag_api.access import schema
from rag_api.http.seldom import Seldom

DAYS = 90
MOST = 1_000_000  # entries, the newest
DELETED_AT_ONCE = 10_000
MOST_WAITING = 10_000  # entries that are not written yet, as the disk is full, say: some 10 MB

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    at: int
    key_id: str
    """`RAG_API_KEYS` for a key of that setting."""
    project: str
    method: str
    path: str
    status: int
    address: str
    request_id: str
    """As the client was told it, and the log."""

    @property
    def refused(self) -> bool:
        """Whether nothing was changed."""
        return self.status >= 400


_rows = schema.audit.c
_COLUMNS = [_rows[field.name] for field in fields(Entry)]


class Audit:
    """Entries are written every few seconds, so that they cost requests nothing; a process that is killed loses those
    of its last seconds. Where they cannot be written, so many wait: beyond them, what was refused has no entry, and
    when as many changes wait, there are no more of these."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._new: list[Entry] = []
        self._lock = threading.Lock()
        self._seldom = Seldom(logger)

    def note(self, entry: Entry) -> None:
        with self._lock:
            if len(self._new) < MOST_WAITING:
                return self._new.append(entry)
            self._seldom.warning("the audit cannot be written: a request that was refused has no entry in it")
            if not entry.refused:
                self._new = [*_most(self._new, MOST_WAITING - 1), entry]

    def check(self) -> None:
        """Raise `StorageFailed` if a change would not be told."""
        with self._lock:
            if len(self._new) < MOST_WAITING or any(entry.refused for entry in self._new):
                return
        raise StorageFailed(
            f"Nothing can be changed now: {MOST_WAITING:,} changes wait to be written into the audit, which fails. The "
            "server's log says why."
        )

    def write(self) -> None:
        """Write what was noted. Raises `StorageFailed`, and writes it the next time."""
        with self._lock:
            new, self._new = self._new, []
        if not new:
            return
        try:
            with self._database.write(waits=False) as connection:
                connection.execute(insert(schema.audit), [vars(entry) for entry in new])
        except BaseException as error:
            with self._lock:
                self._new = _most(new + self._new, MOST_WAITING)
            if isinstance(error, StorageFailed):
                raise StorageFailed(
                    f"{counted(len(new), 'entry of the audit waits', 'entries of the audit wait')}: {error.message}"
                ) from error
            raise

    def close(self) -> None:
        """Write what was noted last; what cannot be written is lost, and the log has it."""
        try:
            self.write()
        except StorageFailed as error:
            logger.error("%s They are lost.", error.message)
            for entry in self._new:
                if not entry.refused:
                    logger.error("lost from the audit: %s", entry)

    def expire(self) -> None:
        too_many = select(func.max(_rows.seq) - MOST).scalar_subquery()
        is_old = (_rows.at < time.time() - DAYS * 86_400) | (_rows.seq <= too_many)
        old = select(_rows.seq).where(is_old).order_by(_rows.seq).limit(DELETED_AT_ONCE)
        with self._database.read() as connection:  # usually there are none, and looking should not cost a write
            found = list(connection.scalars(old))
        if found:
            self._database.free(lambda connection: connection.execute(delete(schema.audit).where(_rows.seq.in_(found))))

    def list(self, *, project: str | None = None, limit: int = 1000) -> list[Entry]:
        """The newest entries, the newest first."""
        query = select(*_COLUMNS).order_by(_rows.seq.desc()).limit(limit)
        if project is not None:
            query = query.where(_rows.project == project)
        with self._database.read() as connection:
            return [Entry(*row) for row in connection.execute(query)]

    def page(self, *, project: str | None = None, key_id: str | None = None, **paging: Unpack[Paging]) -> Page[Entry]:
        """A page of entries; their cursors are the ids of their requests. Raises `Invalid` for one that is none."""
        own = [column == value for column, value in ((_rows.project, project), (_rows.key_id, key_id)) if value]
        within = and_(*own) if own else None
        with self._database.read() as connection:
            query = select(*_COLUMNS)
            return page_of(connection, schema.audit, query, Entry, key=_rows.request_id, within=within, **paging)


def _most(entries: list[Entry], number: int) -> list[Entry]:
    """So many of these, if so many may be left out: the oldest that were refused."""
    surplus = len(entries) - number
    left = []
    for entry in entries:
        if surplus > 0 and entry.refused:
            surplus -= 1
        else:
            left.append(entry)
    return left
