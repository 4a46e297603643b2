"""A store file: one file in one store, and how far its ingestion has got."""

import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, insert, or_, select, update

from ingest.errors import NotFound, Reason
from ingest.ids import new_id
from ingest.records import schema
from ingest.records.attributes import Attributes, AttributeValue, index_fields
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.last_use import LastUse
from ingest.records.paging import Page, Paging, page_of


class State(StrEnum):
    """How far the ingestion of a file into a store has got."""

    PENDING = "pending"  # waits to be ingested
    RUNNING = "running"  # is being ingested
    DONE = "done"  # can be found; `message` may say what of it was not read
    FAILED = "failed"  # cannot be ingested; `message` says why
    CANCELLED = "cancelled"  # before it was done


UNFINISHED = frozenset({State.PENDING, State.RUNNING})


@dataclass(frozen=True)
class Chunking:
    """How many tokens a chunk may have, and how many two adjacent chunks share."""

    chunk_tokens: int
    overlap_tokens: int


@dataclass(frozen=True)
class NewStoreFile:
    """A file to put into a store; without `chunking`, the settings decide how it is split."""

    file_id: str
    attributes: Attributes = field(default_factory=dict)
    chunking: Chunking | None = None


@dataclass(frozen=True)
class StoreFile:
    id: str  # a file that is taken out and put in again gets a new one
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
    filename: str
    bytes: int


_rows = schema.store_files.c


