"""The SQL database of the records, whatever its dialect: connections to read and to write, and the migration of its
tables."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import URL, ColumnElement, Connection, Engine, MetaData, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ingest.data_folder import ACCESS, ANSWERS, RECORDS, check_restored
from ingest.errors import IngestError, StorageFailed
from ingest.records import postgres, sqlite
from ingest.records.reserve import Reserve

Result = TypeVar("Result")

DIALECTS = {"sqlite": "ingest.records.sqlite", "postgresql": "ingest.records.postgres"}
"""By URL scheme, the module that has its `Dialect`."""

MIGRATIONS = {
    RECORDS: "ingest.records:migrations",
    ANSWERS: "rag_api.history:migrations",
    ACCESS: "rag_api.access:migrations",
}
"""By the name of a database, where its tables come from."""

TABLES = {RECORDS: "ingest.records.schema", ANSWERS: "rag_api.history.schema", ACCESS: "rag_api.access.schema"}
"""By the name of a database, the module that has its tables as they are now, as `metadata`."""

_MIGRATING = Lock()
"""Alembic has one context for the whole process: two migrations at a time would run on each other's connection."""


class DatabaseSettings(Protocol):
    """The settings that say where databases are."""

    @property
    def data_dir(self) -> Path: ...

    @property
    def database_url(self) -> SecretStr | None: ...

    @property
    def project(self) -> str: ...

    @property
    def servers(self) -> int: ...


class Dialect(Protocol):
    """What differs from one database to another."""

    ahead: int
    """How many versions newer than this program the tables may be, if they only have more than it knows."""

    elsewhere: str
    """How to use another database."""

    now: ColumnElement[float]
    """Seconds since 1970, by one clock for all who use it."""

    shared: bool
    """Whether several processes use it at a time."""

    in_shared_folder: bool
    """Whether it is a file in a data folder that several processes have open."""

    def engine(self) -> Engine: ...

    def close(self, engine: Engine) -> None: ...

    def begun(self, engine: Engine, *, writes: bool = False, waits: bool = True) -> AbstractContextManager[Connection]:
        """A transaction, which is committed at the end of the block."""

    def prepare(self, connection: Connection) -> None:
        """Make what the tables are made in. Raises `StorageFailed` if they cannot be made here."""

    def check_complete(self, connection: Connection) -> None:
        """Raise `StorageFailed` while this is being copied, or if it is a copy that was interrupted."""

    def continue_numbers(self, connection: Connection, table: Table) -> None:
        """Have the next row of a table that was filled with numbered rows get a number that none has."""

    def write_turn(self, waits: bool = True) -> AbstractContextManager[None]:
        """Wait until this thread may write, where only one may at a time. Raises `StorageFailed`."""

    def ring(self, connection: Connection) -> None:
        """Once this transaction is committed, wake those who are `listening` in other processes."""

    def listening(self, rung: Callable[[], None]) -> AbstractContextManager[None]:
        """Within the block, `rung` is called when another process rings, or may have; some rings may not be heard."""

    def check_there(self) -> None:
        """Raise `StorageFailed` if what is written now would be lost."""

    def in_words(self, error: SQLAlchemyError) -> IngestError | None:
        """The error as something a person can act on; None if it is a fault of this program."""


class Database:
    """Connections to read and to write. They raise `StorageFailed` for errors that are not the caller's fault."""

    def __init__(self, engine: Engine, dialect: Dialect, reserve: Reserve) -> None:
        self.engine = engine
        self.reserve = reserve
        self._dialect = dialect
        self._begun = dialect.begun
        self.check_there = dialect.check_there
        self.now = dialect.now
        self.shared = dialect.shared
        self.in_shared_folder = dialect.in_shared_folder
        self.ring = dialect.ring
        self.listening = dialect.listening
        self.check_complete = dialect.check_complete
        self.continue_numbers = dialect.continue_numbers

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
        with self._in_words(), self._begun(self.engine) as connection:
            yield connection

    @contextmanager
    def write(self, *, waits: bool = True) -> Iterator[Connection]:
        """A transaction that holds the right to write from its first statement on, and is on disk when it ends. What
        only adds rows, or changes one by one statement, need not be one that `waits`, if the database has another
        way."""
        turn = self._dialect.write_turn(waits)
        with turn, self._in_words(), self._begun(self.engine, writes=True, waits=waits) as connection:
            yield connection

    def free(self, work: Callable[[Connection], Result]) -> Result:
        """`write` for what makes room: if the disk is full, it is done with the reserve."""

        def transaction() -> Result:
            with self.write() as connection:
                return work(connection)

        return self.reserve.free(transaction)

    def is_newer(self, name: str) -> bool:
        """Whether its tables are of a newer version than those of this program under this name."""
        return self.version() != _newest(MIGRATIONS[name])

    def version(self) -> str | None:
        """The newest migration that its tables have."""
        with self.read() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def close(self) -> None:
        self._dialect.close(self.engine)

    def _migrate(self, migrations: str) -> None:
        config = _config(migrations)
        present, newest = self.version(), _newest(migrations)
        if present == newest or 0 < _number(present) - _number(newest) <= self._dialect.ahead:
            return
        with _MIGRATING, self._in_words(), self._begun(self.engine, writes=True) as connection:
            self._dialect.prepare(connection)
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:  # it does not know the revision of these tables
                raise StorageFailed(
                    f"The database {str(self.engine.url.database)!r} was written by a newer version of this program "
                    f"({error}): use that one, or {self._dialect.elsewhere}."
                ) from error

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            if said := self._dialect.in_words(error):
                raise said from error
            raise


def open_database(
    settings: DatabaseSettings, name: str = RECORDS, reserve: Reserve | None = None, *, copying: bool = False
) -> Database:
    """Open the database of this name that the project of the settings has; that of keys is all projects'. Only who is
    `copying` may while that goes on. Raises `StorageFailed`."""
    if settings.database_url is None and not copying:
        check_restored(settings.data_dir)  # else a key that is made meanwhile would be lost
    if name == RECORDS:
        if settings.database_url is None:
            sqlite.check_not_lost(settings.data_dir)
        elif (settings.data_dir / RECORDS).exists():
            raise StorageFailed(
                f"There is a {RECORDS} in {str(settings.data_dir)!r}, whose files RAG_DATABASE_URL knows nothing of: "
                "unset it, or set RAG_DATA_DIR to another folder."
            )
    database = Database.open(_url(settings, name), MIGRATIONS[name], reserve)
    if not copying:
        try:
            with database.read() as connection:
                database.check_complete(connection)
        except BaseException:
            database.close()
            raise
    return database


def tables(name: str) -> MetaData:
    """Those of the database of this name."""
    found: MetaData = import_module(TABLES[name]).metadata
    return found


def _url(settings: DatabaseSettings, name: str) -> URL:
    if settings.database_url is None:
        return sqlite.url(settings.data_dir / name, shared=settings.servers > 1)
    schema = postgres.SHARED[name] if name in postgres.SHARED else postgres.schema_of(settings.project, name)
    return postgres.url(settings.database_url.get_secret_value(), schema)


def _config(migrations: str) -> Config:
    config = Config()
    config.set_main_option("script_location", migrations)
    config.set_main_option("path_separator", "os")
    return config


def _number(revision: str | None) -> int:
    return int(revision) if revision and revision.isdecimal() else 0


@cache
def _newest(migrations: str) -> str | None:
    """The revision that these lead to."""
    return ScriptDirectory.from_config(_config(migrations)).get_current_head()
