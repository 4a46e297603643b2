"""A conversation: items in the order in which they were said, kept until it is deleted."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Unpack
from weakref import WeakValueDictionary

from sqlalchemy import Connection, delete, insert, select, update

from ingest.errors import NotFound, StorageFailed
from ingest.ids import new_id
from ingest.records.database import Database
from ingest.records.leases import Lease
from ingest.records.paging import Page, Paging, page_of
from rag_api.history.items import Item, Place, add, newest_first, remove, within
from rag_api.history.schema import conversation_turns, conversations, items

LOOK_EVERY_S = 0.2  # whether another server has ended its turn

logger = logging.getLogger(__name__)

_COLUMNS = conversations.c.id, conversations.c.created_at, conversations.c.metadata


@dataclass(frozen=True)
class Conversation:
    id: str
    created_at: int
    metadata: dict[str, str]


class Conversations:
    """All conversations. Methods raise `StorageFailed`, and `NotFound` for a conversation or item that does not
    exist."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self._database = database
        self._lease = lease
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Within the block, no other answer is given in the conversation, since the next one builds on it."""
        async with self._turns.setdefault(conversation_id, asyncio.Lock()):
            if self._lease.alone:
                yield
                return
            while not await asyncio.to_thread(self._take_turn, conversation_id):
                await asyncio.sleep(LOOK_EVERY_S)
            try:
                yield
            finally:
                await asyncio.to_thread(self._end_turn, conversation_id)

    def _take_turn(self, conversation_id: str) -> bool:
        """Whether no other server has it, or had it when it ended."""
        here = conversation_turns.c.conversation_id == conversation_id
        holder = select(conversation_turns.c.server).where(here)
        own = self._lease.id
        with self._database.read() as connection:
            before = connection.scalar(holder)
        if before not in (None, own) and not self._lease.over([before]):
            return False
        with self._database.write() as connection:
            if connection.scalar(holder) != before:
                return False  # another one was faster
            if before is None:
                connection.execute(insert(conversation_turns).values(conversation_id=conversation_id, server=own))
            else:
                connection.execute(update(conversation_turns).where(here).values(server=own))
        return True

    def _end_turn(self, conversation_id: str) -> None:
        here = conversation_turns.c.conversation_id == conversation_id
        own = here & (conversation_turns.c.server == self._lease.id)
        try:
            with self._database.write() as connection:
                connection.execute(delete(conversation_turns).where(own))
        except StorageFailed as error:  # the next answer from here ends it
            logger.error("other servers wait to answer in %s: %s", conversation_id, error.message)

    def create(self, metadata: Mapping[str, str], first: Sequence[Item]) -> Conversation:
        conversation = Conversation(new_id("conv_"), int(time.time()), dict(metadata))
        with self._database.write() as connection:
            connection.execute(insert(conversations).values(**vars(conversation)))
            add(connection, conversation.id, Place.CONVERSATION, first)
        return conversation

    def list(self, **paging: Unpack[Paging]) -> Page[Conversation]:
        """The newest first, unless told otherwise. Raises `Invalid` for a cursor that is not in the list."""
        with self._database.read() as connection:
            return page_of(connection, conversations, select(*_COLUMNS), Conversation, **paging)

    def get(self, conversation_id: str) -> Conversation:
        with self._database.read() as connection:
            return _get(connection, conversation_id)

    def update(self, conversation_id: str, metadata: Mapping[str, str]) -> Conversation:
        here = conversations.c.id == conversation_id
        with self._database.write() as connection:
            connection.execute(update(conversations).where(here).values(metadata=dict(metadata)))
            return _get(connection, conversation_id)

    def delete(self, conversation_id: str) -> None:
        def delete_all(connection: Connection) -> None:
            _get(connection, conversation_id)
            connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
            remove(connection, conversation_id)

        self._database.free(delete_all)

    def add_items(self, conversation_id: str, added: Sequence[Item]) -> Sequence[Item]:
        with self._database.write() as connection:
            _get(connection, conversation_id)
            return add(connection, conversation_id, Place.CONVERSATION, added)

    def items(self, conversation_id: str, **paging: Unpack[Paging]) -> Page[Item]:
        """Raises `NotFound`, and `Invalid` for a cursor that is not in the list."""
        here = within(conversation_id, Place.CONVERSATION)
        with self._database.read() as connection:
            _get(connection, conversation_id)
            body = select(items.c.body).where(here)
            return page_of(connection, items, body, dict, within=here, large_rows=True, **paging)

    def item(self, conversation_id: str, item_id: str) -> Item:
        here = within(conversation_id, Place.CONVERSATION) & (items.c.id == item_id)
        with self._database.read() as connection:
            _get(connection, conversation_id)
            found: Item | None = connection.scalar(select(items.c.body).where(here))
        if found is None:
            raise _no_item(conversation_id, item_id)
        return found

    def delete_item(self, conversation_id: str, item_id: str) -> Conversation:
        here = within(conversation_id, Place.CONVERSATION) & (items.c.id == item_id)

        def delete_one(connection: Connection) -> Conversation:
            conversation = _get(connection, conversation_id)
            if connection.execute(delete(items).where(here)).rowcount == 0:
                raise _no_item(conversation_id, item_id)
            return conversation

        return self._database.free(delete_one)

    def so_far(self, conversation_id: str) -> Iterator[Item]:
        """All items, the newest first."""
        with self._database.read() as connection:
            yield from newest_first(connection, within(conversation_id, Place.CONVERSATION))


def _get(connection: Connection, conversation_id: str) -> Conversation:
    row = connection.execute(select(*_COLUMNS).where(conversations.c.id == conversation_id)).first()
    if row is None:
        raise NotFound(f"Conversation with id {conversation_id!r} not found.")
    return Conversation(*row)


def _no_item(conversation_id: str, item_id: str) -> NotFound:
    return NotFound(f"No item with id {item_id!r} found in conversation {conversation_id!r}.")