def _of_file(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of the file itself: looked up for each row, so that lists stay in the order of their index."""
    return select(column).where(schema.files.c.id == _rows.file_id).scalar_subquery().label(column.key)


_OF_FILE = {column.name: _of_file(column) for column in (schema.files.c.filename, schema.files.c.bytes)}
_COLUMNS = [_OF_FILE[each.name] if each.name in _OF_FILE else _rows[each.name] for each in fields(StoreFile)]

# Building them takes as long as running them. Of `seq`, which the database counts, nobody asks.
_INSERT = insert(schema.store_files).inline()
_ACTIVE = update(schema.stores).where(schema.stores.c.id == bindparam("store")).values(last_active_at=bindparam("now"))

# Every search runs this query, and building it takes twice as long as running it.
_PRESENT = select(_rows.id, _rows.attributes).where(
    _rows.state != State.CANCELLED, _rows.id.in_(bindparam("ids", expanding=True))
)

_counted = schema.store_counts.c
# A file that is read again stays pending with the bytes of its chunks, which are found until they are replaced.
_SEARCHABLE = select(
    exists().where(
        _counted.store_id.in_(bindparam("ids", expanding=True)),
        _counted.files > 0,
        (_counted.state == State.DONE) | (_counted.state.in_(UNFINISHED) & (_counted.usage_bytes > 0)),
    )
)
_STATES = (
    select(_counted.state).distinct().where(_counted.store_id.in_(bindparam("ids", expanding=True)), _counted.files > 0)
)


class StoreFiles:
    """Which files are in which stores, and how far each has got. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, cleanup: Cleanup, last_use: LastUse, chunking: Chunking) -> None:
        self._database = database
        self._cleanup = cleanup
        self.last_use = last_use
        self._chunking = chunking
        self.added = threading.Event()  # there is something to ingest

    def add(
        self, store_id: str, file_id: str, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> StoreFile:
        """Put a file into a store. If it is there already with the same attributes and chunking, nothing changes,
        unless it had failed: then it is tried again. Raises `NotFound` if the store or the file is missing, and
        `Invalid` if the store has expired."""
        with self._database.write() as connection:
            self.attach(connection, store_id, [NewStoreFile(file_id, attributes or {}, chunking)])
            attached = _get(connection, store_id, file_id)
        self.attached()
        return attached

    def attach(
        self, connection: Connection, store_id: str, files: Sequence[NewStoreFile], batch_id: str | None = None
    ) -> None:
        """`add` for many files, inside the caller's transaction; once that is committed, call `attached`. Raises what
        `add` does."""
        wanted = {file.file_id: file for file in files}
        self.last_use.check(connection, [store_id])
        _check_files(connection, wanted)
        here = (_rows.store_id == store_id) & _rows.file_id.in_(wanted)
        present = [_store_file(*row) for row in connection.execute(select(*_COLUMNS).where(here))]
        kept = [file for file in present if self._is_as_wanted(file, wanted[file.file_id])]
        kept_ids = {file.file_id for file in kept}
        self.remove(connection, _rows.id.in_([file.id for file in present if file.file_id not in kept_ids]))
        if batch_id and kept:  # a file belongs to the last batch that added it
            into_batch = update(schema.store_files).where(_rows.id.in_([file.id for file in kept]))
            connection.execute(into_batch.values(batch_id=batch_id))
        self.insert(connection, store_id, [file for id, file in wanted.items() if id not in kept_ids], batch_id)

    def attached(self) -> None:
        """After `attach` was committed: ingest what is new, and delete the chunks of what it replaces."""
        self._cleanup.run_committed(Kind.CHUNKS)
        self.added.set()

    def insert(
        self, connection: Connection, store_id: str, files: Sequence[NewStoreFile], batch_id: str | None = None
    ) -> None:
        """Only insert the rows of files that are not in the store; once that is committed, set `added`."""
        now = int(time.time())
        if files:
            connection.execute(_INSERT, [self._row(store_id, file, batch_id, now) for file in files])
            self._database.ring(connection)
        connection.execute(_ACTIVE, {"store": store_id, "now": now})

    def get(self, store_id: str, file_id: str) -> StoreFile:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            return _get(connection, store_id, file_id)

    def list(
        self, within: ColumnElement[bool], states: Sequence[State] = (), **paging: Unpack[Paging]
    ) -> Page[StoreFile]:
        """A page of the files that are `in_store` or `in_batch`, of these states if any are given. Raises `Invalid` for
        a cursor that is not in the list."""
        query = select(*_COLUMNS)
        either = [_rows.state == state for state in states]
        with self._database.read() as connection:
            return page_of(
                connection,
                schema.store_files,
                query,
                _store_file,
                key=_rows.file_id,
                within=within,
                either=either,
                **paging,
            )

    def count(self, within: ColumnElement[bool]) -> int:
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(schema.store_files).where(within)) or 0

    def states(self, store_id: str, file_ids: Collection[str]) -> dict[str, tuple[State, str | None]]:
        """The state and message of these files of a store, by file id; files that are gone are left out."""
        query = select(_rows.file_id, _rows.state, _rows.message).where(in_store(store_id), _rows.file_id.in_(file_ids))
        with self._database.read() as connection:
            return {file_id: (State(state), message) for file_id, state, message in connection.execute(query)}

    def update(self, store_id: str, file_id: str, attributes: Attributes) -> StoreFile:
        """Replace the attributes; once this returns, searches use the new ones. Raises `NotFound`, and `Invalid` if the
        store has expired."""
        with self._database.write() as connection:
            self.last_use.check(connection, [store_id])
            present = _get(connection, store_id, file_id)
            changed: dict[str, Any] = {"attributes": dict(attributes)}
            if present.state is State.RUNNING:  # its chunks get the old attributes: start again
                self._call_off_running(connection, _rows.id == present.id)
                changed |= {"id": new_id("sf_"), "state": State.PENDING}
            elif present.state in (State.DONE, State.PENDING):  # a pending one may have chunks from an earlier run
                self._cleanup.add(connection, Kind.OLD_ATTRIBUTES, [present.id])
                changed |= {"turn": _rows.turn + 1}  # of two processes that renew them, the one that read these wins
            connection.execute(update(schema.store_files).where(_rows.id == present.id).values(**changed))
            updated = _get(connection, store_id, file_id)
        self._cleanup.run(Kind.OLD_ATTRIBUTES)
        self.added.set()
        return updated

    def delete(self, store_id: str, file_id: str) -> None:
        """Take a file out of a store; the file itself stays. Raises `NotFound`."""

        def delete(connection: Connection) -> None:
            self.remove(connection, _rows.id == _get(connection, store_id, file_id).id)

        self._database.free(delete)
        self._cleanup.run_committed(Kind.CHUNKS)

    def remove(self, connection: Connection, condition: ColumnElement[bool]) -> None:
        """Delete rows inside the caller's transaction, and leave their chunks to the cleanup."""
        rows = connection.execute(select(_rows.id, _rows.state, _rows.worker).where(condition)).all()
        self._cleanup.add_late(connection, {row.id: row.worker for row in rows if row.state == State.RUNNING})
        self._cleanup.add(connection, Kind.CHUNKS, [row.id for row in rows if row.state != State.RUNNING])
        connection.execute(delete(schema.store_files).where(condition))

    def remove_all(self, connection: Connection, store_id: str, *, used_again: bool = False) -> None:
        """Delete the rows of a store inside the caller's transaction, and leave its chunks to the cleanup. If it is
        `used_again`, they are deleted file by file: new files may come before it is done."""
        self._call_off_running(connection, in_store(store_id))
        if used_again:
            self._cleanup.add_selected(connection, Kind.CHUNKS, select(_rows.id).where(in_store(store_id)))
        else:
            self._cleanup.add(connection, Kind.STORE, [store_id])
        connection.execute(delete(schema.store_files).where(in_store(store_id)))

    def cancel(self, connection: Connection, within: ColumnElement[bool]) -> None:
        """Cancel what is unfinished; chunks that a running job still writes are left to the cleanup."""
        self._call_off_running(connection, within)
        unfinished = update(schema.store_files).where(within, _rows.state.in_(UNFINISHED))
        connection.execute(unfinished.values(state=State.CANCELLED))

    def present(self, store_file_ids: Iterable[str]) -> dict[str, dict[str, AttributeValue]]:
        """The current attributes of these store files, without those that no longer exist."""
        with self._database.read() as connection:
            found = connection.execute(_PRESENT, {"ids": list(store_file_ids)}).all()
            return {id: attributes for id, attributes in found}

    def searchable(self, store_ids: Sequence[str]) -> bool:
        """Whether there is anything in these stores that a search could find."""
        with self._database.read() as connection:
            return bool(connection.scalar(_SEARCHABLE, {"ids": store_ids}))

    def states_in(self, store_ids: Sequence[str]) -> set[State]:
        """How far the files in these stores are."""
        with self._database.read() as connection:
            return {State(state) for state in connection.scalars(_STATES, {"ids": store_ids})}

    def _call_off_running(self, connection: Connection, within: ColumnElement[bool]) -> None:
        running = connection.execute(select(_rows.id, _rows.worker).where(within, _rows.state == State.RUNNING))
        self._cleanup.add_late(connection, {id: worker for id, worker in running})

    def _is_as_wanted(self, present: StoreFile, wanted: NewStoreFile) -> bool:
        if present.state in (State.FAILED, State.CANCELLED):
            return False
        if index_fields(present.attributes) != index_fields(wanted.attributes):  # as dicts, {"a": True} equals {"a": 1}
            return False
        return Chunking(present.chunk_tokens, present.overlap_tokens) == (wanted.chunking or self._chunking)

    def _row(self, store_id: str, file: NewStoreFile, batch_id: str | None, now: int) -> Mapping[str, Any]:
        chunking = file.chunking or self._chunking
        return {
            "id": new_id("sf_"),
            "store_id": store_id,
            "file_id": file.file_id,
            "batch_id": batch_id,
            "attributes": dict(file.attributes),
            "chunk_tokens": chunking.chunk_tokens,
            "overlap_tokens": chunking.overlap_tokens,
            "created_at": now,
            "state": State.PENDING,
        }


