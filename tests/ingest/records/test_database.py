"""The tables, and what happens when the disk does not want to."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select, update

from ingest.errors import StorageFailed
from ingest.records import schema, sqlite
from ingest.records.database import Database, open_database
from ingest.settings import Settings

ROW = {"filename": "a", "purpose": "p", "bytes": 1, "sha256": "x", "created_at": 1}


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    settings.data_dir.mkdir()
    with closing(open_database(settings)) as database:
        yield database


def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_opening_again_keeps_what_is_there(database: Database, settings: Settings) -> None:
    with database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW))
    with closing(open_database(settings)) as again, again.read() as connection:
        assert connection.scalar(select(schema.files.c.id)) == "file-1"


def test_tables_of_a_version_too_new_are_refused_in_words(database: Database, settings: Settings) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9000'")
    with pytest.raises(StorageFailed, match="newer version of this program"):
        open_database(settings)


def test_what_has_more_than_two_thousand_millions_of_bytes_is_kept_and_counted(database: Database) -> None:
    size = 5 << 30
    with database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW | {"bytes": size, "seq": 1 << 40}))
        connection.execute(insert(schema.files).values(id="file-2", **ROW | {"bytes": size}))
    with database.read() as connection:
        assert list(connection.scalars(select(schema.files.c.bytes))) == [size, size]
        assert connection.scalar(select(schema.storage.c.bytes)) == 2 * size


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(database: Database, settings: Settings) -> None:
    count = select(func.count()).select_from(schema.files)
    with closing(open_database(settings)) as other, database.read() as connection:
        assert connection.scalar(count) == 0
        with other.write() as writing:
            writing.execute(insert(schema.files).values(id="file-1", **ROW))
        assert connection.scalar(count) == 0
    with database.read() as connection:
        assert connection.scalar(count) == 1


@pytest.mark.databases("sqlite")
def test_a_commit_is_flushed_to_the_disk(database: Database) -> None:
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW))
        raise RuntimeError
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.files)) == 0


def test_many_threads_may_write_and_each_sees_what_was_written_before(database: Database, settings: Settings) -> None:
    """Beside others that have the same database open, as another server has."""
    row = select(schema.files.c.bytes).where(schema.files.c.id == "file-1")
    with database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW | {"bytes": 0}))

    def count(opened: Database) -> None:
        for _ in range(20):
            with opened.write() as connection:
                before = connection.scalars(row).one()
                connection.execute(update(schema.files).values(bytes=before + 1))

    with closing(open_database(settings)) as other:
        threads = [threading.Thread(target=count, args=(opened,)) for opened in (database, other) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with database.read() as connection:
        assert connection.scalar(row) == 160


def test_a_folder_that_is_no_folder_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "records.db").mkdir()
    with pytest.raises(StorageFailed, match="data folder"):
        Database.open(sqlite.url(tmp_path / "records.db"))


def test_a_full_disk_is_told_in_words_and_loses_nothing(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW))
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    database.engine.dispose()
    with pytest.raises(StorageFailed, match="disk is full"), database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.execute(insert(schema.files).values(id="file-2", **ROW | {"filename": "a" * 100_000}))
    database.engine.dispose()
    with database.read() as connection:
        assert list(connection.scalars(select(schema.files.c.id))) == ["file-1"]
    database.close()
