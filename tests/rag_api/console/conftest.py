"""Servers for a browser to visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser
from tests.rag_api.console.visitors import SAMPLES
from tests.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    """One for all who only read, with the six samples."""
    with Server(tmp_path_factory.mktemp("console")) as server:
        client = server.client()
        for path in sorted(SAMPLES.iterdir()):
            with path.open("rb") as file:
                uploaded = client.files.create(file=file, purpose="assistants")
            client.vector_stores.files.poll(uploaded.id, vector_store_id="vs_default")
        yield server


@pytest.fixture
def fresh(tmp_path: Path, browser: Browser) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server
