"""A response being made: the question is asked, the answer written as frames, and both are stored."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

from haystack.dataclasses import ChatMessage

from ingest import cancellation
from ingest.errors import IngestError, StorageFailed
from ingest.search.attached import Attached, AttachedFiles
from rag_api.answer.answerer import Answerer
from rag_api.answer.errors import ModelFailed
from rag_api.answer.events import Delta, Retrieved
from rag_api.answer.question import NOTHING_YET, Question, Unsearched
from rag_api.answer.tokens import count
from rag_api.deps import Link
from rag_api.history import History, Item
from rag_api.history.responses import Response, ResponseState
from rag_api.http import room, turns
from rag_api.http.refused import Refused
from rag_api.http.room import LARGE, NoRoom
from rag_api.v1.attached import FilePart, read_all
from rag_api.v1.errors import UNFORESEEN, envelope, status_of
from rag_api.v1.responses.context import said_with_files
from rag_api.v1.responses.items import DETAILS
from rag_api.v1.responses.shapes import CreateResponse
from rag_api.v1.responses.stream import Writer

logger = logging.getLogger(__name__)

LONG = 20_000  # characters of an answer
NO_ROOM_S = 1.0  # before looking again whether others have left room for what it continues
RETRY_S = 5.0  # before trying again to store a response, on a disk that is full


class Making:
    """The request, its items `sent` with references replaced, and the response as far as it has got."""

    def __init__(
        self,
        body: CreateResponse,
        sent: list[Item],
        response: Response,
        history: History,
        answerer: Answerer,
        max_tokens: int,
        unsearched: Unsearched | None,
        files: AttachedFiles,
        link: Link,
        *,
        long_body: bool,
    ) -> None:
        self.ending = False  # it is being stored, and can no longer be cancelled
        self.begun = response.background  # an error is an event from now on, as its frames are being sent
        self.unsearched = unsearched
        self._body = body
        self._sent = sent
        # A search of empty stores is one that finds nothing.
        searches = body.searches and unsearched in (None, *NOTHING_YET)
        self._details = DETAILS in (body.include or ())
        self._writer = Writer(response, link, searches=searches, details=self._details)
        self._history = history
        self._answerer = answerer
        self._max_tokens = max_tokens
        self._files = files
        self._in_thread = long_body or body.continues
        self._share = room.Share()

    @property
    def response(self) -> Response:
        return self._writer.response

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """A frame per event; closing this stops the language model. The response is stored before its last event is
        sent.

        An error is raised until `begun`, which is so from the first word on; later it becomes an event. If nobody
        listens to events, every error is raised. Raises `ModelFailed`, `StorageFailed` and `Refused`.
        """
        listened_to = bool(self._body.stream or self.response.background)
        writer = self._writer
        if self.response.background:  # it is queued first
            for frame in writer.begin():
                yield frame
        async with self._turn():
            try:
                messages, tokens, files = await self._messages()
                writer.expect(tokens)
                if not writer.frames:
                    for frame in writer.begin():
                        yield frame
                for frame in writer.start():
                    yield frame
                question = self._question(messages, await read_all(files, self._files), stream=listened_to)
                said = 0
                async with aclosing(self._answerer.answer(question)) as events:
                    async for event in events:
                        self.begun = self.begun or not isinstance(event, Retrieved)
                        frames: Iterable[bytes] = writer.tell(event)
                        if isinstance(event, Delta):
                            said += len(event.text)
                        elif said > LONG or self._details:
                            # The end has all of it again, and its tokens may have to be counted.
                            frames = await cancellation.to_thread(list, frames)
                        for frame in frames:
                            yield frame
                last = [writer.end()]
                await self._keep_at_last()
            except Exception as error:
                if not listened_to or not self.begun:
                    raise
                last = list(writer.fail(*_fault(error)))
                if self.response.background or not isinstance(error, StorageFailed):
                    await self._keep_at_last()
        for frame in last:
            yield frame

    async def cancel(self) -> None:
        """Store it as far as it got, after its frames were closed early."""
        self._writer.stop(ResponseState.CANCELLED)
        await self._keep()

    async def _messages(self) -> tuple[list[ChatMessage], int, list[FilePart]]:
        """What the model is told, how many tokens that has, and the files that belong to it."""

        def told() -> tuple[list[ChatMessage], int, list[FilePart]]:
            messages, files = said_with_files(self._body, self._sent, self._history, self._max_tokens)
            return messages, sum(count(text) for message in messages for text in message.texts), files

        while True:
            try:
                if self._body.continues:
                    return await cancellation.run_in(LARGE, told)
                return await cancellation.to_thread(told) if self._in_thread else told()
            except NoRoom:
                self._share.end()  # else several could wait for each other
                if not self.response.background or not room.TOGETHER.taken:
                    raise
            await asyncio.sleep(NO_ROOM_S)

    def _question(self, messages: list[ChatMessage], attached: list[Attached], *, stream: bool) -> Question:
        question = self._body.question(messages, stream=stream)
        if attached and self.unsearched in (None, *NOTHING_YET, Unsearched.UNASKED):
            return replace(question, attached=attached, store_ids=question.store_ids if self._body.search else [])
        return question.without_search(self.unsearched)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as turn:
            async with turns.aside():  # whoever is waited for may need a place to come to an end
                if self.response.conversation_id:
                    await turn.enter_async_context(self._history.conversations.turn(self.response.conversation_id))
                if self.response.background:
                    await turn.enter_async_context(self._history.runs.turn)
            if self.response.background:
                self._share = turn.enter_context(room.share())  # its request has been answered
            yield

    async def _keep_at_last(self) -> None:
        """Store it; if it was made in the background, as soon as the disk allows: nobody is there to ask again."""
        while True:
            try:
                return await self._keep()
            except StorageFailed as error:
                if not self.response.background:
                    raise
                logger.error("the response %s cannot be kept now: %s", self.response.id, error.message)
            await asyncio.sleep(RETRY_S)

    async def _keep(self) -> None:
        self.ending = True
        response, sent = self.response, self._sent
        if self._body.kept:
            await asyncio.to_thread(self._history.responses.finish, response, sent, self._writer.frames)
        elif response.conversation_id and response.state in (ResponseState.DONE, ResponseState.CUT):
            items = [*sent, *response.output]
            await asyncio.to_thread(self._history.conversations.add_items, response.conversation_id, items)


CODES = {400: "invalid_prompt", 429: "rate_limit_exceeded"}  # of failed responses; there are few


def _fault(error: Exception) -> tuple[str, dict[str, Any]]:
    """The code for the response, and the whole error."""
    match error:
        case ModelFailed() | Refused():
            status = error.status
            fault = envelope(status, error.message, param=error.param, code=error.code)
        case IngestError():
            status = status_of(error)
            fault = envelope(status, error.message)
        case _:
            logger.error("a fault in the middle of a response", exc_info=error)
            status = 500
            fault = envelope(status, UNFORESEEN)
    return CODES.get(status, "server_error"), fault["error"]
