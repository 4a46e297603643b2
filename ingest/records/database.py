"""The SQL database that holds the records: one SQLite file by default, opened so that a commit survives a power cut."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from ingest.errors import StorageFailed

BUSY_TIMEOUT_S = 30


def databases(folder: Path) -> list[Path]:
    """Every SQLite file of a data folder, the chunks among them."""
    return sorted([*folder.glob("*.db"), *folder.glob("index/*.sqlite")])


class Database:
    """Connections for reading and for writing; `open` brings the tables up to date first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets one write at a time, and makes the others poll; threads of one process can queue instead.
        self._writing = threading.Lock()

    @classmethod
    def open(cls, path: Path, migrations: str = "ingest.records:migrations") -> "Database":
        engine = create_engine(
            f"sqlite:///{path}",
            pool_size=64,  # one for each thread that may be at work: connections are cheap, waiting is not
            max_overflow=64,
            connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        database = cls(engine)
        database._migrate(migrations)
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the database."""
        with _in_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that has the right to write from its first statement on, and is on disk when it ends."""
        with (
            self._turn(),
            _in_words(),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):  # else all threads end up here, and nobody reads
            raise StorageFailed(f"The database was busy for {BUSY_TIMEOUT_S} seconds: try again.")
        try:
            yield
        finally:
            self._writing.release()

    def close(self) -> None:
        self.engine.dispose()

    def _migrate(self, migrations: str) -> None:
        config = Config()
        config.set_main_option("script_location", migrations)
        config.set_main_option("path_separator", "os")
        with _in_words(), self.engine.connect().execution_options(writes=True) as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:  # it does not know how far the tables have got
                raise StorageFailed(
                    f"The database was written by a newer version of this program ({error}): use that one, or set "
                    "RAG_DATA_DIR to another folder."
                ) from error


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours (see _begin), not the driver's
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later can fail half way when another has written in between;
    # taking the write lock at once makes it wait instead.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        cause = str(error.orig)
        if "full" in cause:
            raise StorageFailed("The disk is full: free some space, then try again. Nothing was lost.") from error
        if "readonly" in cause or "unable to open" in cause:
            raise StorageFailed(f"The data folder cannot be written to ({cause}): check its permissions.") from error
        if "locked" in cause:
            raise StorageFailed("The database is locked by another program: close it, then try again.") from error
        if "I/O" in cause:
            raise StorageFailed(f"The disk cannot be read or written ({cause}): see to it, then try again.") from error
        if "malformed" in cause or "not a database" in cause:
            raise StorageFailed(
                f"The database is damaged ({cause}): `rag-ingest check` says which one; restore a backup of it."
            ) from error
        if "already exists" in cause:
            raise StorageFailed(
                f"The database has tables of another program ({cause}): set RAG_DATA_DIR to another folder."
            ) from error
        raise
