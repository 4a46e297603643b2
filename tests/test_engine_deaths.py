"""Engines die, or are started anew, while files are put into a store, uploaded and deleted: two servers and three
workers go on, and what a client was told is what is there in the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("opensearchpy", reason="not installed; 'make .venv/ready-opensearch' does it")

from tests.engines import opensearch
from tests.engines.own import OwnEngines
from tests.installation import Installation
from tests.load import FILES, Load, wait_until
from tests.outcome import Records, check_what_is_there, opened_database


def test_nothing_acknowledged_is_lost_when_an_engine_dies(tmp_path: Path, own_engines: OwnEngines) -> None:
    settings = own_engines.settings | {"RAG_CONVERSION_PROCESSES": "1"}
    with (
        Installation(tmp_path, settings) as many,
        opened_database(settings["RAG_DATABASE_URL"], tmp_path) as database,
    ):
        records = Records(database)
        load = Load(many.client())

        def killed(node: opensearch.Node) -> None:
            node.kill()
            load.add(3)
            node.start()
            node.wait()

        def a_data_node_is_killed() -> None:
            killed(own_engines.data_node())

        def the_manager_is_killed() -> None:
            killed(own_engines.manager())

        def the_database_is_restarted() -> None:
            own_engines.stop_database()
            own_engines.start_database()

        def the_object_storage_is_killed() -> None:
            own_engines.objects.kill()
            own_engines.objects.start()

        deaths = [
            a_data_node_is_killed,
            the_manager_is_killed,
            the_database_is_restarted,
            the_object_storage_is_killed,
        ]

        def meanwhile(death: Callable[[], None]) -> None:
            with ThreadPoolExecutor(1) as pool:
                adding = pool.submit(load.add, FILES // len(deaths))
                wait_until(lambda: records.unfinished() or adding.done())
                death()
                adding.result()

        for death in deaths:
            own_engines.wait_for_copies()
            meanwhile(death)
            load.delete(list(load.words)[:5])
        wait_until(lambda: not records.unfinished())
        own_engines.wait_for_copies()
        check_what_is_there(many, load, records, settings)
    said = many.said()
    assert "Traceback" not in said
    assert " a fault " not in said
