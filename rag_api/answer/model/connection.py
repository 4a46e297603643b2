"""The connection to the language model's server: what it sends is read only as far as an answer can be meant."""

import asyncio
from collections.abc import AsyncGenerator

import httpx2
from openai import DefaultAioHttpClient

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
        follow_redirects=False,
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [_check]},
    )


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
    async for data in response.aiter_raw():
        if not data.isspace():
            heard_at = now()
        elif now() - heard_at > patience:
            raise TimeoutError
        body += data
        if len(body) > MAX_REPLY_BYTES:
            raise _too_long(MAX_REPLY_BYTES)
    return bytes(body)


async def lines(response: httpx2.Response) -> AsyncGenerator[list[bytes], None]:
    """The lines of a stream, as many as came at once. Raises `ModelFailed` if one, or all of them, are too long."""
    total = 0
    rest = bytearray()
    # Bytes, since splitting into lines of text would cost more than parsing them.
    async for data in response.aiter_raw():
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


def _too_long(limit: int, what: str = "its answer") -> ModelFailed:
    return ModelFailed(f"The language model was stopped: {what} is longer than {limit >> 20} MB.")
