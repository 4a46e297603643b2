"""A store: a named set of files that are searched together. It may expire when it is not used."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, case, delete, exists, func, insert, select, update

from ingest.errors import Invalid, NotFound
from ingest.ids import new_id
from ingest.records import schema
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.last_use import DAY_S, LastUse, expires_at
from ingest.records.paging import Page, Paging, page_of
from ingest.records.store_files import NewStoreFile, State, StoreFiles, in_store

DEFAULT_STORE = "vs_default"  # uploads meant to be searched go here unasked

REPEAT_S = 600  # within this time after a store was made, a client that got no reply may ask for it again


@dataclass(frozen=True)
class Store:
    id: str
    name: str
    description: str | None
    metadata: dict[str, str]
    created_at: int
    last_active_at: int
    expires_days: int | None  # after the last use
    counts: dict[State, int] = field(default_factory=dict)
    usage_bytes: int = 0

    @property
    def expires_at(self) -> int | None:
        return expires_at(self.last_active_at, self.expires_days)

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= time.time()


class StoreChanges(TypedDict, total=False):
    name: str
    description: str | None
    metadata: Mapping[str, str]
    expires_days: int | None


_rows = schema.stores.c
_COLUMNS = [
    _rows[name] for name in ("id", "name", "description", "metadata", "created_at", "last_active_at", "expires_days")
]


class Stores:
    """All stores. The default one is always there. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, store_files: StoreFiles, cleanup: Cleanup, last_use: LastUse) -> None:
        self._database = database
        self._store_files = store_files
        self._cleanup = cleanup
        self._last_use = last_use
        with database.write() as connection:
            if not connection.scalar(select(exists().where(_rows.id == DEFAULT_STORE))):
                _insert_default(connection)

    def add(
        self,
        name: str,
        metadata: Mapping[str, str],
        *,
        description: str | None = None,
        expires_days: int | None = None,
        files: Sequence[NewStoreFile] = (),
    ) -> Store:
        """Make a store with these files in it. Raises `NotFound`, and makes none, if one of them does not exist."""
        store_id = new_id("vs_")
        with self._database.write() as connection:
            _insert(
                connection,
                id=store_id,
                name=name,
                metadata=dict(metadata),
                description=description,
                expires_days=expires_days,
            )
            if files:
                self._store_files.attach(connection, store_id, files)
            store = self._get(connection, store_id)
        self._store_files.attached()
        return store

    def find_added_before(self, name: str, metadata: Mapping[str, str], file_ids: Iterable[str]) -> Store | None:
        """The newest store of this name, metadata and files, if it was added in the last ten minutes."""
        query = select(_rows.id, _rows.metadata).where(_rows.name == name, _rows.created_at > time.time() - REPEAT_S)
        with self._database.read() as connection:
            for store_id, kept in connection.execute(query.order_by(_rows.seq.desc())):
                files = select(schema.store_files.c.file_id).where(in_store(store_id))
                if kept == metadata and set(connection.scalars(files)) == set(file_ids):
                    return self._get(connection, store_id)
        return None

    def get(self, store_id: str) -> Store:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            return self._get(connection, store_id)

    def find(self, label: str) -> str:
        """The id of the store with this id or, if only one store has it, this name. Raises `NotFound`, and `Invalid` if
        several stores have the name."""
        query = select(_rows.id).where((_rows.id == label) | (_rows.name == label)).limit(3)
        with self._database.read() as connection:
            ids = connection.scalars(query).all()
        if not ids:
            raise NotFound(f"No vector store with the id or the name {label!r} exists.")
        if len(ids) > 1 and label not in ids:
            raise Invalid(f"Several vector stores have the name {label!r}: use the id of one, as in {ids[0]!r}.")
        return label if label in ids else ids[0]

    def labels(self, limit: int) -> Sequence[str]:
        """How to refer to the newest stores: by name, or by id where several have the same name."""
        newest = select(_rows.seq, _rows.id, _rows.name).order_by(_rows.seq.desc()).limit(limit).subquery()
        other = schema.stores.alias()
        shared = exists().where(other.c.name == newest.c.name, other.c.id != newest.c.id)
        label = case(((newest.c.name == "") | shared, newest.c.id), else_=newest.c.name)
        with self._database.read() as connection:
            return connection.scalars(select(label).order_by(newest.c.seq)).all()

    def count(self) -> int:
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(schema.stores)) or 0

    def list(self, *, having: str | None = None, **paging: Unpack[Paging]) -> Page[Store]:
        """All stores, or those `having` the file with this id. Raises `Invalid` for a cursor that is not in the
        list."""
        attached = schema.store_files.c
        within = exists().where(attached.store_id == _rows.id, attached.file_id == having) if having else None
        with self._database.read() as connection:
            page = page_of(connection, schema.stores, select(*_COLUMNS), lambda *row: row, within=within, **paging)
            return Page(list(self._stores(connection, page.items)), page.has_more)

    def update(self, store_id: str, **changes: Unpack[StoreChanges]) -> Store:
        """Replace the values that are given. Raises `NotFound`, and `Invalid` if the store has expired or is the
        default one, which cannot expire."""
        if store_id == DEFAULT_STORE and changes.get("expires_days"):
            raise Invalid("The default store cannot expire: uploads go there by themselves.", "expires_after")
        with self._database.write() as connection:
            self._last_use.check(connection, [store_id])
            if changes:
                connection.execute(update(schema.stores).where(_rows.id == store_id).values(**changes))
            return self._get(connection, store_id)

    def delete(self, store_id: str) -> None:
        """Delete the store and its chunks; the files stay. The default store is there again at once, empty and as new,
        since uploads go there by themselves. Raises `NotFound`."""
        again = store_id == DEFAULT_STORE

        def delete_all(connection: Connection) -> None:
            self._get(connection, store_id)
            self._empty(connection, store_id, used_again=again)
            seq = connection.scalar(select(_rows.seq).where(_rows.id == store_id))
            connection.execute(delete(schema.stores).where(_rows.id == store_id))
            if again:
                _insert_default(connection, seq=seq)  # else a loop over all stores may meet it twice

        self._database.free(delete_all)
        self._cleanup.run_committed(Kind.CHUNKS if again else Kind.STORE)

    def check(self, store_ids: Iterable[str]) -> None:
        """Raise `NotFound` for the first id that is not a store's, or `Invalid` for the first store that has
        expired."""
        with self._database.read() as connection:
            self._last_use.check(connection, store_ids)

    def expire(self) -> None:
        """Take the files out of stores that have expired, and record which stores were used."""
        self._last_use.expire()
        now = int(time.time())
        # The first condition can use an index, the second is exact.
        old = (_rows.expires_days > 0) & (_rows.last_active_at <= now - DAY_S)
        old &= _rows.last_active_at + _rows.expires_days * DAY_S <= now
        full = exists().where(schema.store_files.c.store_id == _rows.id)
        with self._database.read() as connection:  # usually there are none, and looking should not cost a write
            expired = self._stores(connection, connection.execute(select(*_COLUMNS).where(old, full)).all())
        for store in expired:
            if store.expired:
                self._database.free(partial(self._empty, store_id=store.id))
                self._cleanup.run_committed(Kind.STORE)

    def _empty(self, connection: Connection, store_id: str, *, used_again: bool = False) -> None:
        self._store_files.remove_all(connection, store_id, used_again=used_again)
        connection.execute(delete(schema.batches).where(schema.batches.c.store_id == store_id))
        connection.execute(delete(schema.store_counts).where(schema.store_counts.c.store_id == store_id))

    def _get(self, connection: Connection, store_id: str) -> Store:
        row = connection.execute(select(*_COLUMNS).where(_rows.id == store_id)).first()
        if row is None:
            raise NotFound(f"No vector store with the id {store_id!r} exists.")
        return self._stores(connection, [row])[0]

    def _stores(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> Sequence[Store]:
        counted = schema.store_counts.c
        query = select(counted.store_id, counted.state, counted.files, counted.usage_bytes)
        counts: dict[str, dict[State, int]] = {row[0]: {} for row in rows}
        usage = dict.fromkeys(counts, 0)
        for store_id, state, files, used in connection.execute(query.where(counted.store_id.in_(counts))):
            counts[store_id][State(state)] = files
            usage[store_id] += used
        stores = []
        for row in rows:
            values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
            values["last_active_at"] = self._last_use.last(values["id"], values["last_active_at"])
            stores.append(Store(**values, counts=counts[values["id"]], usage_bytes=usage[values["id"]]))
        return stores


def _insert_default(connection: Connection, **place: Any) -> None:
    _insert(connection, id=DEFAULT_STORE, name="default", metadata={}, **place)


def _insert(connection: Connection, **values: Any) -> None:
    now = int(time.time())
    connection.execute(insert(schema.stores).values(**values, created_at=now, last_active_at=now))
