"""SQLite, which holds the records of a single machine: opening, writing, copying and checking its files, and its errors
in words."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Table,
    Transaction,
    create_engine,
    event,
    literal_column,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ingest.data_folder import BLOBS, DOORBELL, INDEX, RECORDS, Opened, has_documents
from ingest.errors import DiskFull, StorageFailed
from ingest.records.named_pipe import Doorbell
from ingest.records.reserve import FULL

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 30

Error = sqlite3.Error


SHARED = "shared"
"""In the query of a URL: other processes of this machine have the file open as well."""

_RINGS = "rings"


def url(path: Path, *, shared: bool = False) -> URL:
    return URL.create("sqlite", database=str(path), query={SHARED: "yes"} if shared else {})


class Dialect:
    """How a `records.database.Database` uses SQLite, so that a commit survives a power cut."""

    ahead = 0  # a folder has one program at a time, and an older one would not know what the newer one wrote
    elsewhere = "set RAG_DATA_DIR to another folder"
    now: ColumnElement[float] = literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float)

    def __init__(self, url: URL) -> None:
        self._path = Path(url.database or "")
        self._opened = Opened(self._path)
        self.shared = self.in_shared_folder = SHARED in url.query
        self._doorbell = Doorbell(self._path.with_name(DOORBELL)) if self.shared else None
        # SQLite has one writer at a time, and the others poll; threads of one process can queue instead.
        self._writing = threading.Lock()

    def engine(self) -> Engine:
        engine = create_engine(
            url(self._path),
            pool_size=64,  # one per thread that may be working: connections are cheap, waiting is not
            max_overflow=64,
            connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare)
        return engine

    def close(self, engine: Engine) -> None:
        engine.dispose()

    @contextmanager
    def begun(self, engine: Engine, *, writes: bool = False, waits: bool = True) -> Iterator[Connection]:
        with engine.connect() as connection:
            with _begin(connection, writes):
                yield connection
            if self._doorbell and connection.info.pop(_RINGS, False):
                self._doorbell.ring()

    def prepare(self, connection: Connection) -> None:
        """A file is made when it is opened."""

    def check_complete(self, connection: Connection) -> None:
        """See `data_folder.check_restored`, which comes before there are records."""

    def continue_numbers(self, connection: Connection, table: Table) -> None:
        """It remembers the highest that there ever was."""

    @contextmanager
    def write_turn(self, waits: bool = True) -> Iterator[None]:
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):  # else all threads end up waiting here, and none reads
            raise StorageFailed(f"The database was busy for {BUSY_TIMEOUT_S} seconds: try again.")
        try:
            self.check_there()
            yield
        except DiskFull:
            # What was written of the transaction takes room until the log is truncated.
            with suppress(Error), connection(self._path) as opened:
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raise
        finally:
            self._writing.release()

    def ring(self, connection: Connection) -> None:
        if self._doorbell:
            connection.info[_RINGS] = True

    def listening(self, rung: Callable[[], None]) -> AbstractContextManager[None]:
        return self._doorbell.listening(rung) if self._doorbell else nullcontext()

    def check_there(self) -> None:
        self._opened.check_writable("stop the server, then put the file back or restore a backup. Nothing was written.")

    def in_words(self, error: SQLAlchemyError) -> StorageFailed | None:
        cause = str(error.orig) if isinstance(error, DBAPIError) else ""
        if "full" in cause:
            return DiskFull(FULL)
        if "readonly" in cause or "unable to open" in cause:
            return StorageFailed(
                f"{self._path.name} in the data folder cannot be opened or written to ({cause}): check its permissions."
            )
        if "locked" in cause:
            return StorageFailed("The database is locked by another program: close it, then try again.")
        if "I/O" in cause:
            return StorageFailed(f"The disk cannot be read or written ({cause}): see to it, then try again.")
        if "malformed" in cause or "not a database" in cause:
            return StorageFailed(
                f"{self._path.name} is damaged ({cause}): `rag-ingest check` says more; restore a backup."
            )
        if "already exists" in cause:
            return StorageFailed(
                f"{self._path.name} has tables of another program ({cause}): set RAG_DATA_DIR to another folder."
            )
        return None


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours (see _begin), not the driver's
    connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)  # its own: a-z
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}").close()
    except Error:  # of a file that is no database, for example: nobody else knows the connection yet
        connection.close()
        raise


def _begin(connection: Connection, writes: bool) -> Transaction:
    """Not in an event of SQLAlchemy: where an engine has any, each statement looks for more."""
    transaction = connection.begin()
    if writes:
        # A transaction that reads first and writes later can fail half way if another has written in between. Taking
        # the write lock at once makes it wait instead.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif opened := connection.connection.driver_connection:
        # It reads nothing yet, so it cannot fail; SQLAlchemy's own way takes five times as long.
        opened.execute("BEGIN").close()
    return transaction


def files(folder: Path) -> list[Path]:
    """Every SQLite file of a data folder, the chunks among them."""
    return sorted([*folder.glob("*.db"), *folder.glob(f"{INDEX}/*.sqlite")])


@contextmanager
def connection(path: Path, *, unchanging: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection beside whoever else has the file open; if the file is `unchanging`, reading leaves no trace on the
    disk."""
    uri = f"{path.resolve().as_uri()}{'?immutable=1' if unchanging else ''}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as opened:
        yield opened


