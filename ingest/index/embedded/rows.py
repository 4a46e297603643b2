"""Chunk rows in SQLite: the truth, of which the full-text index is a copy.

Plain sqlite3 without a layer in between, since this file is SQLite by design and is read for every question. A row is
never changed, only removed and added again with a higher number. So row numbers say what the index lacks: rows above
`indexed` have to be added to it, and rows in `removed` have to be removed from it.

Of the rows with the same content one is the first, and the others are copies. When the first is removed, a copy takes
its place: it, too, is removed and added again.
"""

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy

from ingest.data_folder import Opened
from ingest.errors import DiskFull, StorageFailed
from ingest.group_commit import Pending
from ingest.index.chunk_fields import content_hash
from ingest.index.embedded.record import Entry, Hit, Record, Vector, document
from ingest.index.embedded.where import EVERYTHING, Where

logger = logging.getLogger(__name__)

FILE = "chunks.sqlite"

_SETTINGS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA recursive_triggers = ON; -- else REPLACE removes without the trigger
"""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, not even after the last row is removed
    id TEXT NOT NULL UNIQUE,
    store_id TEXT, file_id TEXT, store_file_id TEXT, -- copies of what is in meta, if it is text there
    meta TEXT NOT NULL,
    content TEXT,
    rest TEXT, -- embedding, blob and the like; mostly null
    content_hash INTEGER,
    copy INTEGER NOT NULL DEFAULT 0 -- whether another row with this content is the first
) STRICT;
CREATE INDEX IF NOT EXISTS chunks_by_store ON chunks (store_id, file_id);
CREATE INDEX IF NOT EXISTS chunks_by_file ON chunks (file_id);
CREATE INDEX IF NOT EXISTS chunks_by_store_file ON chunks (store_file_id);
CREATE INDEX IF NOT EXISTS firsts_by_content ON chunks (content_hash) WHERE NOT copy;
CREATE INDEX IF NOT EXISTS copies_by_content ON chunks (content_hash) WHERE copy;
CREATE TABLE IF NOT EXISTS bereft (content_hash INTEGER PRIMARY KEY) STRICT; -- copies whose first row was removed
CREATE TRIGGER IF NOT EXISTS remember_bereft AFTER DELETE ON chunks
    WHEN NOT old.copy AND EXISTS (SELECT 1 FROM chunks WHERE copy AND content_hash = old.content_hash)
    BEGIN INSERT OR IGNORE INTO bereft VALUES (old.content_hash); END;
CREATE TABLE IF NOT EXISTS vectors (row INTEGER PRIMARY KEY, model TEXT NOT NULL, vector BLOB NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS remove_vector AFTER DELETE ON chunks
    BEGIN DELETE FROM vectors WHERE row = old.row; END;
CREATE TABLE IF NOT EXISTS removed (row INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER IF NOT EXISTS remember_removed AFTER DELETE ON chunks
    BEGIN INSERT INTO removed VALUES (old.row); END;
CREATE TABLE IF NOT EXISTS progress (indexed INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
INSERT INTO progress SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM progress);
"""

_HAS_OLD_NAMES = "SELECT 1 FROM pragma_table_info('chunks') WHERE name = 'attachment_id'"

# Up to 0.1.0 a store file was called an attachment. In JSON this text can only be a key: quotes in values are escaped.
_RENAME = """
BEGIN IMMEDIATE;
ALTER TABLE chunks RENAME COLUMN attachment_id TO store_file_id;
DROP INDEX chunks_by_attachment;
UPDATE chunks SET meta = replace(meta, '"attachment_id": ', '"store_file_id": ');
COMMIT;
"""

_HAS_NO_COPIES = """
SELECT count(*) > 0 AND sum(name = 'copy') = 0 FROM pragma_table_info('chunks')
"""

# Rows of older versions do not know their content's hash.
_FIND_COPIES = """
BEGIN IMMEDIATE;
ALTER TABLE chunks ADD COLUMN content_hash INTEGER;
ALTER TABLE chunks ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;
UPDATE chunks SET content_hash = content_hash(content) WHERE content IS NOT NULL;
CREATE INDEX by_content ON chunks (content_hash);
UPDATE chunks SET copy = 1 WHERE EXISTS
    (SELECT 1 FROM chunks AS other WHERE other.content_hash = chunks.content_hash AND other.row < chunks.row);
DROP INDEX by_content;
COMMIT;
"""

_COLUMNS = "id, store_id, file_id, store_file_id, meta, content, rest, content_hash"

_INSERT = {
    DuplicatePolicy.NONE: "INSERT",
    DuplicatePolicy.FAIL: "INSERT",
    DuplicatePolicy.SKIP: "INSERT OR IGNORE",
    DuplicatePolicy.OVERWRITE: "INSERT OR REPLACE",
}

