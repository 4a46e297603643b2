"""The connection to the language model's server: what it sends is read only as far as an answer can be meant."""

import asyncio
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import httpx2
from aiohttp.connector import Connection
from openai import DEFAULT_CONNECTION_LIMITS, DefaultAioHttpClient
from openai._vendor.httpx_aiohttp import AiohttpTransport

from rag_api.answer.errors import UNREACHABLE, ModelFailed
from rag_api.answer.model.upstream_errors import refusal_of
from rag_api.answer.model.values import parsed

DONE = b"[DONE]"
MUCH_BYTES = 4 << 10  # at once
MAX_LINE_BYTES = 1 << 20  # of one event, which a server sends for each word or so
MAX_STREAM_BYTES = 64 << 20  # 128,000 tokens, each in an event of its own, are half of it
MAX_EVENTS = 1 << 18
MAX_REPLY_BYTES = 16 << 20
MAX_REPLY_BYTES_TOGETHER = 32 << 20  # of all that come at the same time
MAX_PIECES = 1 << 19  # in which an answer comes, since its server may send each byte alone
MAX_SECONDS = 3600.0
MAX_ERROR_BYTES = 16 << 10
MAX_INTERIM = 8  # answers with a status of 1xx, before the one that counts


def new_client() -> httpx2.AsyncClient:
    """It follows no redirects, which would carry questions and passages to another host, and takes nothing compressed,
    which could grow without bounds."""
    return DefaultAioHttpClient(
        transport=_Transport(limits=DEFAULT_CONNECTION_LIMITS),
        follow_redirects=False,
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [_check]},
    )


class _Transport(AiohttpTransport):
    """The client's own, but that it keeps no cookies, which a server could pile up, and tells its errors apart: the
    client's calls each fault of a connection a timeout, and passes on what is said of a server that speaks no HTTP."""

    def get_client(self) -> aiohttp.ClientSession:
        session = super().get_client()
        connector = session.connector
        session.detach()
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), response_class=_FinalAnswer
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            response = await super().handle_async_request(request)
        except httpx2.TimeoutException as error:
            cause = error.__cause__
            if isinstance(cause, TimeoutError):
                raise
            kind = httpx2.ConnectError if isinstance(cause, aiohttp.ClientConnectorError) else httpx2.ReadError
            raise kind(str(error)) from cause
        except (aiohttp.ClientError, ValueError) as error:
            raise ModelFailed("The language model's server speaks no HTTP: is OPENAI_BASE_URL right?") from error
        response.headers.pop("set-cookie", None)
        return response


