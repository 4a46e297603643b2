"""Responses that are made in the background: each goes on whoever listens, until it ends or is stopped."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from rag_api.history.responses import Response

logger = logging.getLogger(__name__)

AT_ONCE = 32  # so many are made at a time; the others wait, however many were asked for


class Making(Protocol):
    """A response that is being made."""

    @property
    def response(self) -> Response:
        """As far as it has got."""

    @property
    def ending(self) -> bool:
        """Whether it is being kept, so that nothing stops it any more."""

    def frames(self) -> AsyncGenerator[bytes, None]:
        """The events of its stream; when they end it is kept, and when they are closed before it is not."""

    async def cancel(self) -> None:
        """Keep it as far as it got, after its frames were closed."""


class Run:
    """One of them. Those who listen hear all of it, however late they come."""

    def __init__(self, making: Making) -> None:
        self.making = making
        self._frames: list[bytes] = []
        self._news = asyncio.Event()  # set when there is more to hear; then the next takes its place
        self.task = asyncio.create_task(self._run())
        self.task.add_done_callback(lambda _: self._tell())

    async def response(self) -> Response:
        """As far as it has got. Its end is told once that is kept, so that it can be continued."""
        if self.making.ending:
            await asyncio.wait([self.task])
        return self.making.response

    async def frames(self, start: int = 0) -> AsyncGenerator[bytes, None]:
        """The frames from this number on, and those to come."""
        while True:
            news = self._news
            while start < len(self._frames):
                yield self._frames[start]
                start += 1
            if self.task.done():
                return
            await news.wait()

    async def _run(self) -> None:
        async with aclosing(self.making.frames()) as frames:
            async for frame in frames:
                self._frames.append(frame)
                self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Runs:
    """Every response that is being made in the background now, or waits to be: `turn` is one of a few places."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self.turn = asyncio.Semaphore(AT_ONCE)

    def start(self, making: Making) -> Run:
        response_id = making.response.id
        run = self._runs[response_id] = Run(making)

        def ended(task: asyncio.Task[None]) -> None:
            if task.cancelled():
                return  # whoever stopped it sees to the rest
            if error := task.exception():  # it could not be kept: it is known here as long as the process lives
                logger.error("the response %s could not be kept", response_id, exc_info=error)
            else:
                self._runs.pop(response_id, None)

        run.task.add_done_callback(ended)
        return run

    def find(self, response_id: str) -> Run | None:
        return self._runs.get(response_id)

    async def cancel(self, run: Run) -> None:
        """Stop it and keep what there is; one that is at its end comes to it."""
        if not run.making.ending and not run.task.cancelling():
            await _stop(run)
            await run.making.cancel()
            self._runs.pop(run.making.response.id, None)
        await asyncio.wait([run.task])

    async def drop(self, run: Run) -> None:
        """Stop it and keep nothing."""
        await _stop(run)
        self._runs.pop(run.making.response.id, None)

    async def close(self) -> None:
        for run in list(self._runs.values()):
            await _stop(run)


async def _stop(run: Run) -> None:
    run.task.cancel()
    await asyncio.wait([run.task])
