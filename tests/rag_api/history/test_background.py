"""A response in the background that could not be stored: it is told in the log."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from ingest.errors import StorageFailed
from rag_api.history.background import Runs


class Making:
    ending = False

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.response: Any = type("Response", (), {"id": "resp_1"})

    async def frames(self) -> AsyncGenerator[bytes, None]:
        yield b"frame"
        raise self._error


@pytest.mark.parametrize(
    ("error", "told", "has_traceback"),
    [
        (StorageFailed("The disk is full."), "the response resp_1 could not be kept: The disk is full.", False),
        (ValueError("a fault of ours"), "the response resp_1 could not be kept", True),
    ],
)
def test_what_could_not_be_stored_is_told_with_a_traceback_only_for_faults_of_ours(
    caplog: pytest.LogCaptureFixture, error: Exception, told: str, has_traceback: bool
) -> None:
    async def run() -> None:
        runs = Runs(cast(Any, None))
        made = runs.start(cast(Any, Making(error)), is_long=False)
        await asyncio.wait([made.task])
        await asyncio.sleep(0)  # what is called when it is done
        assert runs.any()

    asyncio.run(run())
    [record] = caplog.records
    assert (record.getMessage(), record.exc_info is not None) == (told, has_traceback)
