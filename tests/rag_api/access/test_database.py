"""`access.db`: its tables, and how they are read when there are many rows."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from ingest.data_folder import ACCESS, KEYS_NEEDED
from ingest.errors import StorageFailed
from ingest.projects import DEFAULT
from ingest.records.database import Database, open_database
from ingest.settings import Settings
from rag_api.access import schema
from rag_api.access.audit import Audit
from rag_api.access.database import open_access
from rag_api.access.keys import Keys
from rag_api.access.scopes import Scope
from tests.corpora import statements


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    settings.data_dir.mkdir()
    with closing(open_database(settings, ACCESS)) as database:
        yield database


def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


@pytest.mark.databases("sqlite")
def test_no_page_is_sorted_or_looks_at_more_than_its_rows(database: Database) -> None:
    keys, audit = Keys(database), Audit(database)
    with statements(database) as asked:
        for project in (None, "herons"):
            keys.page(project, limit=20)
            audit.page(project=project, limit=20)
            audit.page(project=project, key_id="key_1", limit=20)
    with database.read() as connection:
        plans = [
            step.detail
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        assert connection.scalar(text("SELECT count(*) FROM audit")) == 0
    assert len(plans) == 6
    assert [plan for plan in plans if "TEMP B-TREE" in plan] == []
    assert sum(plan.startswith("SCAN") for plan in plans) == 2  # those of all projects, in the order of the rows


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("of_an_older_version", [False, True])
@pytest.mark.parametrize("emptied", [False, True])
def test_who_has_lost_all_keys_does_not_do_without(
    settings: Settings, emptied: bool, of_an_older_version: bool
) -> None:
    folder = settings.data_dir
    folder.mkdir()
    with open_access(settings) as access:
        access.keys.create(DEFAULT, Scope.ADMIN)
    if of_an_older_version:
        (folder / KEYS_NEEDED).unlink()
        with open_access(settings):
            pass
    for part in folder.glob(f"{ACCESS}*"):
        part.unlink()
    if emptied:
        (folder / ACCESS).touch()
    for _ in range(2):
        with pytest.raises(StorageFailed, match="lost its keys"), open_access(settings):
            pass
    (folder / KEYS_NEEDED).unlink()
    with open_access(settings) as access:
        assert not access.keys.any()
