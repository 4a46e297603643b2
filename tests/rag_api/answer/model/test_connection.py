"""A server that sends no answer, or none that is HTTP: told of in our own words, and never in its own."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model.generator import UpstreamChatGenerator
from tests.hostile_server import HostileServer, head

TIMEOUT_S = 30.0  # none of these is about time
SECRET = b"at 10.0.0.7 with sk-secret"
CHUNKED, SSE = "transfer-encoding: chunked", "text/event-stream"
WORD = b'data: {"choices": [{"index": 0, "delta": {"content": "Frogs."}}]}\n\n'
WHOLE = b'{"choices": [{"index": 0, "message": {"content": "Frogs."}, "finish_reason": "stop"}]}'

NO_HTTP = {
    "a status line that is none": (b"HTTTP!\r\n\r\n",),
    "bytes": (bytes(range(256)),),
    "no headers, as HTTP/0.9": (b"<html>" + SECRET,),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",),
    "a status that is no number": (head("abc"),),
    "a status of five digits": (head("20000"),),
    "a later version": (b"HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n",),
    "a reason that is no UTF-8": (b"HTTP/1.1 200 \xff\r\n\r\n",),
    "a header without a colon": (b"HTTP/1.1 200 OK\r\noops\r\n\r\n",),
    "a header of NUL": (head("200 OK", "x: a\0b"), WHOLE),
    "a header with a blank in its name": (head("200 OK", "x y: b"), WHOLE),
    "no number as the length": (head("200 OK", "content-length: abc"),),
    "a negative length": (head("200 OK", "content-length: -5"),),
    "two lengths": (head("200 OK", "content-length: 5", "content-length: 7"), b"x" * 7),
    "a length and chunks": (head("200 OK", "content-length: 5", CHUNKED), b"0\r\n\r\n"),
    "chunks that are none": (head("200 OK", CHUNKED) + b"oops\r\n",),
    "a chunk of the widest size": (head("200 OK", CHUNKED) + b"f" * 20 + b"\r\n{",),
    "a chunk longer than it says": (head("200 OK", CHUNKED) + b"1\r\n{}}}}}}}\r\n",),
}
BROKEN_OFF = {
    "a length that is too long": (head("200 OK", "content-length: 500"), WHOLE[:20]),
    "a chunk of more than there is": (head("200 OK", CHUNKED), b"ffff\r\n{"),
    "half of a stream": (head(media=SSE), WORD[:-9]),
}
UNREACHED = {
    "nothing": (),
    "half a head": (b"HTTP/1.1 200 OK\r\ncontent-ty",),
}
NO_COMPLETION = {
    "the head only": (head(),),
    "no content": (head("204 No Content"),),
    "another protocol": (b"RTSP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",),
    "a page": (head(media="text/html"), b"<html>" + SECRET),
    "text": (head(media="text/plain"), SECRET),
    "a picture": (head(media="image/png"), b"\x89PNG\r\n\x1a\n\0\0"),
    "no type": (b"HTTP/1.1 200 OK\r\n\r\n", SECRET),
    "a type that is none": (head(media="\xe9;;charset=oops"), SECRET),
    "NUL": (head(), b"\0" * 100),
    "NUL in a stream": (head(media=SSE), b"data: \0\0\n\n"),
    "UTF-16 in a stream": (head(media=SSE), WORD.decode().encode("utf-16")),
    "no UTF-8": (head(), WHOLE.replace(b"Frogs", b"\xff\xfe")),
    "no UTF-8 in a stream": (head(media=SSE), WORD.replace(b"Frogs", b"\xff\xfe")),
}
FAILED = {
    "a status of 0": (head("000"),),
    "a status of 999": (head("999 X"),),
    "an error that breaks off": (head("500 X", "content-length: 500"), SECRET),
    **{
        f"status {status}": (head(f"{status} X"), orjson.dumps({"error": {"message": SECRET.decode()}}))
        for status in (101, 402, 409, 418, 451, 500, 501, 502, 520, 529)
    },
}
ELSEWHERE = {
    f"a redirect ({status})": (head(f"{status} X", "location: http://10.0.0.7/"),)
    for status in (300, 301, 302, 303, 304, 307, 308)
} | {"a redirect to nowhere": (head("302 X", "location: ://["),)}

FAULTS = (
    (NO_HTTP, "speaks no HTTP", 1),
    (UNREACHED, "cannot be reached", 2),  # the second time over a connection that is surely new
    (NO_COMPLETION, "is no chat completion", 1),
    (BROKEN_OFF, "broke off|is no chat completion", 1),
    (FAILED, "failed with status", 1),
    (ELSEWHERE, "another address", 1),
)

ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"a" * 1000 + b"\r\n", "speaks no HTTP"),
    "a header": (b"HTTP/1.1 200 OK\r\nx-more: ", b"a" * 60_000, "speaks no HTTP"),
    "a status line": (b"HTTP/1.1 200 ", b"a" * 60_000, "speaks no HTTP"),
    "progress": (b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 500, "speaks no HTTP"),
    "an error": (head("500 X") + b'{"error": "', SECRET * 1000, "status 500"),
    **{
        f"{encoding}, compressed": (head("200 OK", f"content-encoding: {encoding}"), b"\0" * 60_000, "compressed")
        for encoding in ("gzip", "GZIP", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip", "oops")
    },
}

Ask = Callable[[bool], Awaitable[None]]


@asynccontextmanager
async def asking(server: HostileServer) -> AsyncIterator[Ask]:
    async def tell(_: StreamingChunk) -> None:
        pass

    async def ask(stream: bool) -> None:
        await generator.run_async([ChatMessage.from_user("What do herons eat?")], tell if stream else None)

    key = Secret.from_token("sk-secret")
    generator = UpstreamChatGenerator(key, "m", api_base_url=server.base_url, max_retries=0, timeout=TIMEOUT_S)
    try:
        yield ask
    finally:
        await generator.close_async()


async def told(ask: Ask, *, stream: bool) -> ModelFailed:
    with pytest.raises(ModelFailed) as error:
        await ask(stream)
    return error.value


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_no_answer_is_a_502_in_our_words(hostile_server: HostileServer, stream: bool) -> None:
    async def asked() -> None:
        async with asking(hostile_server) as ask:
            for answers, words, times in FAULTS:
                for name, answer in answers.items():
                    hostile_server.say(*answer)
                    error = await told(ask, stream=stream)
                    said = error.message
                    if error.status != 502 or not re.search(words, said) or "10.0.0.7" in said:
                        wrong[name] = f"{error.status} {said}"
                    if len(hostile_server.heads) != times:
                        wrong[name] = f"asked {len(hostile_server.heads)} times"

    wrong: dict[str, str] = {}
    asyncio.run(asked())
    assert wrong == {}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_ended(hostile_server: HostileServer, name: str, stream: bool) -> None:
    answer, endless, words = ENDLESS[name]
    hostile_server.say(answer, endless=endless)

    async def asked() -> ModelFailed:
        async with asking(hostile_server) as ask:
            return await told(ask, stream=stream)

    assert words in asyncio.run(asked()).message
    assert hostile_server.left.wait(5)


def test_a_connection_that_was_closed_while_nobody_used_it_is_no_fault(hostile_server: HostileServer) -> None:
    async def asked() -> None:
        async with asking(hostile_server) as ask:
            for _ in range(5):
                await ask(False)

    hostile_server.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(WHOLE) + WHOLE)  # and closes it unsaid
    asyncio.run(asked())


def test_a_server_keeps_nothing_here(hostile_server: HostileServer) -> None:
    cookies = [f"set-cookie: c{number}={'x' * 500}; path=/" for number in range(50)]

    async def asked() -> None:
        async with asking(hostile_server) as ask:
            await ask(False)
            await ask(False)

    hostile_server.base_url = hostile_server.base_url.replace("127.0.0.1", "localhost")  # an address has no cookies
    hostile_server.say(head("200 OK", f"content-length: {len(WHOLE)}", *cookies) + WHOLE)
    asyncio.run(asked())
    assert b"cookie" not in hostile_server.heads[-1].lower()


def test_a_few_interim_answers_are_passed_over(hostile_server: HostileServer) -> None:
    async def asked() -> None:
        async with asking(hostile_server) as ask:
            await ask(False)

    hostile_server.say(b"HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n" * 8 + head("200 OK") + WHOLE)
    asyncio.run(asked())
