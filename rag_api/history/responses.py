"""A response: an answer that can be read again, continued, and waited for if it is made in the background."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Unpack

from sqlalchemy import Connection, delete, insert, select, update

from ingest.errors import NotFound
from ingest.records.database import Database
from ingest.records.leases import Lease
from ingest.records.paging import Page, Paging, page_of
from rag_api.history.items import Item, Place, add, newest_first, remove, within
from rag_api.history.schema import conversations, items, response_frames, responses

INTERRUPTED = "The server was stopped before this answer was complete: ask again."
FRAME_END = b"\n\n"
AT_ONCE = 32 << 10  # bytes of frames, packed or unpacked


class ResponseState(StrEnum):
    QUEUED = "queued"  # waits to be made
    RUNNING = "running"  # is being made
    DONE = "done"
    CUT = "cut"  # the answer is incomplete; `reason` says why
    FAILED = "failed"  # `reason` and `message` say why
    CANCELLED = "cancelled"  # before it was done

    @property
    def ended(self) -> bool:
        return self not in UNFINISHED


UNFINISHED = (ResponseState.QUEUED, ResponseState.RUNNING)


@dataclass(frozen=True)
class Response:
    id: str
    created_at: int
    state: ResponseState
    model: str
    asked: dict[str, Any]
    """What the request set, as responses repeat it."""
    usage: dict[str, Any]
    shows_results: bool = False
    """Whether it always includes its search results."""
    background: bool = False
    previous_id: str | None = None
    conversation_id: str | None = None
    completed_at: int | None = None
    reason: str | None = None
    message: str | None = None
    output: list[Item] = field(default_factory=list)


_COLUMNS = [responses.c[field.name] for field in fields(Response) if field.name != "output"]


class Responses:
    """All stored responses. Methods raise `StorageFailed`."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self._database = database
        self._lease = lease

    def add(self, response: Response, input: Sequence[Item]) -> None:
        """Store a response that is still to be made."""
        with self._database.write() as connection:
            connection.execute(insert(responses).values(**_row(response), server=self._lease.id))
            add(connection, response.id, Place.INPUT, input)

    def finish(self, response: Response, input: Sequence[Item], frames: Sequence[bytes]) -> None:
        """Store a response that has ended, with the frames of its stream; it may have been added before. Unless it
        failed, its input and output are added to its conversation, in the same transaction."""
        packed = zlib.compress(b"".join(frames), 1)
        with self._database.write() as connection:
            known = (responses.c.id == response.id) & responses.c.state.in_(UNFINISHED)
            changed = update(responses).where(known).values(**_row(response), frames=packed)
            if connection.execute(changed).rowcount == 0:
                if response.background:
                    return  # it was deleted meanwhile, or failed with the lease under which it was begun
                connection.execute(insert(responses).values(**_row(response), frames=packed))
                add(connection, response.id, Place.INPUT, input)
            self._unpublish(connection, [response.id])
            add(connection, response.id, Place.OUTPUT, response.output)
            if response.conversation_id and response.state in (ResponseState.DONE, ResponseState.CUT):
                there = select(conversations.c.seq).where(conversations.c.id == response.conversation_id)
                if connection.scalar(there) is not None:  # else it was deleted meanwhile
                    add(connection, response.conversation_id, Place.CONVERSATION, [*input, *response.output])

    def get(self, response_id: str) -> Response:
        """Raises `NotFound`."""
        output = select(items.c.body).where(within(response_id, Place.OUTPUT)).order_by(items.c.seq)
        with self._database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(responses.c.id == response_id)).first()
            if row is None:
                raise _no_response(response_id)
            values = {**row._mapping, "state": ResponseState(row.state), "output": list(connection.scalars(output))}
        return Response(**values)

    def frames(self, response_id: str) -> Iterator[bytes]:
        """The stream of a response, a frame per event, unpacked as they are read; none if it was interrupted."""
        with self._database.read() as connection:
            packed = connection.scalar(select(responses.c.frames).where(responses.c.id == response_id))
        return iter(()) if packed is None else _frames(packed)

    def input(self, response_id: str, **paging: Unpack[Paging]) -> Page[Item]:
        """A page of its input. Raises `NotFound`, and `Invalid` for a cursor that is not in the list."""
        here = within(response_id, Place.INPUT)
        with self._database.read() as connection:
            if connection.scalar(select(responses.c.seq).where(responses.c.id == response_id)) is None:
                raise _no_response(response_id)
            body = select(items.c.body).where(here)
            return page_of(connection, items, body, dict, within=here, large_rows=True, **paging)

    def so_far(self, response_id: str) -> Iterator[Item]:
        """The items of a response and of those it continues, the newest first, back to the first that was deleted."""
        query = select(responses.c.previous_id)
        earlier: str | None = response_id
        with self._database.read() as connection:
            while earlier is not None:
                yield from newest_first(connection, items.c.owner_id == earlier)
                earlier = connection.scalar(query.where(responses.c.id == earlier))

    def delete(self, response_id: str) -> None:
        """Raises `NotFound`."""

        def delete_all(connection: Connection) -> None:
            if connection.execute(delete(responses).where(responses.c.id == response_id)).rowcount == 0:
                raise _no_response(response_id)
            self._unpublish(connection, [response_id])
            remove(connection, response_id)

        self._database.free(delete_all)

    def fail_unfinished(self) -> None:
        """Mark responses as failed whose server ended before they did."""
        unfinished = responses.c.state.in_(UNFINISHED)
        with self._database.read() as connection:
            servers = connection.scalars(select(responses.c.server).where(unfinished).distinct()).all()
        if not servers:
            return
        ended = self._lease.over(filter(None, servers))
        theirs = unfinished & (responses.c.server.is_(None) | responses.c.server.in_(ended))
        failed = update(responses).where(theirs).values(state=ResponseState.FAILED, message=INTERRUPTED)

        def fail(connection: Connection) -> None:
            self._unpublish(connection, connection.scalars(failed.returning(responses.c.id)).all())

        self._database.free(fail)  # else nothing starts on a full disk

    def _unpublish(self, connection: Connection, response_ids: Sequence[str]) -> None:
        if response_ids and not self._lease.alone:
            connection.execute(delete(response_frames).where(response_frames.c.response_id.in_(response_ids)))


def _frames(packed: bytes) -> Iterator[bytes]:
    begun = bytearray()  # a frame, as far as it was unpacked
    looked_at = 0
    for piece in _unpacked(packed):
        begun += piece
        while (end := begun.find(FRAME_END, looked_at)) >= 0:
            end += len(FRAME_END)
            yield bytes(begun[:end])
            del begun[:end]
            looked_at = 0
        looked_at = max(0, len(begun) - len(FRAME_END) + 1)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj()
    for start in range(0, len(packed), AT_ONCE):
        rest = packed[start : start + AT_ONCE]
        while rest:
            yield stream.decompress(rest, AT_ONCE)
            rest = stream.unconsumed_tail
    yield stream.flush()


def _row(response: Response) -> dict[str, Any]:
    return {column.name: getattr(response, column.name) for column in _COLUMNS}


def _no_response(response_id: str) -> NotFound:
    return NotFound(f"Response with id {response_id!r} not found.")
