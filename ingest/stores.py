"""A store is a named set of files that are searched together; a store file is one file's place in one store."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from ingest import schema
from ingest.database import Database
from ingest.errors import NotFound, Reason
from ingest.ids import new_id
from ingest.removals import Kind, Removals

DEFAULT_STORE = "vs_default"  # every upload meant for answering goes here by itself

AttributeValue = str | float | bool


class State(StrEnum):
    """How far a file has got on its way into a store."""

    PENDING = "pending"  # waits for its turn
    RUNNING = "running"  # is being ingested
    DONE = "done"  # can be found
    FAILED = "failed"  # cannot be ingested; `message` says why
    CANCELLED = "cancelled"  # was called off before its turn


@dataclass(frozen=True)
class Chunking:
    """The most tokens a chunk holds, and how many two neighbours share."""

    chunk_tokens: int
    overlap_tokens: int


@dataclass(frozen=True)
class Store:
    id: str
    name: str
    metadata: dict[str, str]
    created_at: int
    last_active_at: int
    counts: dict[State, int] = field(default_factory=dict)
    usage_bytes: int = 0


@dataclass(frozen=True)
class StoreFile:
    id: str  # of the attachment: taking a file out and putting it in again makes a new one
    store_id: str
    file_id: str
    attributes: dict[str, AttributeValue]
    chunk_tokens: int
    overlap_tokens: int
    created_at: int
    state: State
    usage_bytes: int
    reason: Reason | None
    message: str | None


_COLUMNS = [schema.store_files.c[field.name] for field in fields(StoreFile)]
_STORE_COLUMNS = [schema.stores.c[name] for name in ("id", "name", "metadata", "created_at", "last_active_at")]


class Stores:
    """Every store; the default one is there from the start."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.write() as connection:
            if connection.scalar(select(func.count()).where(schema.stores.c.id == DEFAULT_STORE)) == 0:
                _insert(connection, DEFAULT_STORE, "default", {})

    def add(self, name: str, metadata: Mapping[str, str]) -> Store:
        store_id = new_id("vs_")
        with self._database.write() as connection:
            _insert(connection, store_id, name, metadata)
            return _get(connection, store_id)

    def get(self, store_id: str) -> Store:
        with self._database.read() as connection:
            return _get(connection, store_id)

    def check(self, store_ids: Iterable[str]) -> None:
        """Raise `NotFound` for the first id that is not a store's."""
        wanted = list(store_ids)
        with self._database.read() as connection:
            query = select(schema.stores.c.id).where(schema.stores.c.id.in_(wanted))
            known = set(connection.scalars(query))
        for store_id in wanted:
            if store_id not in known:
                raise _no_store(store_id)


