"""When each store was last used, which decides when it expires. It is known at once, and written once a minute, since a
search should not cost a write."""

import threading
import time
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select, update

from ingest.counted import counted
from ingest.errors import Invalid, NotFound
from ingest.records import schema
from ingest.records.database import Database

WRITE_EVERY_S = 60
DAY_S = 86_400


_stores = schema.stores.c

# Every search runs this query, and building it takes twice as long as running it.
_USED = select(_stores.id, _stores.last_active_at, _stores.expires_days).where(
    _stores.id.in_(bindparam("ids", expanding=True))
)


def expires_at(last_active_at: int, expires_days: int | None) -> int | None:
    return None if expires_days is None else last_active_at + expires_days * DAY_S


class LastUse:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._used: dict[str, int] = {}  # not written yet
        self._written_at = time.monotonic()

    def note(self, store_ids: Iterable[str]) -> None:
        """Note that these stores are being used."""
        with self._lock:
            self._used |= dict.fromkeys(store_ids, int(time.time()))

    def last(self, store_id: str, written: int) -> int:
        """When a store was last used; `written` is what its row says."""
        return max(written, self._used.get(store_id, 0))

    def check(self, connection: Connection, store_ids: Iterable[str]) -> None:
        """Raise `NotFound` for the first id that is not a store's, or `Invalid` for the first store that has
        expired."""
        wanted = list(store_ids)
        found = {id: (written, days) for id, written, days in connection.execute(_USED, {"ids": wanted})}
        for store_id in wanted:
            if store_id not in found:
                raise NotFound(f"No vector store with the id {store_id!r} exists.")
            written, days = found[store_id]
            end = expires_at(self.last(store_id, written), days)
            if end is not None and end <= time.time():
                raise Invalid(
                    f"The vector store {store_id!r} has expired, as it was not used for {counted(days, 'day')}: its "
                    "files are not searched any more. Put them into a new store."
                )

    def expire(self) -> None:
        """Write, unless that was done in the last minute. Raises `StorageFailed`."""
        if time.monotonic() - self._written_at >= WRITE_EVERY_S:
            self.write()

    def write(self) -> None:
        with self._lock:
            used = self._used.copy()
        if used:
            # Another process may have used it since.
            row = (_stores.id == bindparam("store_id")) & (_stores.last_active_at < bindparam("used_at"))
            written = update(schema.stores).where(row).values(last_active_at=bindparam("used_at"))
            with self._database.write() as connection:
                connection.execute(written, [{"store_id": id, "used_at": at} for id, at in used.items()])
        with self._lock:
            self._used = {id: at for id, at in self._used.items() if used.get(id) != at}
            self._written_at = time.monotonic()
