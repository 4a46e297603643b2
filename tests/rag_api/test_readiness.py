"""Whether the server is ready: each part by itself, whatever the others do."""

import asyncio
import threading

import pytest

from ingest.errors import StorageFailed
from rag_api import readiness
from rag_api.readiness import Readiness

TIMES_OUT_S = 30


class Looked:
    """A part of a server, which a test lets answer, with an error if it says so."""

    def __init__(self) -> None:
        self.times = 0
        self.free = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.times += 1
        assert self.free.wait(TIMES_OUT_S)
        if self.error:
            raise self.error


def well() -> None:
    """Does nothing."""


@pytest.mark.asyncio
async def test_a_part_that_hangs_is_told_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_S", 0.2)
    hanging = Looked()
    ready = Readiness({"records": well, "index": hanging})
    asked = [asyncio.create_task(ready.faults()) for _ in range(20)]
    for faults in await asyncio.gather(*asked):
        assert list(faults) == ["index"]
        assert faults["index"].startswith("It has not answered for")
    await ready.faults()
    assert hanging.times == 1  # nobody looks again while it hangs
    hanging.free.set()
    while await ready.faults():  # what it hung with is heard at some time
        await asyncio.sleep(0.01)


@pytest.mark.asyncio
async def test_one_slow_answer_takes_no_server_out_but_many_seconds_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_S", 0.1)
    slow = Looked()
    ready = Readiness({"index": slow})
    slow.free.set()
    assert await ready.faults() == {}
    slow.free.clear()
    assert await ready.faults() == {}
    monkeypatch.setattr(readiness, "SLOW_S", 0.0)
    assert list(await ready.faults()) == ["index"]
    slow.free.set()


@pytest.mark.asyncio
async def test_what_is_wrong_is_told_at_once_and_by_whoever_asks_while_it_is_looked_at() -> None:
    away = Looked()
    away.error = StorageFailed("PostgreSQL cannot be reached.")
    ready = Readiness({"records": away, "files": well})
    asked = [asyncio.create_task(ready.faults()) for _ in range(3)]
    await asyncio.sleep(0)
    left = asyncio.create_task(ready.faults())
    await asyncio.sleep(0)
    left.cancel()  # who leaves ends it for nobody else
    away.free.set()
    assert await asyncio.gather(*asked) == [{"records": "PostgreSQL cannot be reached."}] * 3
    assert away.times == 1
    away.error = RuntimeError("a fault")
    assert await ready.faults() == {"records": "The server has a fault; its log says more."}
    away.error = None
    assert await ready.faults() == {}


@pytest.mark.asyncio
async def test_whoever_asks_just_when_a_look_ends_takes_nobody_s_answer_away() -> None:
    part, other = Looked(), Looked()
    ready = Readiness({"records": part, "index": other})
    waiting = asyncio.create_task(ready.faults())
    part.free.set()
    other.free.set()
    while not waiting.done():
        await asyncio.sleep(0)
        asked = asyncio.create_task(ready.faults())  # at every turn of the loop, so also at that one
    assert await waiting == await asked == {}
    ready.close()
