"""Servers and workers die or sleep while files are put into a store, uploaded and deleted: two servers and three
workers over the real engines.

What a client was told is what is there in the end: each file that was acknowledged is found once, each that was deleted
is gone, and nothing of a worker that slept through its lease counts. `RAG_TEST_DEATHS_FILES` asks for more files by
hand.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("opensearchpy", reason="not installed; 'make .venv/ready-opensearch' does it")

from tests.installation import Installation
from tests.load import FILES, Load, wait_until
from tests.outcome import Records, check_what_is_there, opened_database
from tests.server import Program

LEASE_S = 6


def test_nothing_acknowledged_is_lost_doubled_or_undone(tmp_path: Path, shared_settings: dict[str, str]) -> None:
    settings = {**shared_settings, "RAG_LEASE_S": str(LEASE_S), "RAG_CONVERSION_PROCESSES": "1"}
    with (
        Installation(tmp_path, settings) as many,
        opened_database(settings["RAG_DATABASE_URL"], tmp_path) as database,
    ):
        records = Records(database)
        load = Load(many.client())
        gone: list[Program] = []
        slept: list[Program] = []

        def at_work() -> Program:
            """A worker that has claimed files."""
            others = [worker for worker in many.workers if worker not in [*gone, *slept]]
            while not (busy := [worker for worker in others if records.running(worker)]):
                load.add(3)
            return busy[0]

        def a_worker_sleeps() -> None:
            slept.append(at_work())
            slept[0].sleep()
            held = records.running(slept[0])
            wait_until(lambda: not records.has_lease(slept[0]))
            wait_until(lambda: not records.unfinished())  # the others have ingested what it had
            load.delete(sorted(held & load.words.keys())[:3])
            slept[0].wake()

        def a_worker_is_killed() -> None:
            gone.append(at_work())
            gone[0].kill()

        def a_server_is_killed() -> None:
            server = many.servers[0]
            server.kill()
            load.add(5)  # the other takes them
            server.start()
            server.wait()

        deaths = [a_worker_sleeps, a_worker_is_killed, a_server_is_killed]
        for death in deaths:
            with ThreadPoolExecutor(1) as meanwhile:
                adding = meanwhile.submit(load.add, FILES // len(deaths))
                death()
                adding.result()
            load.delete(list(load.words)[:5])
        wait_until(lambda: not records.unfinished())

        assert len(load.words) + len(load.deleted) > FILES - len(deaths)
        check_what_is_there(many, load, records, settings, gone=gone)
    said = many.said()
    assert f"nothing was heard of process {gone[0].pid} on" in said
    assert "its files are given up" in slept[0].said()
    assert "Traceback" not in said
    assert " a fault " not in said
