"""The databases on which tests run: SQLite's files and, where their folder or a mark says so, PostgreSQL, too."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url

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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine]:
    """A connection to the server on which PostgreSQL's databases are made."""
    url = os.environ.get(POSTGRES)
    if url is None:
        pytest.skip(f"{POSTGRES} is not set: `make test-distributed` starts PostgreSQL")
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Engine) -> Iterator[str]:
    """The name of a database with all tables, of which others are copied: to migrate takes a hundred times as long."""
    name = f"template_{secrets.token_hex(6)}"
    run(postgres_server, f"CREATE DATABASE {name}")
    settings = Settings(_env_file=None, data_dir=Path("nowhere"), database_url=url_of(postgres_server, name))
    for database in (RECORDS, ANSWERS, ACCESS):
        open_database(settings, database).close()
    yield name
    run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Makes databases, each for one installation, and gives RAG_DATABASE_URL: None for SQLite, which needs none."""
    if getattr(request, "param", OTHERWISE) == "sqlite":
        yield lambda: None
        return
    server: Engine = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    with ExitStack() as made:

        def make() -> str:
            name = f"test_{secrets.token_hex(6)}"
            run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
            made.callback(run, server, f"DROP DATABASE {name} WITH (FORCE)")
            return url_of(server, name)

        yield make


def url_of(server: Engine, name: str) -> str:
    return server.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def run(server: Engine, statement: str) -> None:
    with closing(server.connect()) as connection:
        connection.exec_driver_sql(statement)
