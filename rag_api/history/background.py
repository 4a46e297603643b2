"""Responses made in the background: each goes on, whoever listens, until it is complete or cancelled."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from ingest.errors import StorageFailed
from rag_api.history.elsewhere import LOOK_EVERY_S, Elsewhere, Progress
from rag_api.history.responses import Response

logger = logging.getLogger(__name__)

STORING_S = 5.0  # how long to wait for one that is being stored
AT_ONCE = 32  # how many are made at a time; the others wait
MOST, MOST_LONG = 1000, 8  # that are made or wait; of those with a long body, which may be of megabytes


class Making(Protocol):
    """A response that is being made."""

    @property
    def response(self) -> Response:
        """As far as it has got."""

    @property
    def ending(self) -> bool:
        """Whether it is being stored, and can no longer be cancelled."""

    def frames(self) -> AsyncGenerator[bytes, None]:
        """The events of its stream. It is stored at their end, but not if they are closed before."""

    async def cancel(self) -> None:
        """Store it as far as it got, once its frames were closed."""


class Run:
    """The making of one response. Every listener gets all of its frames, however late it comes."""

    def __init__(self, making: Making, is_long: bool) -> None:
        self.making = making
        self.is_long = is_long
        self.published = 0
        self._frames: list[bytes] = []
        self._news = asyncio.Event()  # set when there are new frames, then replaced by another
        self.task = asyncio.create_task(self._run())
        self.task.add_done_callback(lambda _: self._tell())

    async def response(self) -> Response:
        """As far as it has got. It counts as ended once it is stored, so that it can be continued, unless the disk does
        not allow that for a while."""
        if self.making.ending:
            await asyncio.wait([self.task], timeout=STORING_S)
        return self.making.response

    async def frames(self, start: int = 0) -> AsyncGenerator[bytes, None]:
        """The frames from number `start` on, including those to come."""
        while True:
            news = self._news
            while start < len(self._frames):
                yield self._frames[start]
                start += 1
            if self.task.done():
                return
            await news.wait()

    def news(self) -> Progress:
        """What was not published yet."""
        return Progress(self.making.response.state, self.published, self._frames[self.published :])

    async def _run(self) -> None:
        async with aclosing(self.making.frames()) as frames:
            async for frame in frames:
                self._frames.append(frame)
                self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Runs:
    """All responses being made in the background, or waiting to be: at most `AT_ONCE` have a `turn` at a time. Servers
    `elsewhere` are told how far they are, and may call them off."""

    def __init__(self, elsewhere: Elsewhere | None = None) -> None:
        self._runs: dict[str, Run] = {}
        self._elsewhere = elsewhere
        self._publishing: asyncio.Task[None] | None = None
        self.turn = asyncio.Semaphore(AT_ONCE)

    def is_full(self, is_long: bool) -> bool:
        """Whether one more would be too many; `is_long` if its body is."""
        return len(self._runs) >= MOST or (is_long and sum(run.is_long for run in self._runs.values()) >= MOST_LONG)

    def any(self) -> bool:
        return bool(self._runs)

    def start(self, making: Making, is_long: bool) -> Run:
        response_id = making.response.id
        run = self._runs[response_id] = Run(making, is_long)

        def ended(task: asyncio.Task[None]) -> None:
            if task.cancelled():
                return  # whoever cancelled it does the rest
            error = task.exception()
            if error is None:
                self._runs.pop(response_id, None)  # what could not be stored stays here
            elif isinstance(error, StorageFailed):
                logger.error("the response %s could not be kept: %s", response_id, error.message)
            else:
                logger.error("the response %s could not be kept", response_id, exc_info=error)

        run.task.add_done_callback(ended)
        if self._elsewhere and not self._publishing:
            self._publishing = asyncio.create_task(self._publish(self._elsewhere))
        return run

    def find(self, response_id: str) -> Run | None:
        return self._runs.get(response_id)

    async def cancel(self, run: Run) -> None:
        """Stop it and keep what there is; a response that is already being stored is completed."""
        if not run.making.ending and not run.task.cancelling():
            await _stop(run)
            await run.making.cancel()
            self._runs.pop(run.making.response.id, None)
        await asyncio.wait([run.task], timeout=STORING_S)

    async def drop(self, run: Run) -> None:
        """Stop it and keep nothing."""
        await _stop(run)
        self._runs.pop(run.making.response.id, None)

    async def close(self) -> None:
        if self._publishing:
            self._publishing.cancel()
        for run in list(self._runs.values()):
            await _stop(run)

    async def _publish(self, elsewhere: Elsewhere) -> None:
        while self._runs:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._publish_once(elsewhere)
            except StorageFailed as error:
                logger.error("what is written in the background cannot be published now: %s", error.message)
        self._publishing = None

    async def _publish_once(self, elsewhere: Elsewhere) -> None:
        made = {id: run for id, run in self._runs.items() if not run.making.ending and not run.task.done()}
        if not made:
            return
        news = {id: run.news() for id, run in made.items()}
        wanted = await asyncio.to_thread(elsewhere.publish, news)
        for id, run in made.items():
            run.published += len(news[id].frames)
            if run.making.ending or run.task.done():
                continue
            if id not in wanted:  # it was deleted
                await self.drop(run)
            elif wanted[id]:
                await self.cancel(run)


async def _stop(run: Run) -> None:
    run.task.cancel()
    await asyncio.wait([run.task])