@contextmanager
def kept_from_writing(path: Path) -> Iterator[None]:
    """Let nobody write to this file during the block."""
    with connection(path) as opened:
        opened.execute("BEGIN IMMEDIATE")
        yield
        opened.execute("ROLLBACK")


def hold_moment(opened: sqlite3.Connection) -> None:
    """From here on the connection sees the present state, whatever is written meanwhile."""
    opened.execute("BEGIN")
    opened.execute("SELECT count(*) FROM sqlite_master").fetchone()


def has_tables_alone(path: Path) -> bool:
    """Whether there are no views in this file, which is not written to: one may have no end."""
    with connection(path, unchanging=True) as opened:
        try:
            return opened.execute("SELECT 1 FROM sqlite_master WHERE type = 'view'").fetchone() is None
        except sqlite3.DatabaseError:
            return False


def copy(opened: sqlite3.Connection, path: Path) -> None:
    """Write what the connection sees into a new file."""
    with closing(sqlite3.connect(path)) as target:
        opened.backup(target)


def tell_lost_log(path: Path) -> None:
    """Log that what was written last is lost, where a killed process must have left SQLite's log beside a file, and did
    not."""
    log = path.with_name(f"{path.name}-wal")
    if path.exists() and not log.exists():
        logger.error(
            "%s is gone, though the last process was killed, which leaves it behind: what was written last is lost. "
            "Put it back or restore a backup, if there is one; `rag-ingest check` says what does not fit any more.",
            log,
        )


def is_empty(path: Path) -> bool:
    """Whether there is no file, or none with tables in it. Raises `Error` if it cannot be read."""
    if not path.exists():
        return True
    with connection(path) as opened:
        return opened.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def has_rows(path: Path, table: str) -> bool:
    """Whether there is a file that has such a table, and rows in it. Raises `Error` if it cannot be read."""
    if not path.exists():
        return False
    with connection(path) as opened:
        try:
            return opened.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() is not None
        except sqlite3.OperationalError:  # there is no such table
            return False


def check_not_lost(folder: Path) -> None:
    """Raise `StorageFailed` if the records are gone and the files are not: new records would know of none of them."""
    with suppress(Error):  # which is told when they are opened
        if has_documents(folder) and is_empty(folder / RECORDS):
            raise StorageFailed(
                f"{RECORDS} is missing or empty, though there are files in {str(folder / BLOBS)!r}: put it back, with "
                f"{RECORDS}-wal if there is one, or restore a backup. Nothing was changed."
            )


def fault(path: Path) -> str | None:
    """What is wrong with a file that nobody uses, or None. SQLite reads all of it. Raises `OSError` if it may not be
    read, and `StorageFailed` if SQLite cannot look, as on a full disk, which says nothing about the file."""
    path.open("rb").close()
    try:
        with closing(sqlite3.connect(path)) as opened:
            (said,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.OperationalError as error:
        raise StorageFailed(
            f"{path.name} cannot be checked ({error}): see whether the disk is full or another program uses it"
        ) from error
    except sqlite3.DatabaseError as error:
        return str(error)
    if said != "ok":
        return str(said)
    return f"a row of {dangling[0]} belongs to one of {dangling[2]} that is gone" if dangling else None