def in_store(store_id: str) -> ColumnElement[bool]:
    return _rows.store_id == store_id


def with_note() -> ColumnElement[bool]:
    """Files that can be found, but of which something was not read, as their message says."""
    return (_rows.state == State.DONE) & _rows.message.is_not(None)


def named(part: str) -> ColumnElement[bool]:
    """Files with this in their names, in capitals or small letters."""
    files = schema.files.c
    return exists().where(files.id == _rows.file_id, files.filename.icontains(part, autoescape=True))


def in_batch(batch_id: str) -> ColumnElement[bool]:
    return _rows.batch_id == batch_id


def _get(connection: Connection, store_id: str, file_id: str) -> StoreFile:
    here = in_store(store_id) & (_rows.file_id == file_id)
    row = connection.execute(select(*_COLUMNS).where(here)).first()
    if row is None:
        raise NotFound(f"No file found with id {file_id!r} in vector store {store_id!r}.")
    return _store_file(*row)


def _check_files(connection: Connection, file_ids: Iterable[str]) -> None:
    files = schema.files.c
    unexpired = or_(files.expires_at.is_(None), files.expires_at > int(time.time()))
    known = set(connection.scalars(select(files.id).where(files.id.in_(file_ids), unexpired)))
    if unknown := [file_id for file_id in file_ids if file_id not in known]:
        named = ", ".join(map(repr, unknown[:5])) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise NotFound(f"No such file: {named}. Upload it first; nothing was put into the store.")


def _store_file(*row: Any) -> StoreFile:
    values = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    reason = values["reason"]
    return StoreFile(**values | {"state": State(values["state"]), "reason": Reason(reason) if reason else None})
