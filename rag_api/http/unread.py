"""Answers that their clients have not read yet: sent in pieces as they are read, and limited for all together.

uvicorn takes all of a message at once, and waits for the client only before the next one. So an answer of megabytes in
one message would be in memory until its client has read it, which may be never.
"""

import asyncio
import logging
from collections.abc import Callable

from starlette.types import Message, Send

from rag_api.http.refused import RefusalWriter, Refused
from rag_api.http.seldom import Seldom

PIECE_BYTES = 32 << 10
MAX_BYTES_TOGETHER = 64 << 20  # of messages that are larger than a piece
STALLED_S = 5.0  # a client that has taken nothing for so long makes room for others

OF_THE_BODY = (b"content-length", b"content-type", b"content-disposition", b"content-range", b"accept-ranges")

logger = logging.getLogger(__name__)


class Unread:
    """What is held for the clients of all connections."""

    def __init__(self, refusal: RefusalWriter) -> None:
        self.refusal = refusal
        self.bytes = 0
        self._answers: dict[Answer, int] = {}  # that are being sent: the first has waited longest for its client
        self._full = Seldom(logger)

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more can be held, once those are ended whose clients have stopped to read. A single
        answer may be of any size."""
        if self.bytes + size > MAX_BYTES_TOGETHER:
            self._full.warning(
                "answers of %d MB wait for clients that do not read, as many as may: the longest waiting are ended",
                self.bytes >> 20,
            )
            stalled_since = asyncio.get_running_loop().time() - STALLED_S
            for answer in list(self._answers):
                if self.bytes + size <= MAX_BYTES_TOGETHER or answer.waits_since > stalled_since:
                    break
                answer.end()
                self.let_go(answer)
        return self.bytes + size <= MAX_BYTES_TOGETHER or not self._answers

    def hold(self, answer: "Answer", size: int) -> None:
        self._answers[answer] = size
        self.bytes += size

    def goes_on(self, answer: "Answer") -> None:
        """Its client has taken what was sent before."""
        answer.waits_since = asyncio.get_running_loop().time()
        if size := self._answers.pop(answer, 0):
            self._answers[answer] = size

    def let_go(self, answer: "Answer") -> None:
        self.bytes -= self._answers.pop(answer, 0)


class Answer:
    """One answer on its way to its client; `end` ends its connection."""

    def __init__(self, unread: Unread, end: Callable[[], None]) -> None:
        self.end = end
        self.waits_since = 0.0
        self._unread = unread
        self._start: Message | None = None  # held back, until it is known whether there is room for what follows
        self._is_refused = False

    async def send(self, send: Send, message: Message) -> None:
        if message["type"] != "http.response.body":
            if _declared_length(message) > PIECE_BYTES:
                self._start = message
                return
            return await send(message)
        if self._is_refused:
            return
        size = len(message.get("body", b""))
        start, self._start = self._start, None
        if start and size > PIECE_BYTES and not self._unread.has_room(size):
            return await self._refuse(send, start)
        if start:
            await send(start)
        if size <= PIECE_BYTES:
            return await send(message)
        await self._send_in_pieces(send, message)

    async def _send_in_pieces(self, send: Send, message: Message) -> None:
        body, more = message["body"], message.get("more_body", False)
        self._unread.hold(self, len(body))
        try:
            for start in range(0, len(body), PIECE_BYTES):
                self._unread.goes_on(self)
                end = start + PIECE_BYTES
                # A copy: a view would keep all of the body for as long as this piece of it waits.
                await send({**message, "body": bytes(body[start:end]), "more_body": more or end < len(body)})
        finally:
            self._unread.let_go(self)

    async def _refuse(self, send: Send, start: Message) -> None:
        self._is_refused = True
        message = "The server holds as many answers as it may for clients that read slowly: try again in a moment."
        response = self._unread.refusal(Refused(message, status=503, headers={"retry-after": "5"}))
        kept = [header for header in start["headers"] if header[0] not in OF_THE_BODY]
        await send({**start, "status": response.status_code, "headers": [*kept, *response.raw_headers]})
        await send({"type": "http.response.body", "body": response.body})


def _declared_length(start: Message) -> int:
    return next((int(value) for name, value in start.get("headers", ()) if name == b"content-length"), 0)
