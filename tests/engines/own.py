"""Engines of one test's own, of which it may kill or restart each: what runs for all tests has to stay."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest

from tests.engines import opensearch, postgres
from tests.engines.opened import OPENSEARCH
from tests.engines.s3 import CREDENTIALS, S3Server
from tests.processes import free_port

GREEN_S = 180


class OwnEngines:
    """PostgreSQL, an S3 server, and three nodes of OpenSearch, of which one only votes. Run within `with`."""

    def __init__(self, folder: Path) -> None:
        self.nodes = opensearch.cluster(folder / "opensearch", 3)
        self.objects = S3Server(folder / "objects")
        self._database_folder, self._database_port = postgres.made(folder / "postgres"), free_port()
        self._database, self._opened = ExitStack(), ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for node in self.nodes:
                opening.enter_context(node)
            opening.callback(self._database.close)
            self.start_database()
            database_url = postgres.new_database(self._database_port)
            self.objects.start()
            opening.callback(self.objects.kill)
            for node in self.nodes:
                node.wait()
            self._opened = opening.pop_all()
        self.settings = {
            "RAG_DATABASE_URL": database_url,
            "RAG_INDEX_BACKEND": "opensearch",
            "RAG_OPENSEARCH_URL": ",".join(node.url for node in self.nodes if not node.only_votes),
            "RAG_OPENSEARCH_INDEX": "test",
            "RAG_OPENSEARCH_REPLICAS": "1",
            "RAG_BLOB_URL": self.objects.url,
            **CREDENTIALS,
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def stop_database(self) -> None:
        self._database.close()

    def start_database(self) -> None:
        self._database.enter_context(postgres.server(self._database_folder, self._database_port))

    def manager(self) -> opensearch.Node:
        """The elected one."""
        (elected,) = self._ask("_cat/cluster_manager?format=json")
        return next(node for node in self.nodes if node.name == elected["node"])

    def data_node(self) -> opensearch.Node:
        """One that has documents, and does not manage the others."""
        manager = self.manager()
        return next(node for node in self.nodes if not node.only_votes and node is not manager)

    def wait_for_copies(self) -> None:
        """Until each document is on as many nodes as it should be."""
        told = self._ask(f"_cluster/health?wait_for_nodes=3&wait_for_status=green&timeout={GREEN_S}s")
        assert not told["timed_out"], told

    def _ask(self, what: str) -> Any:
        node = next(node for node in self.nodes if node.runs)
        with httpx2.Client(timeout=GREEN_S + 30, trust_env=False) as client:
            return client.get(f"{node.url}/{what}").json()


@pytest.fixture
def own_engines() -> Iterator[OwnEngines]:
    """Skips the test where the others have no engines."""
    if not os.environ.get(OPENSEARCH):
        pytest.skip(f"{OPENSEARCH} is not set: `make test-distributed` starts the engines")
    with tempfile.TemporaryDirectory(prefix="own-engines-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        with OwnEngines(Path(folder)) as engines:
            yield engines
