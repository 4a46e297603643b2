"""Who adds a file wakes the workers of other processes."""

import threading

import pytest

from ingest.corpus import Corpus
from ingest.records import doorbell
from ingest.records.database import open_database
from tests.corpora import put, statements


@pytest.mark.databases("postgresql")
def test_what_is_added_is_heard_elsewhere_once_it_is_committed(corpus: Corpus) -> None:
    elsewhere = open_database(corpus.settings)
    rung = threading.Event()
    with elsewhere.listening(rung.set):
        assert rung.wait(10)  # something may have been added before it listened
        rung.clear()
        with corpus.database.write() as connection:
            corpus.database.ring(connection)
            assert not rung.wait(0.2)
        assert rung.wait(10)
        rung.clear()
        put(corpus, "a.txt", "Herons eat frogs.")
        assert rung.wait(10)
    elsewhere.close()


@pytest.mark.databases("postgresql")
def test_a_connection_that_is_lost_is_made_again(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    rung = threading.Event()
    with corpus.database.listening(rung.set):
        assert rung.wait(10)
        rung.clear()
        with corpus.database.write() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query = 'LISTEN rag' AND datname = current_database()"
            )
        assert rung.wait(20)
    assert "only after some seconds" in caplog.text


@pytest.mark.databases("postgresql")
def test_a_fault_of_ours_is_told_with_its_traceback_and_ends_nothing(
    corpus: Corpus, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "RETRY_S", 0.01)
    rung = threading.Event()

    def faulty() -> None:
        if "a fault of ours" not in caplog.text:
            raise KeyError("a fault of ours")
        rung.set()

    with corpus.database.listening(faulty):
        assert rung.wait(20)
    assert "Traceback" in caplog.text
    assert "only after some seconds" not in caplog.text


@pytest.mark.databases("sqlite")
def test_in_a_folder_of_ones_own_nobody_is_told(corpus: Corpus) -> None:
    with statements(corpus.database) as seen, corpus.database.write() as connection:
        corpus.database.ring(connection)
    asked = [statement for statement, _ in seen]  # also by the threads that are at work
    assert "BEGIN IMMEDIATE" in asked
    assert [statement for statement in asked if "notify" in statement.lower()] == []
