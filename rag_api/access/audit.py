"""The audit: who changed what, and when; never what it said. Entries are kept for ninety days, and at most a
million of them."""

import threading
import time
from dataclasses import dataclass, fields
from typing import Unpack

from sqlalchemy import and_, delete, func, insert, select

from ingest.records.database import Database
from ingest.records.paging import Page, Paging, page_of
from rag_api.access import schema

DAYS = 90
MOST = 1_000_000  # entries, the newest
DELETED_AT_ONCE = 10_000


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


_rows = schema.audit.c
_COLUMNS = [_rows[field.name] for field in fields(Entry)]


class Audit:
    """Entries are written every few seconds, so that they cost requests nothing; a process that is killed loses those
    of its last seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._new: list[Entry] = []
        self._lock = threading.Lock()

    def note(self, entry: Entry) -> None:
        with self._lock:
            self._new.append(entry)

    def write(self) -> None:
        """Write what was noted. Raises `StorageFailed`, and writes it the next time."""
        with self._lock:
            new, self._new = self._new, []
        if not new:
            return
        try:
            with self._database.write(waits=False) as connection:
                connection.execute(insert(schema.audit), [vars(entry) for entry in new])
        except BaseException:
            with self._lock:
                self._new = new + self._new
            raise

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
