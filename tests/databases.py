"""The databases on which tests run: SQLite's files and, where their folder or a mark says so, PostgreSQL, too."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from ingest.data_folder import ACCESS, ANSWERS, RECORDS
from ingest.records.database import open_database
from ingest.settings import Settings

POSTGRES = "RAG_TESTS_POSTGRES_URL"
OTHERWISE = os.environ.get("RAG_TESTS_DATABASE", "sqlite")
"""On which database all other tests run: by hand, `postgresql` shows what else differs."""

BOTH = "sqlite", "postgresql"
ON_BOTH = ("tests/ingest/records", "tests/ingest/work", "tests/rag_api/history", "tests/rag_api/access")

NewDatabase = Callable[[], str | None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "new_database" not in metafunc.fixturenames:
        return
    folder = metafunc.definition.path.relative_to(metafunc.config.rootpath).parent.as_posix()
    mark = metafunc.definition.get_closest_marker("databases")
    names = mark.args if mark else BOTH if folder in ON_BOTH else ()
    if names and names != ("sqlite",):
        metafunc.parametrize("new_database", names, indirect=True)


EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace
        WHERE nspname LIKE 'rag%%' AND nspname NOT IN ('rag_access', 'rag_default_records', 'rag_default_answers')
    LOOP
        EXECUTE format('DROP SCHEMA %%I CASCADE', name);
    END LOOP;
    SET LOCAL session_replication_role = replica; -- no triggers, and any order
    FOR name IN SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname LIKE 'rag%%' AND tablename NOT IN ('alembic_version', 'storage')
    LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    UPDATE rag_default_records.storage SET files = 0, bytes = 0, max_files = NULL, max_bytes = NULL;
END $$
"""


class EmptyDatabases:
    """Databases of PostgreSQL with all tables and nothing in them. One that was used is emptied and used again: to make
    one takes half a second, to empty one a fiftieth of that."""

    def __init__(self, server: Engine) -> None:
        self._server = server
        self._free: list[str] = []
        self._versions: dict[str, str | None] = {}

    def take(self) -> str:
        """The address of one."""
        if self._free:
            return self._free.pop()
        name = f"test_{secrets.token_hex(6)}"
        run(self._server, f"CREATE DATABASE {name}")
        url = url_of(self._server, name)
        values: dict[str, Any] = {"data_dir": Path("nowhere"), "database_url": url}
        for part in (ACCESS, ANSWERS, RECORDS):
            with closing(open_database(Settings(_env_file=None, **values), part)) as database:
                self._versions[url] = database.version()
        return url

    def give_back(self, url: str) -> None:
        engine = create_engine(_address(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(EMPTY)
                version = f"SET version_num = '{self._versions[url]}'"
                connection.exec_driver_sql(f"UPDATE rag_default_records.alembic_version {version}")
        except DBAPIError:  # it was made to be of no use
            self._drop(url)
        else:
            self._free.append(url)

    def drop_all(self) -> None:
        for url in list(self._versions):
            self._drop(url)

    def _drop(self, url: str) -> None:
        del self._versions[url]
        run(self._server, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine]:
    """The server on which PostgreSQL's databases are made."""
    url = os.environ.get(POSTGRES)
    if url is None:
        pytest.skip(f"{POSTGRES} is not set: `make test-distributed` starts PostgreSQL")
    engine = create_engine(_address(url), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def empty_databases(postgres_server: Engine) -> Iterator[EmptyDatabases]:
    databases = EmptyDatabases(postgres_server)
    yield databases
    databases.drop_all()


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Gives databases, each for one installation, by their RAG_DATABASE_URL: None for SQLite, which needs none."""
    if getattr(request, "param", OTHERWISE) == "sqlite":
        yield lambda: None
        return
    databases: EmptyDatabases = request.getfixturevalue("empty_databases")
    with ExitStack() as taken:

        def take() -> str:
            url = databases.take()
            taken.callback(databases.give_back, url)
            return url

        yield take


def url_of(server: Engine, name: str) -> str:
    return server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def run(server: Engine, statement: str) -> None:
    with closing(server.connect()) as connection:
        connection.exec_driver_sql(statement)


def _address(url: str) -> Any:
    return make_url(url).set(drivername="postgresql+psycopg")
