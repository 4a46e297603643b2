"""PostgreSQL, which holds the records of any number of servers: a schema for each database, in connections that all
databases of a process share, and its errors in words."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Table,
    create_engine,
    event,
    literal_column,
    make_url,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ingest.data_folder import ACCESS, ANSWERS, RECORDS
from ingest.errors import DiskFull, IngestError, Invalid, StorageFailed
from ingest.records import copying
from ingest.records.doorbell import Doorbell, ring

OLDEST = 14  # of PostgreSQL's versions, the first that works
BUSY_TIMEOUT_S = 30
IDLE_S = 15  # after which a writer that does nothing loses its turn: its machine may be gone
POOL, OVERFLOW = 8, 16  # connections of a process that stay open, and further ones while they are needed
CONNECTING = {
    "autocommit": True,  # BEGIN is ours (see _begin), not the driver's
    "client_encoding": "utf8",
    "connect_timeout": 10,
    # A machine that is gone does not say so.
    "keepalives_idle": 30,
    "tcp_user_timeout": BUSY_TIMEOUT_S * 1000,
}

_DRIVER = "postgresql+psycopg"
_SCHEMA = "schema"

_SENTENCES = {
    "25006": "PostgreSQL takes no changes: RAG_DATABASE_URL may lead to a standby. Have it lead to the primary server.",
    "25P03": f"PostgreSQL ended a change that stood still for {IDLE_S} seconds: try again.",
    "28": "PostgreSQL does not let us in ({said}): check the user and the password in RAG_DATABASE_URL.",
    "3D": "{said}: make that database, or name another one in RAG_DATABASE_URL.",
    "3F": "PostgreSQL has no schema of this project any more: it was deleted.",
    "40": "Another process changed the same at the same time: try again.",
    "42501": "PostgreSQL does not allow this ({said}): grant the user of RAG_DATABASE_URL the right to it.",
    "42P01": "PostgreSQL has no tables of this project any more: it was deleted.",
    "42P07": "The schema has tables of another program ({said}): name another database in RAG_DATABASE_URL.",
    "53100": "The disk of PostgreSQL is full: free some space there, then try again. Nothing was lost.",
    "53200": "PostgreSQL is out of memory: try again.",
    "53300": "PostgreSQL has as many connections as it takes ({said}): have it take more (max_connections), or run "
    f"fewer processes, each of which opens up to {POOL + OVERFLOW}.",
    "55P03": f"PostgreSQL was busy for {BUSY_TIMEOUT_S} seconds: try again.",
    "57014": "PostgreSQL took too long and gave up ({said}): try again.",
    "58": "The disk of PostgreSQL cannot be read or written ({said}): see to it, then try again.",
    "XX": "PostgreSQL found damage ({said}): its log says more; restore a backup.",
}
"""By the beginning of its codes, what an error means."""

# Of a connection that is not made, there is no code.
_NOT_CONNECTED = {
    "too many clients": "53300",
    "too many connections": "53300",
    "connection slots": "53300",
    "authentication failed": "28",
    "no pg_hba.conf entry": "28",
    "no password supplied": "28",
    'role "': "28",
    'database "': "3D",
}

_shared: dict[URL, Engine] = {}
_users: Counter[URL] = Counter()
_doorbells: dict[URL, Doorbell] = {}
_sharing = threading.Lock()


SHARED = {ACCESS: "rag_access"}
"""The schemas of databases that all projects have in common."""

_OF_A_PROJECT = {RECORDS: "records", ANSWERS: "answers"}
_LONGEST_NAME = 24  # of a project in the name of a schema, which may have 63 bytes


def schema_of(project: str, database: str) -> str:
    """What the project with this id has for a database, as in `rag_herons_0123456789abcdef01234567_records`."""
    name, _, letters = project.partition(".")
    parts = ["rag", name[:_LONGEST_NAME].replace("-", "_"), letters, _OF_A_PROJECT[database]]
    return "_".join(part for part in parts if part)


def schemas_of(project: str) -> list[str]:
    return [schema_of(project, database) for database in _OF_A_PROJECT]


def server(url: str) -> URL:
    """As RAG_DATABASE_URL says it."""
    return make_url(url).set(drivername=_DRIVER)


def url(address: str, schema: str) -> URL:
    """Of the database in this schema, at this RAG_DATABASE_URL."""
    return server(address).update_query_dict({_SCHEMA: schema})


class Dialect:
    """How a `records.database.Database` uses PostgreSQL. As in SQLite, one transaction writes at a time, in all
    processes together: who reads first and writes later has nobody write in between."""

    now: ColumnElement[float] = literal_column("extract(epoch FROM clock_timestamp())::float8", Float)
    shared = True
    in_shared_folder = False
    ahead = 1  # while servers are replaced one after the other, old ones meet the tables of new ones
    elsewhere = "set RAG_DATABASE_URL to another database"

    def __init__(self, url: URL) -> None:
        self._server = url.difference_update_query([_SCHEMA])
        self._schema = str(url.query[_SCHEMA])
        self._is_open = False
        self._writing = threading.Lock()  # so that threads that wait for their turn hold no connections

    def engine(self) -> Engine:
        self._is_open = True
        return shared_engine(self._server).execution_options(schema=self._schema)

    def close(self, engine: Engine) -> None:
        if self._is_open:
            self._is_open = False
            release(self._server)

    @contextmanager
    def begun(self, engine: Engine, *, writes: bool = False, waits: bool = True) -> Iterator[Connection]:
        with _connected(engine, writes, waits) as connection, connection.get_transaction() or connection.begin():
            yield connection

    def prepare(self, connection: Connection) -> None:
        check_usable(connection)
        make_schema(connection, self._schema)

    def check_complete(self, connection: Connection) -> None:
        copying.check_complete(connection)

    def continue_numbers(self, connection: Connection, table: Table) -> None:
        last = f'SELECT max(seq) AS seq FROM "{table.name}"'
        sequence = f"pg_get_serial_sequence('{table.name}', 'seq')"
        connection.exec_driver_sql(f"SELECT setval({sequence}, coalesce(seq, 1), seq IS NOT NULL) FROM ({last}) last")

    @contextmanager
    def write_turn(self, waits: bool = True) -> Iterator[None]:
        if not waits:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):
            raise StorageFailed(in_words("55P03"))
        try:
            yield
        finally:
            self._writing.release()

    def ring(self, connection: Connection) -> None:
        ring(connection, self._schema)

    def listening(self, rung: Callable[[], None]) -> AbstractContextManager[None]:
        return _doorbell(self._server).listening(self._schema, rung)

    def check_there(self) -> None:
        """What is written is kept there, or is an error."""

    def in_words(self, error: SQLAlchemyError) -> IngestError | None:
        return told(error)


def shared_engine(server: URL) -> Engine:
    """The one of this process for a server: projects are many, and connections few. `release` it at the end."""
    with _sharing:
        if server not in _shared:
            _shared[server] = _new_engine(server)
        _users[server] += 1
        return _shared[server]


def release(server: URL) -> None:
    with _sharing:
        _users[server] -= 1
        if not _users[server]:
            _shared.pop(server).dispose()


def _doorbell(server: URL) -> Doorbell:
    """The one of this process for a server."""
    with _sharing:
        if server not in _doorbells:
            _doorbells[server] = Doorbell(partial(new_connection, server))
        return _doorbells[server]


def new_connection(server: URL) -> Any:
    """One of the driver's, for its user to close. Raises the driver's errors."""
    pooled = create_engine(server, poolclass=NullPool, connect_args=CONNECTING).raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    return connection


def _new_engine(server: URL) -> Engine:
    engine = create_engine(
        server,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_timeout=BUSY_TIMEOUT_S,
        connect_args=CONNECTING,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connected(engine: Engine, writes: bool, waits: bool) -> Connection:
    """A connection whose transaction has begun. The server may have been restarted since it was used last: then the
    first message, which has done nothing, is sent again by a new one."""
    for is_last in (False, True):
        connection = engine.connect().execution_options(writes=writes, waits=waits)
        try:
            connection.begin()
            break
        except BaseException as error:
            connection.close()
            if is_last or not isinstance(error, DBAPIError) or not error.connection_invalidated:
                raise
    return connection


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    schema = options.get(_SCHEMA, "pg_catalog")
    path = f'SET LOCAL search_path TO "{schema}"'
    if not options.get("writes"):
        begin = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {path}"
    else:
        begin = (
            f"BEGIN; {path}; SET LOCAL lock_timeout TO '{BUSY_TIMEOUT_S}s'; "
            f"SET LOCAL idle_in_transaction_session_timeout TO '{IDLE_S}s'"
        )
        if options["waits"]:
            begin += f"; {take_turn(schema)}"
    connection.exec_driver_sql(begin)  # all of it in one message


def take_turn(name: str) -> str:
    """The statement that waits until no other transaction has the turn of this name."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    return f"SELECT pg_advisory_xact_lock({key})"


