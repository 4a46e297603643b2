"""The tests of the API once more over many servers: if RAG_TESTS_SERVERS says how many, what a test asks goes to one of
them after the other, over the real engines, and workers read the files.

What has to differ then is marked `one_server`, with the reason.
"""

import itertools
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from ingest.cli.worker import work
from ingest.convert.sandbox import Sandbox
from ingest.corpus import Parts
from ingest.settings import Settings
from tests.databases import EmptyDatabases
from tests.engines.opened import installation
from tests.engines.s3 import place_in_the_bucket
from tests.installation import Installation, Serve
from tests.server import Server

SERVERS = int(os.environ.get("RAG_TESTS_SERVERS", "1"))
WORKERS = 3


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is of one server only."""
    if SERVERS == 1:
        return
    apart = [item for item in items if item.get_closest_marker("one_server")]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in apart]


class Installations:
    """One for each folder, in all engines, as a folder has one of its own without them."""

    def __init__(self, databases: EmptyDatabases) -> None:
        self._databases = databases
        self._given: dict[Path, dict[str, str]] = {}
        self.opened = ExitStack()

    def environment(self, folder: Path) -> dict[str, str]:
        """What its servers and workers are started with."""
        if folder not in self._given:
            new = installation(self._databases, place_in_the_bucket(), folder)
            self._given[folder] = self.opened.enter_context(new)
        return self._given[folder]

    def settings(self, folder: Path) -> dict[str, str]:
        """The same for `Settings`."""
        ours = self.environment(folder).items()
        return {name.removeprefix("RAG_").lower(): value for name, value in ours if name.startswith("RAG_")}


@pytest.fixture
def installations(empty_databases: EmptyDatabases, s3_url: str) -> Iterator[Installations]:
    """Those of a test."""
    made = Installations(empty_databases)
    with made.opened:
        yield made


@pytest.fixture(scope="session")
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """`serve(folder, settings)`: the program as a user starts it, one server or many; for the same folder, with what is
    there."""
    if SERVERS == 1:
        yield Server
        return
    made = Installations(request.getfixturevalue("empty_databases"))
    with made.opened:
        yield lambda folder, settings=None: Installation(
            folder, {**made.environment(folder), **(settings or {})}, SERVERS, WORKERS
        )


class Alternating:
    """An application that passes each request to another of several, and starts and ends with them."""

    def __init__(self, apps: Sequence[FastAPI]) -> None:
        self._apps = apps
        self._states: list[Any] = [{} for _ in apps]
        self._turns = itertools.cycle(range(len(apps)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            turn = next(self._turns)
            await self._apps[turn]({**scope, "state": dict(self._states[turn])}, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as running:
            self._states = [await running.enter_async_context(app.router.lifespan_context(app)) for app in self._apps]
            scope["state"].update(self._states[0])
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def workers(settings: Settings, sandbox: Sandbox) -> Iterator[None]:
    """What `rag-ingest worker` does, several times, while the block runs; each has a folder of its own."""
    stopping = threading.Event()
    folders = [settings.data_dir / f"worker{n}" for n in range(WORKERS)]
    threads = [
        threading.Thread(target=work, args=(settings.model_copy(update={"data_dir": folder}), stopping, Parts(sandbox)))
        for folder in folders
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
