"""Two servers that share a database: what one of them makes, the other one shows, cancels and deletes."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from ingest.data_folder import ANSWERS
from ingest.errors import NotFound
from ingest.records.database import open_database
from ingest.records.leases import Lease
from ingest.settings import Settings
from rag_api.history import History, open_history, schema
from rag_api.history.elsewhere import Elsewhere, Progress
from rag_api.history.responses import INTERRUPTED, Response, ResponseState

Servers = tuple[tuple[Lease, History], tuple[Lease, History]]
FRAMES = [f"frame {n}\n\n".encode() for n in range(5)]
QUEUED = Response("resp_1", 1, ResponseState.QUEUED, "m", {}, {}, background=True)


@pytest.fixture
def servers(settings: Settings) -> Iterator[Servers]:
    settings.data_dir.mkdir()
    database = open_database(settings)
    with ExitStack() as opened:
        opened.callback(database.close)

        def server() -> tuple[Lease, History]:
            lease = Lease(database, alone=False)
            history = opened.enter_context(open_history(settings, lease=lease))
            opened.callback(lease.stop)
            return lease, history

        yield server(), server()


class Made:
    """A response of which three frames come at once, and the others when it may `go` on."""

    def __init__(self, history: History) -> None:
        self.response = QUEUED
        self.ending = False
        self.go = asyncio.Event()
        self._history = history

    async def frames(self) -> AsyncGenerator[bytes, None]:
        self.response = replace(self.response, state=ResponseState.RUNNING)
        for frame in FRAMES[:3]:
            yield frame
        await self.go.wait()
        self.ending = True
        await self._finish(ResponseState.DONE, FRAMES)
        for frame in FRAMES[3:]:
            yield frame

    async def cancel(self) -> None:
        await self._finish(ResponseState.CANCELLED, FRAMES[:3])

    async def _finish(self, state: ResponseState, frames: list[bytes]) -> None:
        self.response = replace(self.response, state=state)
        await asyncio.to_thread(self._history.responses.finish, self.response, [], frames)


def begun(history: History) -> Made:
    history.responses.add(QUEUED, [])
    made = Made(history)
    history.runs.start(made, is_long=False)
    return made


def elsewhere(history: History) -> Elsewhere:
    assert history.elsewhere
    return history.elsewhere


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.02)


@pytest.fixture
def published(settings: Settings) -> Iterator[Callable[[], int]]:
    """How many groups of frames there are."""
    database = open_database(settings, ANSWERS)

    def count() -> int:
        with database.read() as connection:
            return connection.scalar(select(func.count()).select_from(schema.response_frames)) or 0

    yield count
    database.close()


@pytest.mark.parametrize("start", [0, 2])
def test_what_one_writes_is_followed_at_the_other(servers: Servers, published: Callable[[], int], start: int) -> None:
    (_, here), (_, there) = servers

    async def story() -> None:
        made = begun(here)
        heard = []
        async for frame in elsewhere(there).frames("resp_1", start):
            heard.append(frame)
            if len(heard) == 3 - start:
                assert there.responses.get("resp_1").state is ResponseState.RUNNING
                made.go.set()
        assert heard == FRAMES[start : start + len(heard)]
        assert list(there.responses.frames("resp_1")) == FRAMES
        assert published() == 0
        await here.runs.close()

    asyncio.run(story())


def test_it_is_followed_from_any_frame_of_any_group(servers: Servers) -> None:
    (_, here), (_, there) = servers
    here.responses.add(QUEUED, [])
    for start, frames in ((0, FRAMES[:3]), (3, FRAMES[3:])):
        progress = Progress(ResponseState.RUNNING, start, frames)
        assert elsewhere(here).publish({"resp_1": progress, "resp_deleted": progress}) == {"resp_1": False}

    async def first(start: int) -> bytes:
        async with asyncio.timeout(20):
            return await anext(elsewhere(there).frames("resp_1", start))

    assert [asyncio.run(first(start)) for start in range(5)] == FRAMES


def test_what_one_makes_is_cancelled_at_the_other(servers: Servers) -> None:
    (_, here), (_, there) = servers

    async def story() -> None:
        begun(here)
        assert (await elsewhere(there).cancel("resp_1")).state is ResponseState.CANCELLED
        await until(lambda: not here.runs.any())
        await here.runs.close()

    asyncio.run(story())


def test_what_one_makes_is_deleted_at_the_other(servers: Servers, published: Callable[[], int]) -> None:
    (_, here), (_, there) = servers

    async def story() -> None:
        begun(here)
        await until(lambda: published() > 0)
        there.responses.delete("resp_1")
        assert published() == 0
        await until(lambda: not here.runs.any())
        assert [frame async for frame in elsewhere(there).frames("resp_1", 0)] == []
        await here.runs.close()

    asyncio.run(story())
    with pytest.raises(NotFound):
        here.responses.get("resp_1")


def test_what_is_made_has_failed_once_its_server_is_gone_and_not_before(servers: Servers) -> None:
    (lease, here), (_, there) = servers
    here.responses.add(QUEUED, [])
    there.responses.fail_unfinished()
    assert there.responses.get("resp_1").state is ResponseState.QUEUED
    lease.stop()
    there.responses.fail_unfinished()
    failed = there.responses.get("resp_1")
    assert (failed.state, failed.message) == (ResponseState.FAILED, INTERRUPTED)
    here.responses.finish(replace(QUEUED, state=ResponseState.DONE), [], FRAMES)  # it had been asleep
    assert here.responses.get("resp_1") == failed


def test_one_answer_at_a_time_is_given_in_a_conversation(servers: Servers) -> None:
    (_, here), (_, there) = servers
    said: list[str] = []

    async def answer(history: History, name: str, seconds: float) -> None:
        async with history.conversations.turn("conv_1"):
            said.append(f"{name} begins")
            await asyncio.sleep(seconds)
            said.append(f"{name} ends")

    async def story() -> None:
        first = asyncio.create_task(answer(here, "here", 0.5))
        await until(lambda: bool(said))
        await asyncio.gather(first, answer(there, "there", 0))

    asyncio.run(story())
    assert said == ["here begins", "here ends", "there begins", "there ends"]


def test_the_turn_of_a_server_that_is_gone_is_no_ones(servers: Servers) -> None:
    (lease, here), (_, there) = servers

    async def story() -> None:
        async with here.conversations.turn("conv_1"):
            lease.stop()
            async with asyncio.timeout(10), there.conversations.turn("conv_1"):
                pass

    asyncio.run(story())
