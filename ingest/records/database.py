"""The SQL database of the records, whatever its dialect: connections to read and to write, and the migration of its
tables."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Protocol, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, ColumnElement, Connection, Engine
from sqlalchemy.exc import DatabaseError

from ingest.errors import StorageFailed
from ingest.records.reserve import Reserve

Result = TypeVar("Result")

DIALECTS = {"sqlite": "ingest.records.sqlite"}
"""By URL scheme, the module that has its `Dialect`."""

_MIGRATING = Lock()
"""Alembic has one context for the whole process: two migrations at a time would run on each other's connection."""


class Dialect(Protocol):
    """What differs from one database to another."""

    now: ColumnElement[float]
    """Seconds since 1970, by one clock for all who use it."""

    shared: bool
    """Whether processes on several machines may use it at a time."""

    def engine(self) -> Engine: ...

    def write_turn(self) -> AbstractContextManager[None]:
        """Wait until this thread may write, where only one may at a time. Raises `StorageFailed`."""

    def check_there(self) -> None:
        """Raise `StorageFailed` if what is written now would be lost."""

    def in_words(self, error: DatabaseError) -> StorageFailed | None:
        """The error as something a person can act on; None if it is a fault of this program."""


class Database:
    """Connections to read and to write. They raise `StorageFailed` for errors that are not the caller's fault."""

    def __init__(self, engine: Engine, dialect: Dialect, reserve: Reserve) -> None:
        self.engine = engine
        self.reserve = reserve
        self._dialect = dialect
        self.check_there = dialect.check_there
        self.now = dialect.now
        self.shared = dialect.shared

    @classmethod
    def open(
        cls, url: URL, migrations: str = "ingest.records:migrations", reserve: Reserve | None = None
    ) -> "Database":
        """Migrates the tables first. Raises `StorageFailed`."""
        dialect: Dialect = import_module(DIALECTS[url.get_backend_name()]).Dialect(url)
        database = cls(dialect.engine(), dialect, reserve or Reserve())
        try:
            database._migrate(migrations)
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the database."""
        with self._in_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the right to write from its first statement on, and is on disk when it ends."""
        with self._dialect.write_turn(), self._writing() as connection, connection.begin():
            yield connection

    def free(self, work: Callable[[Connection], Result]) -> Result:
        """`write` for what makes room: if the disk is full, it is done with the reserve."""

        def transaction() -> Result:
            with self.write() as connection:
                return work(connection)

        return self.reserve.free(transaction)

    def close(self) -> None:
        self.engine.dispose()

    def _migrate(self, migrations: str) -> None:
        config = _config(migrations)
        with self._in_words(), self.engine.connect() as connection:
            if MigrationContext.configure(connection).get_current_revision() == _newest(migrations):
                return
        with _MIGRATING, self._writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:  # it does not know the revision of these tables
                raise StorageFailed(
                    f"The database {str(self.engine.url.database)!r} was written by a newer version of this program "
                    f"({error}): use that one, or set RAG_DATA_DIR to another folder."
                ) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._in_words(), self.engine.connect().execution_options(writes=True) as connection:
            yield connection

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            if said := self._dialect.in_words(error):
                raise said from error
            raise


def _config(migrations: str) -> Config:
    config = Config()
    config.set_main_option("script_location", migrations)
    config.set_main_option("path_separator", "os")
    return config


@cache
def _newest(migrations: str) -> str | None:
    """The revision that these lead to."""
    return ScriptDirectory.from_config(_config(migrations)).get_current_head()
