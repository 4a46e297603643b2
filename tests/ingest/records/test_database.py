"""The tables, and what happens when the disk does not want to."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, select

from ingest.errors import StorageFailed
from ingest.records import schema, sqlite
from ingest.records.database import Database

ROW = {"filename": "a", "purpose": "p", "bytes": 1, "sha256": "x", "created_at": 1}


def test_the_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    database.close()


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW))
    database.close()
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.read() as connection:
        assert connection.scalar(select(schema.files.c.id)) == "file-1"
    database.close()


def test_a_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    database.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))
    with pytest.raises(RuntimeError), database.write() as connection:
        connection.execute(insert(schema.files).values(id="file-1", **ROW))
        raise RuntimeError
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.files)) == 0
    database.close()


def test_many_threads_may_write(tmp_path: Path) -> None:
    database = Database.open(sqlite.url(tmp_path / "records.db"))

    def write(thread: int) -> None:
        for i in range(20):
            with database.write() as connection:
                connection.execute(insert(schema.files).values(id=f"file-{thread}-{i}", **ROW))

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.files)) == 160
    database.close()


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