class _FinalAnswer(aiohttp.ClientResponse):
    """An answer, for which aiohttp would pass over any number of interim ones, without a turn for anybody else."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        protocol = connection.protocol
        assert protocol is not None
        read, interim = protocol.read, 0

        async def read_next() -> Any:
            nonlocal interim
            message, payload = await read()
            interim += message.code < 200
            if interim > MAX_INTERIM:
                raise ValueError("too many interim answers")
            return message, payload

        protocol.read = read_next  # type: ignore[method-assign]
        try:
            return await super().start(connection)
        finally:
            protocol.read = read  # type: ignore[method-assign]


async def _check(response: httpx2.Response) -> None:
    """Raise `ModelFailed` for anything but an answer. The OpenAI client would read an error of any length."""
    if not response.is_success:
        raise refusal_of(response, await _beginning(response))
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise ModelFailed("The language model's server compressed its answer, which it was asked not to do.")


async def _beginning(response: httpx2.Response) -> bytes:
    body = bytearray()
    try:
        async for data in response.aiter_raw():
            body += data
            if len(body) >= MAX_ERROR_BYTES:
                break
    except httpx2.TransportError:  # its status says enough
        pass
    return bytes(body[:MAX_ERROR_BYTES])


async def whole(response: httpx2.Response, patience: float) -> bytes:
    """Raises `ModelFailed` if it is too long, and `TimeoutError` if only blanks come for `patience` seconds, which some
    servers send to keep a connection alive."""
    now = asyncio.get_running_loop().time
    heard_at = now()
    body = bytearray()
    with _replies.one() as grow:
        async for data in _heard(response, patience):
            if not data.isspace():
                heard_at = now()
            elif now() - heard_at > patience:
                raise TimeoutError
            body += data
            if len(body) > MAX_REPLY_BYTES:
                raise _too_long(f"its answer is longer than {MAX_REPLY_BYTES >> 20} MB")
            grow(len(data))
        return bytes(body)


class _Replies:
    """The bytes of all whole answers that are coming."""

    def __init__(self) -> None:
        self.bytes = 0

    @contextmanager
    def one(self) -> Iterator[Callable[[int], None]]:
        taken = 0

        def grow(size: int) -> None:
            nonlocal taken
            taken += size
            self.bytes += size
            if self.bytes > MAX_REPLY_BYTES_TOGETHER:
                raise ModelFailed("The language model sends too many long answers at once: try again.", UNREACHABLE)

        try:
            yield grow
        finally:
            self.bytes -= taken


_replies = _Replies()


async def events(response: httpx2.Response, patience: float) -> AsyncGenerator[list[bytes], None]:
    """The data of a stream's events, as many as came at once. Raises `ModelFailed` if one, or all of them, are too
    long, and `TimeoutError` if nothing comes for `patience` seconds."""
    read, total, reader = 0, 0, _EventReader()
    async for data in _heard(response, patience):
        read += len(data)
        several = reader.feed(data)
        total += len(several)
        if read > MAX_STREAM_BYTES:
            raise _too_long(f"its answer is longer than {MAX_STREAM_BYTES >> 20} MB")
        if total > MAX_EVENTS:
            raise _too_long(f"its answer has more than {MAX_EVENTS:,} events")
        yield several
        if len(data) > MUCH_BYTES:
            await asyncio.sleep(0)  # what has come already is read without waiting, and others want a turn
    yield reader.end()


class _EventReader:
    """Finds the data of events in bytes, since splitting into lines of text would cost more than parsing them.

    Lines end in any of the three ways. JSON that looks whole is an event, though no blank line may follow; what does
    not goes on in the next line of data.
    """

    def __init__(self) -> None:
        self._rest = bytearray()  # of a line
        self._held: list[bytes] = []  # lines of an event
        self._length = 0
        self._is_first = True
        self._ended_in_cr = False

    def feed(self, data: bytes) -> list[bytes]:
        """The events that these bytes complete. Raises `ModelFailed` for one that is too long."""
        if self._ended_in_cr and data.startswith(b"\n"):
            data = data[1:]
        self._ended_in_cr = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *others = data.split(b"\n")
        self._rest += first
        if len(self._rest) + self._length > MAX_LINE_BYTES:
            raise _too_long(f"an event of its answer is longer than {MAX_LINE_BYTES >> 20} MB")
        if not others:
            return []
        lines = [bytes(self._rest), *others[:-1]]
        self._rest = bytearray(others[-1])
        return list(self._events(lines))

    def end(self) -> list[bytes]:
        """The last event, if nothing but the end of its line is missing."""
        return [event for event in self._events([bytes(self._rest)]) if event == DONE or _is_json(event)]

    def _events(self, lines: list[bytes]) -> Iterator[bytes]:
        if self._is_first:
            lines[0] = lines[0].removeprefix(BOM_UTF8)
            self._is_first = False
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if not self._held and data.endswith((b"}", b"]")):
                    yield data
                else:
                    self._held.append(data)
                    self._length += len(line)
            elif self._held and not line.strip():
                if data := b"\n".join(self._held):
                    yield data
                self._held, self._length = [], 0


def _is_json(event: bytes) -> bool:
    try:
        parsed(event)
    except ModelFailed:
        return False
    return True


async def _heard(response: httpx2.Response, patience: float) -> AsyncGenerator[bytes, None]:
    """The body as it comes. The client's own timeout begins anew with each byte, though it is none of the body, such as
    those of a chunk's extension."""
    now = asyncio.get_running_loop().time
    until, pieces = now() + MAX_SECONDS, 0
    arriving = response.aiter_raw()
    while True:
        async with asyncio.timeout(patience):
            data = await anext(arriving, None)
        if data is None:
            return
        pieces += 1
        if pieces > MAX_PIECES:
            raise _too_long(f"its answer came in more than {MAX_PIECES:,} pieces")
        if now() > until:
            raise _too_long(f"its answer took longer than {MAX_SECONDS:g} seconds")
        yield data


def _too_long(why: str) -> ModelFailed:
    return ModelFailed(f"The language model was stopped: {why}.")