class StoreFiles:
    """Which files are in which stores, and how far each has got."""

    def __init__(self, database: Database, removals: Removals, chunking: Chunking) -> None:
        self._database = database
        self._removals = removals
        self._chunking = chunking
        self.added = threading.Event()  # there is something to ingest

    def add(
        self,
        store_id: str,
        file_id: str,
        attributes: Mapping[str, AttributeValue] | None = None,
        chunking: Chunking | None = None,
    ) -> StoreFile:
        """Put a file into a store. One that is in it stays as it is when nothing differs, unless it had failed:
        then it is tried again."""
        wanted = (dict(attributes or {}), chunking or self._chunking)
        with self._database.write() as connection:
            _get(connection, store_id)
            if connection.scalar(select(func.count()).where(schema.files.c.id == file_id)) == 0:
                raise NotFound(f"No file with the id {file_id!r} exists.")
            present = self._find(connection, store_id, file_id)
            if present is not None:
                same = wanted == (present.attributes, Chunking(present.chunk_tokens, present.overlap_tokens))
                if same and present.state not in (State.FAILED, State.CANCELLED):
                    return present
                self.remove(connection, schema.store_files.c.id == present.id)
            attachment = self.insert(connection, store_id, file_id, attributes, chunking)
        self._removals.carry_out(Kind.CHUNKS)
        self.added.set()
        return attachment

    def insert(
        self,
        connection: Connection,
        store_id: str,
        file_id: str,
        attributes: Mapping[str, AttributeValue] | None = None,
        chunking: Chunking | None = None,
    ) -> StoreFile:
        """The row alone, inside another transaction; whoever commits it sets `added`."""
        chunking = chunking or self._chunking
        now = int(time.time())
        row: dict[str, Any] = {
            "id": new_id("att_"),
            "store_id": store_id,
            "file_id": file_id,
            "attributes": dict(attributes or {}),
            "chunk_tokens": chunking.chunk_tokens,
            "overlap_tokens": chunking.overlap_tokens,
            "created_at": now,
            "state": State.PENDING,
        }
        connection.execute(insert(schema.store_files).values(**row))
        active = update(schema.stores).where(schema.stores.c.id == store_id).values(last_active_at=now)
        connection.execute(active)
        return StoreFile(**row, usage_bytes=0, reason=None, message=None)

    def get(self, store_id: str, file_id: str) -> StoreFile:
        with self._database.read() as connection:
            _get(connection, store_id)
            found = self._find(connection, store_id, file_id)
        if found is None:
            raise NotFound(f"No file found with id {file_id!r} in vector store {store_id!r}.")
        return found

    def delete(self, store_id: str, file_id: str) -> None:
        """Take a file out of a store; the file itself stays."""
        with self._database.write() as connection:
            present = self._find(connection, store_id, file_id)
            if present is None:
                raise NotFound(f"No file found with id {file_id!r} in vector store {store_id!r}.")
            self.remove(connection, schema.store_files.c.id == present.id)
        self._removals.carry_out(Kind.CHUNKS)

    def remove(self, connection: Connection, condition: ColumnElement[bool]) -> None:
        """Delete rows inside another transaction, and write down that their chunks are to go."""
        rows = connection.execute(select(schema.store_files.c.id, schema.store_files.c.state).where(condition)).all()
        running = [row.id for row in rows if row.state == State.RUNNING]
        rest = [row.id for row in rows if row.state != State.RUNNING]
        self._removals.add(connection, Kind.LATE_CHUNKS, running)
        self._removals.add(connection, Kind.CHUNKS, rest)
        connection.execute(delete(schema.store_files).where(condition))

    def present(self, attachment_ids: Iterable[str]) -> dict[str, dict[str, AttributeValue]]:
        """Of these attachments, those that exist now, with their attributes as they are now."""
        query = select(schema.store_files.c.id, schema.store_files.c.attributes)
        with self._database.read() as connection:
            rows = connection.execute(query.where(schema.store_files.c.id.in_(list(attachment_ids))))
            return {row.id: row.attributes for row in rows}

    def _find(self, connection: Connection, store_id: str, file_id: str) -> StoreFile | None:
        here = (schema.store_files.c.store_id == store_id) & (schema.store_files.c.file_id == file_id)
        row = connection.execute(select(*_COLUMNS).where(here)).first()
        return None if row is None else _store_file(*row)


def _insert(connection: Connection, store_id: str, name: str, metadata: Mapping[str, str]) -> None:
    now = int(time.time())
    row = {"id": store_id, "name": name, "metadata": dict(metadata), "created_at": now, "last_active_at": now}
    connection.execute(insert(schema.stores).values(**row))


def _get(connection: Connection, store_id: str) -> Store:
    row = connection.execute(select(*_STORE_COLUMNS).where(schema.stores.c.id == store_id)).first()
    if row is None:
        raise _no_store(store_id)
    of_store = schema.store_files.c.store_id == store_id
    states = select(schema.store_files.c.state, func.count(), func.sum(schema.store_files.c.usage_bytes))
    groups = connection.execute(states.where(of_store).group_by(schema.store_files.c.state)).all()
    counts = {State(state): number for state, number, _ in groups}
    return Store(**row._mapping, counts=counts, usage_bytes=sum(used for _, _, used in groups))


def _no_store(store_id: str) -> NotFound:
    return NotFound(f"No vector store with the id {store_id!r} exists.")


def _store_file(*row: Any) -> StoreFile:
    values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    reason = values["reason"]
    return StoreFile(**values | {"state": State(values["state"]), "reason": Reason(reason) if reason else None})