def make_schema(connection: Connection, schema: str) -> None:
    """Make it if it is lacking, in a transaction beside which none makes the same. CREATE SCHEMA IF NOT EXISTS alone
    would fail: the server may remember of this connection that there was none before it waited for its turn."""
    there = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s)"
    if not connection.exec_driver_sql(there, (schema,)).scalar_one():
        connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')


def check_usable(connection: Connection) -> None:
    """Raise `StorageFailed` if the server is too old, or its database cannot hold all letters."""
    info: Any = connection.connection.driver_connection
    version, encoding = info.info.server_version // 10_000, info.info.parameter_status("server_encoding")
    if version < OLDEST:
        raise StorageFailed(f"PostgreSQL {version} is too old: {OLDEST} or newer is needed.")
    if encoding != "UTF8":
        raise StorageFailed(
            f"The database in RAG_DATABASE_URL has the encoding {encoding}, which lacks most letters: make one with "
            "`createdb --encoding UTF8 --template template0`."
        )


def told(error: SQLAlchemyError) -> IngestError | None:
    """The error as something a person can act on; None if it is a fault of this program."""
    if not isinstance(error, DBAPIError):  # the pool has no connection to give
        return StorageFailed(f"All connections to PostgreSQL were busy for {BUSY_TIMEOUT_S} seconds: try again.")
    cause: Any = error.orig
    code = cause.sqlstate or ""
    said = str(cause).partition("\n")[0].strip()
    if "NUL (0x00)" in said:
        return Invalid("A text with the character NUL (U+0000) cannot be kept: leave it out.")
    if code == "53100":
        return DiskFull(in_words(code))
    if code in _SENTENCES or code[:2] in _SENTENCES:
        return StorageFailed(in_words(code, said))
    if code and not code.startswith(("08", "57P")):
        return None
    said = " ".join(str(cause).split())
    for sign, meant in _NOT_CONNECTED.items():
        if sign in said and "FATAL" in said:
            return StorageFailed(in_words(meant, said.partition("FATAL:")[2].strip()))
    if not code and not error.connection_invalidated and "connection" not in said:
        return None
    return StorageFailed(f"PostgreSQL cannot be reached ({said}): see whether it runs, then try again.")


def in_words(code: str, said: str = "") -> str:
    sentence = _SENTENCES.get(code) or _SENTENCES[code[:2]]
    return sentence.format(said=said)
