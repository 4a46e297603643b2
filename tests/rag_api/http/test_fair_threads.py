"""Threads at which clients take turns: nobody waits for all that another asked for before."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingest import cancellation
from rag_api.http.fair_threads import Busy, FairThreads
from rag_api.http.observed import Request, current


class Work:
    """What clients ask for; each piece is noted when it begins, and ends when it is let go."""

    def __init__(self, threads: FairThreads) -> None:
        self.begun: list[str] = []
        self._ends = defaultdict[str, threading.Semaphore](lambda: threading.Semaphore(0))
        self._changed = threading.Condition()
        self._threads = threads

    def ask(self, client: str) -> "asyncio.Task[str]":
        def work() -> str:
            with self._changed:
                self.begun.append(client)
                self._changed.notify_all()
            assert self._ends[client].acquire(timeout=10)
            return client

        async def asked() -> str:
            current.set(Request("req_1", client=client))
            return await cancellation.run_in(self._threads, work)

        return asyncio.create_task(asked())

    def end(self, *clients: str) -> None:
        """A piece of each of these; without any, all there are and will be."""
        for client in clients or ("busy", "other", "third"):
            self._ends[client].release(1 if clients else 1000)

    async def until_begun(self, *clients: str) -> None:
        def wait() -> None:
            with self._changed:
                self._changed.wait_for(lambda: len(self.begun) >= len(clients), timeout=10)

        await asyncio.to_thread(wait)
        assert self.begun == list(clients)


@contextmanager
def working(number: int, most_waiting: int = 64) -> Iterator[Work]:
    work = Work(FairThreads(number, "tried", "Busy.", most_waiting))
    try:
        yield work
    finally:
        work.end()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_one_client_leaves_a_thread_to_others_and_takes_turns_with_them() -> None:
    with working(3) as work:
        tasks = [work.ask("busy") for _ in range(6)]
        await work.until_begun("busy", "busy")
        tasks += [work.ask("other") for _ in range(2)]
        await work.until_begun("busy", "busy", "other")
        tasks.append(work.ask("third"))
        await settled()
        for turns in (["busy"], ["busy", "other"], ["busy", "other", "third"]):
            work.end("busy")
            await work.until_begun("busy", "busy", "other", *turns)
        work.end()
        assert sorted(await asyncio.gather(*tasks)) == ["busy"] * 6 + ["other"] * 2 + ["third"]


@pytest.mark.asyncio
async def test_who_has_most_is_refused_when_too_many_wait() -> None:
    with working(2, most_waiting=3) as work:
        tasks = [work.ask("busy") for _ in range(4)]
        await work.until_begun("busy")
        with pytest.raises(Busy) as refused:
            await work.ask("busy")
        assert refused.value.status == 503
        assert "retry-after" in (refused.value.headers or {})
        others = [work.ask("other"), work.ask("third")]
        await work.until_begun("busy", "other")
        with pytest.raises(Busy):  # the third has its place
            await tasks[3]
        work.end()
        assert await asyncio.gather(*tasks[:3], *others) == ["busy"] * 3 + ["other", "third"]


@pytest.mark.asyncio
async def test_who_leaves_frees_a_place_and_what_was_asked_is_never_begun() -> None:
    with working(2, most_waiting=2) as work:
        first, *waiting = [work.ask("busy") for _ in range(3)]
        await work.until_begun("busy")
        for task in waiting:
            task.cancel()
        await settled()
        again = [work.ask("busy") for _ in range(2)]
        work.end()
        assert await asyncio.gather(first, *again) == ["busy"] * 3
        assert work.begun == ["busy"] * 3


@pytest.mark.asyncio
async def test_a_fault_is_told_and_frees_the_thread() -> None:
    threads = FairThreads(2, "tried", "Busy.")

    def fault() -> None:
        raise SystemExit(3)

    for _ in range(5):
        with pytest.raises(SystemExit):
            await cancellation.run_in(threads, fault)