_HEIRS = """
SELECT (SELECT row FROM chunks WHERE copy AND content_hash = value ORDER BY row LIMIT 1) FROM json_each(?)
WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE NOT copy AND content_hash = value)
"""
_PROMOTED = 1000  # copies at a time, to limit the memory

_IDLE_READERS = 8  # connections kept open for later; more are opened when needed


class Transaction:
    """Changes to rows that become durable together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, records: list[Record], policy: DuplicatePolicy) -> int:
        """The number added."""
        try:
            return self._connection.executemany(
                f"{_INSERT[policy]} INTO chunks ({_COLUMNS}, copy) SELECT new.*, EXISTS (SELECT 1 FROM chunks "
                "WHERE NOT copy AND content_hash = new.column8 AND id <> new.column1) "  # that one may be overwritten
                "FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) AS new",
                records,
            ).rowcount
        except sqlite3.IntegrityError as error:
            raise DuplicateDocumentError(
                "A document with one of these ids is already kept. Give DuplicatePolicy.OVERWRITE to replace it."
            ) from error

    def add_vectors(self, vectors: Iterable[Vector]) -> None:
        """Replace the vectors of these chunks; chunks that are gone are skipped."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO vectors (row, model, vector) SELECT row, column2, column3 "
            "FROM (VALUES (?, ?, ?)) JOIN chunks ON id = column1",
            vectors,
        )

    def vectors(self, where: Where) -> list[Vector]:
        sql = f"SELECT id, model, vector FROM chunks JOIN vectors USING (row) WHERE {where.sql}"
        return self._connection.execute(sql, where.parameters).fetchall()

    def remove(self, where: Where) -> int:
        return self._connection.execute(f"DELETE FROM chunks WHERE {where.sql}", where.parameters).rowcount

    def promote_copies(self) -> None:
        """Where the first row of a content was removed, make the oldest copy the first."""
        while bereft := self._connection.execute("SELECT content_hash FROM bereft LIMIT ?", (_PROMOTED,)).fetchall():
            hashes = json.dumps([content_hash for (content_hash,) in bereft])
            heirs = self._connection.execute(_HEIRS, (hashes,)).fetchall()
            where = Where.one_of("row", [row for (row,) in heirs if row])
            vectors = self.vectors(where)
            self._connection.execute(
                f"INSERT OR REPLACE INTO chunks ({_COLUMNS}, copy) SELECT {_COLUMNS}, 0 FROM chunks WHERE {where.sql}",
                where.parameters,
            )
            self.add_vectors(vectors)
            self._connection.execute(
                "DELETE FROM bereft WHERE content_hash IN (SELECT value FROM json_each(?))", (hashes,)
            )

    def select(self, where: Where) -> Iterator[tuple[int, Document]]:
        return _select(self._connection, where)

    def checkpoint(self, indexed: int, version: int) -> None:
        """Record that the index has every row up to `indexed`, and no removed one."""
        self._connection.execute("UPDATE progress SET indexed = ?, version = ?", (indexed, version))
        self._connection.execute("DELETE FROM removed")

    def attempt(self, pending: Pending["Change[Any]"]) -> None:
        """Do one caller's work. If it raises, only this work is undone, and the error is the caller's."""
        self._connection.execute("SAVEPOINT part")
        try:
            pending.result = pending.work(self)
        except sqlite3.Error:
            raise  # not the caller's fault: the whole transaction fails
        except Exception as error:
            pending.error = error
            self._connection.execute("ROLLBACK TO part")
        self._connection.execute("RELEASE part")


Result = TypeVar("Result")
Change = Callable[[Transaction], Result]


