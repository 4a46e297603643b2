"""Who is there, of several processes that share a database, and who is gone."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from ingest.records import schema
from ingest.records.database import Database, open_database
from ingest.records.leases import Lease
from ingest.settings import Settings
from tests.corpora import statements, wait_until


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    settings.data_dir.mkdir()
    opened = open_database(settings)
    yield opened
    opened.close()


def ends(database: Database) -> dict[str, float]:
    with database.read() as connection:
        return {
            id: until for id, until in connection.execute(select(schema.workers.c.id, schema.workers.c.lease_until))
        }


def test_a_lease_is_held_from_its_start_to_its_stop(database: Database) -> None:
    lease, other = Lease(database, alone=False), Lease(database, alone=False)
    assert not lease.held
    assert other.over([lease.id]) == {lease.id}
    lease.start()
    assert lease.held and lease.holds(lease.id)
    assert other.over([lease.id, "worker_of_old"]) == {"worker_of_old"}
    lease.stop()
    assert not lease.held
    assert other.over([lease.id]) == {lease.id}


def test_a_lease_is_renewed_before_it_is_over(database: Database) -> None:
    lease = Lease(database, alone=False, seconds=1.5)
    lease.start()
    try:
        id, until = lease.id, ends(database)[lease.id]
        wait_until(lambda: ends(database)[id] > until)
        assert lease.holds(id)
    finally:
        lease.stop()


def test_one_that_could_not_be_renewed_is_over_and_followed_by_another(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lease = Lease(database, alone=False, seconds=0.3)
    lease.start()
    id = lease.id
    try:
        with database.write() as connection:  # as whoever keeps others from writing
            connection.execute(select(schema.workers.c.id).with_for_update())
            threading.Event().wait(1.0)  # longer than one that waits for its turn may have left
            assert Lease(database, alone=False).over([id]) == {id}
            assert not lease.holds(id)
        wait_until(lambda: lease.held)
        assert lease.id != id and not lease.holds(id)
        assert "its files are given up" in caplog.text
    finally:
        lease.stop()


def test_what_others_left_is_looked_for_once_they_had_time_to_renew(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {"id": "worker_gone", "host": "there", "pid": 7, "lease_until": 0.0}
    with database.write() as connection:
        connection.execute(insert(schema.workers).values(gone))
    lease, told = Lease(database, alone=False, seconds=0.3), threading.Event()
    lease.start()
    try:
        with lease.telling(told.set):
            assert "worker_gone" in ends(database)
            assert told.wait(10)
        assert list(ends(database)) == [lease.id]
        assert "process 7 on there" in caplog.text
    finally:
        lease.stop()


def test_who_is_alone_renews_nothing_and_is_the_only_one_there(database: Database) -> None:
    lease = Lease(database, alone=True)
    with statements(database) as seen:
        lease.start()
        assert lease.held
        assert lease.over([lease.id, "worker_before"]) == {"worker_before"}
        lease.stop()
    assert seen == []
