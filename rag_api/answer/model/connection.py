"""The connection to the language model's server: what it sends is read only as far as an answer can be meant."""

import asyncio
from collections.abc import AsyncGenerator

import aiohttp
import httpx2
from openai import DEFAULT_CONNECTION_LIMITS, DefaultAioHttpClient
from openai._vendor.httpx_aiohttp import AiohttpTransport

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.upstream_errors import refusal_of

MAX_LINE_BYTES = 1 << 20  # of one event, which a server sends for each word or so
MAX_STREAM_BYTES = 64 << 20  # 128,000 tokens, each in an event of its own, are half of it
MAX_REPLY_BYTES = 16 << 20
MAX_ERROR_BYTES = 16 << 10


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
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

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
    async for data in _heard(response, patience):
        if not data.isspace():
            heard_at = now()
        elif now() - heard_at > patience:
            raise TimeoutError
        body += data
        if len(body) > MAX_REPLY_BYTES:
            raise _too_long(MAX_REPLY_BYTES)
    return bytes(body)


async def lines(response: httpx2.Response, patience: float) -> AsyncGenerator[list[bytes], None]:
    """The lines of a stream, as many as came at once. Raises `ModelFailed` if one, or all of them, are too long, and
    `TimeoutError` if nothing comes for `patience` seconds."""
    total = 0
    rest = bytearray()
    # Bytes, since splitting into lines of text would cost more than parsing them.
    async for data in _heard(response, patience):
        total += len(data)
        if total > MAX_STREAM_BYTES:
            raise _too_long(MAX_STREAM_BYTES)
        first, *others = data.split(b"\n")
        rest += first
        if len(rest) > MAX_LINE_BYTES:
            raise _too_long(MAX_LINE_BYTES, "an event of its answer")
        if not others:
            yield []
            continue
        ended = [bytes(rest), *others[:-1]]
        rest = bytearray(others[-1])
        yield ended


async def _heard(response: httpx2.Response, patience: float) -> AsyncGenerator[bytes, None]:
    """The body as it comes. The client's own timeout begins anew with each byte, though it is none of the body, such as
    those of a chunk's extension."""
    arriving = response.aiter_raw()
    while True:
        async with asyncio.timeout(patience):
            data = await anext(arriving, None)
        if data is None:
            return
        yield data


def _too_long(limit: int, what: str = "its answer") -> ModelFailed:
    return ModelFailed(f"The language model was stopped: {what} is longer than {limit >> 20} MB.")
