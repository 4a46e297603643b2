"""Responses that another server is making: their frames as it publishes them, and what it is asked to do with them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from ingest.records.database import Database
from rag_api.history.responses import FRAME_END, UNFINISHED, Response, Responses, ResponseState
from rag_api.history.schema import response_frames, responses

LOOK_EVERY_S = 0.3
CANCELLED_WITHIN_S = 5.0

_frames = response_frames.c


@dataclass(frozen=True)
class Progress:
    """What is new of a response that is made here: its frames from number `start` on."""

    state: ResponseState
    start: int
    frames: Sequence[bytes]


class Elsewhere:
    """What servers that share a database tell each other of the responses they make. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, kept: Responses) -> None:
        self._database = database
        self._kept = kept

    def publish(self, made: Mapping[str, Progress]) -> dict[str, bool]:
        """Publish what is new of responses, by their ids; those that are still wanted, and whether they are to be
        cancelled."""
        wanted = select(responses.c.id, responses.c.state, responses.c.cancelling)
        wanted = wanted.where(responses.c.id.in_(made), responses.c.state.in_(UNFINISHED))
        if not any(each.frames for each in made.values()):
            with self._database.read() as connection:
                return {id: cancelling for id, _, cancelling in connection.execute(wanted)}
        with self._database.write() as connection:
            found = {id: (state, cancelling) for id, state, cancelling in connection.execute(wanted)}
            groups = [
                {"response_id": id, "start": made[id].start, "frames": b"".join(made[id].frames)}
                for id in found
                if made[id].frames
            ]
            if groups:
                connection.execute(insert(response_frames), groups)
            for id, (state, _) in found.items():
                if made[id].state != state:
                    changed = update(responses).where(responses.c.id == id)
                    connection.execute(changed.values(state=made[id].state))
        return {id: cancelling for id, (_, cancelling) in found.items()}

    async def frames(self, response_id: str, start: int) -> AsyncGenerator[bytes, None]:
        """The frames from number `start` on, until the response has ended or was deleted. Those that its server wrote
        last are kept with the response."""
        while await asyncio.to_thread(self._is_made, response_id):
            for frame in await asyncio.to_thread(self._published, response_id, start):
                yield frame
                start += 1
            await asyncio.sleep(LOOK_EVERY_S)

    async def cancel(self, response_id: str) -> Response:
        """Have its server stop it, and wait for that a while; the response as it is then. Raises `NotFound`."""
        await asyncio.to_thread(self._ask_to_cancel, response_id)
        until = time.monotonic() + CANCELLED_WITHIN_S
        while await asyncio.to_thread(self._is_made, response_id) and time.monotonic() < until:
            await asyncio.sleep(LOOK_EVERY_S)
        return await asyncio.to_thread(self._kept.get, response_id)

    def _is_made(self, response_id: str) -> bool:
        here = select(responses.c.seq).where(responses.c.id == response_id, responses.c.state.in_(UNFINISHED))
        with self._database.read() as connection:
            return connection.scalar(here) is not None

    def _published(self, response_id: str, start: int) -> list[bytes]:
        """The frames from number `start` on, as far as they are published."""
        of_response = _frames.response_id == response_id
        first = select(func.max(_frames.start)).where(of_response, _frames.start <= start).scalar_subquery()
        groups = select(_frames.start, _frames.frames).where(of_response, _frames.start >= first)
        with self._database.read() as connection:
            found = connection.execute(groups.order_by(_frames.start)).all()
        if not found:
            return []
        frames = [frame + FRAME_END for group in found for frame in group.frames.split(FRAME_END)[:-1]]
        return frames[start - found[0].start :]

    def _ask_to_cancel(self, response_id: str) -> None:
        made = (responses.c.id == response_id) & responses.c.state.in_(UNFINISHED)
        with self._database.write() as connection:
            connection.execute(update(responses).where(made).values(cancelling=True))