class Rows:
    """The rows of one folder: any number of readers, one writer at a time. Methods raise `StorageFailed`."""

    def __init__(self, path: Path, *, writes: bool = True) -> None:
        """Where another process writes, there are readers only, and that one has to have opened it."""
        self._path = path
        self._opened = Opened(path)
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._closed = False
        with self._in_words():
            self._writer = self._connect(_SETTINGS)
            if not writes:
                return self.check_there()
            try:
                if self._writer.execute(_HAS_OLD_NAMES).fetchone():
                    logger.info("The chunks in %s are brought up to date, which may take a while.", path)
                    self._writer.executescript(_RENAME)
                if self._writer.execute(_HAS_NO_COPIES).fetchone()[0]:
                    logger.info("The chunks in %s are looked through for copies, which may take a while.", path)
                    self._writer.create_function("content_hash", 1, content_hash, deterministic=True)
                    self._writer.executescript(_FIND_COPIES)
                self._writer.executescript(_SCHEMA)
                self.check_there()
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Durable at the end of the block; the caller makes sure that there is one at a time."""
        self.check_there()
        with self._in_words():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._writer)
                self._writer.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                if _is_full(error):  # what was written of the transaction takes room until the log is truncated
                    with suppress(sqlite3.Error):
                        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raise
            finally:
                self._roll_back()

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def check_there(self) -> None:
        """Raise `StorageFailed` if the file was removed or replaced, so that what is written now would be lost."""
        self._opened.check_there("start the server again, which makes the index anew from the files.")

    def count(self, where: Where = EVERYTHING) -> int:
        with self._reader() as connection:
            sql = f"SELECT count(*) FROM chunks WHERE {where.sql}"
            return int(connection.execute(sql, where.parameters).fetchone()[0])

    def select(self, where: Where = EVERYTHING) -> Iterator[Document]:
        """The documents in the order they were written, unchanged."""
        with self._reader() as connection:
            for _, found in _select(connection, where):
                yield found

    def fetch(self, hits: Sequence[Hit]) -> list[Document]:
        """The documents of these rows, with their scores and without embeddings; removed rows are left out."""
        with self._reader() as connection:
            found = connection.execute(
                "SELECT row, id, meta, content FROM chunks WHERE row IN (SELECT value FROM json_each(?))",
                (json.dumps([hit.row for hit in hits]),),
            )
            columns = {row: (id, meta, content) for row, id, meta, content in found}
        return [_found(hit, *columns[hit.row]) for hit in hits if hit.row in columns]

    def progress(self) -> tuple[int, int]:
        """Up to which row the index is complete, and which version wrote it."""
        with self._reader() as connection:
            indexed, version = connection.execute("SELECT indexed, version FROM progress").fetchone()
            return indexed, version

    def last(self) -> int:
        """The highest row number."""
        with self._reader() as connection:
            return int(connection.execute("SELECT max(row) FROM chunks").fetchone()[0] or 0)

    def added_after(self, row: int, limit: int) -> list[Entry]:
        with self._reader() as connection:
            found = connection.execute(
                "SELECT row, content, meta, copy FROM chunks WHERE row > ? ORDER BY row LIMIT ?", (row, limit)
            )
            return [Entry(row, content, json.loads(meta), bool(copy)) for row, content, meta, copy in found]

    def vectors_after(self, row: int, model: str, limit: int) -> list[tuple[int, int, bytes]]:
        """Row, hash of the content and vector."""
        with self._reader() as connection:
            sql = (
                "SELECT row, content_hash, vector FROM vectors JOIN chunks USING (row) WHERE row > ? AND model = ? "
                "ORDER BY row LIMIT ?"
            )
            return connection.execute(sql, (row, model, limit)).fetchall()

    def without_vector(self, row: int, model: str, dimensions: int, limit: int) -> list[tuple[int, str, str]]:
        """Row, id and content of chunks above this row that have no vector of this model and length."""
        with self._reader() as connection:
            sql = (
                "SELECT row, id, content FROM chunks WHERE row > ? AND content IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM vectors WHERE vectors.row = chunks.row AND model = ? AND length(vector) = ?) "
                "ORDER BY row LIMIT ?"
            )
            return connection.execute(sql, (row, model, dimensions, limit)).fetchall()

    def removed(self) -> list[int]:
        with self._reader() as connection:
            return [row for (row,) in connection.execute("SELECT row FROM removed")]

    def close(self) -> None:
        with self._idle_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in [*idle, self._writer]:
            connection.close()

    def _connect(self, script: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            connection.executescript(script)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        with self._in_words():
            with self._idle_lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or self._connect(_SETTINGS)
            try:
                yield connection
            finally:
                with self._idle_lock:
                    keep = not self._closed and len(self._idle) < _IDLE_READERS
                    if keep:
                        self._idle.append(connection)
                if not keep:
                    connection.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if _is_full(error):
                raise DiskFull(f"The disk is full, and {self._path} cannot grow: free some space.") from error
            raise StorageFailed(
                f"The rows in {self._path} could not be read or written ({error}). Check that the disk has space "
                "and the folder is writable; if the file is damaged, restore it or ingest the documents again."
            ) from error


def _found(hit: Hit, id: str, meta: str, content: str | None) -> Document:
    found = document(id, meta, content, score=hit.score)
    if hit.parts:
        found.meta["score_parts"] = hit.parts
    return found


def _is_full(error: sqlite3.Error) -> bool:
    return "full" in str(error)


def _select(connection: sqlite3.Connection, where: Where) -> Iterator[tuple[int, Document]]:
    sql = f"SELECT row, id, meta, content, rest FROM chunks WHERE {where.sql} ORDER BY row"
    with closing(connection.execute(sql, where.parameters)) as found:
        for row, *columns in found:
            yield row, document(*columns)
