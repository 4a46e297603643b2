"""Work in a thread ends when the task that waits for it is cancelled."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest import cancellation


class Steps:
    """Work of many steps, which waits after the first one until it may go on."""

    def __init__(self) -> None:
        self.begun, self.may_go_on, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.done = 0

    def run(self) -> int:
        try:
            for step in range(1000):
                cancellation.check()
                self.done += 1
                self.begun.set()
                assert step or self.may_go_on.wait(10)
        finally:
            self.ended.set()
        return self.done


@pytest.fixture
def steps() -> Iterator[Steps]:
    steps = Steps()
    yield steps
    steps.may_go_on.set()


def test_work_that_is_waited_for_is_done(steps: Steps) -> None:
    steps.may_go_on.set()
    assert asyncio.run(cancellation.to_thread(steps.run)) == 1000
    cancellation.check()


def test_work_that_nobody_waits_for_ends_at_its_next_step(steps: Steps) -> None:
    async def left() -> None:
        waiting = asyncio.create_task(cancellation.to_thread(steps.run))
        await asyncio.to_thread(steps.begun.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        steps.may_go_on.set()
        await asyncio.to_thread(steps.ended.wait, 10)

    asyncio.run(left())
    assert steps.done == 1


def test_work_that_has_not_begun_gives_up_its_place(steps: Steps) -> None:
    late = Steps()

    async def left() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        first = asyncio.create_task(cancellation.to_thread(steps.run))
        while not steps.begun.is_set():
            await asyncio.sleep(0.001)
        second = asyncio.create_task(cancellation.to_thread(late.run))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        steps.may_go_on.set()
        assert await first == 1000
        assert await cancellation.to_thread(lambda: "free") == "free"

    asyncio.run(left())
    assert late.done == 0


def test_threads_of_their_own_are_of_one_loop() -> None:
    threads = cancellation.Threads(2, "own")

    async def names() -> set[str]:
        return set(await asyncio.gather(*[cancellation.run_in(threads, _name_of_thread) for _ in range(4)]))

    for _ in range(2):
        assert asyncio.run(names()) <= {"own_0", "own_1"}


def _name_of_thread() -> str:
    return threading.current_thread().name
