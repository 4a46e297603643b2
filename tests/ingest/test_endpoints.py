"""A model's endpoint that answers anything but numbers: an error in our own words, and never all of what it sends."""

import socket
from collections.abc import Callable, Iterator

import httpx
import pytest
from haystack import Document
from openai import APIConnectionError

import ingest.embed.endpoint
import ingest.rerank.endpoint
from ingest import endpoints
from ingest.embed import open_embeddings
from ingest.endpoints import BoundedTransport
from ingest.errors import EmbeddingsFailed, IngestError, RerankingFailed
from ingest.rerank.endpoint import Endpoint
from tests.hostile_server import HostileServer, head

SECRET = b"at 10.0.0.7 with sk-secret"
USAGE = b', "usage": {"prompt_tokens": 1, "total_tokens": 1}, "model": "m", "object": "list"}'

ANSWERS = {
    "nothing": b"",
    "no HTTP": b"<html>" + SECRET,
    "bytes": bytes(range(256)),
    "broken off": head("200 OK", "content-length: 500") + SECRET,
    "a page": head(media="text/html") + SECRET,
    "no JSON": head() + SECRET,
    "no UTF-8": head() + b'{"a": "\xff\xfe"}',
    "no content": head("204 No Content"),
    "another protocol from here": head("101 Switching Protocols", "upgrade: x"),
    "compressed": head("200 OK", "content-encoding: gzip") + b"\x1f\x8b" + b"\0" * 100,
    "a redirect": head("307 X", "location: http://10.0.0.7/"),
    "an error": head("500 X") + b'{"error": {"message": "%s"}}' % SECRET,
    "nested": head() + b"[" * 100_000,
    **{
        f"in place of vectors: {value.decode()}": head() + b'{"data": ' + value + USAGE
        for value in (
            *(b"null", b"7", b"[]", b"[null]", b"[{}]", b'[{"embedding": null}]', b'[{"embedding": 7}]'),
            *(b'[{"embedding": []}]', b'[{"embedding": ["%s"]}]' % SECRET, b'[{"embedding": [null]}]'),
            *(
                b'[{"embedding": [1e999]}]',
                b'[{"embedding": [NaN]}]',
                b'[{"embedding": [[1]]}]',
                b'[{"embedding": {}}]',
            ),
        )
    },
    **{
        f"in place of scores: {value.decode()}": head() + b'{"results": ' + value + b"}"
        for value in (
            *(b"null", b"[]", b"[7]", b'[{"index": 0}]', b'[{"index": "%s", "score": 1}]' % SECRET),
            *(b'[{"index": 0, "score": NaN}]', b'[{"index": 1e999, "score": 1}]', b'[{"index": 7, "score": 1}]'),
        )
    },
}

Ask = Callable[[], object]


@pytest.fixture
def asks(hostile_server: HostileServer) -> Iterator[list[Ask]]:
    model = open_embeddings("m", hostile_server.base_url, "sk-secret")
    assert model
    ranker = Endpoint("m", hostile_server.base_url, "sk-secret")
    yield [
        lambda: model.documents.run([Document(content="a heron")]),
        lambda: model.text.run("a heron"),
        lambda: ranker.scores("What do herons eat?", ["Frogs."]),
    ]
    model.close()
    ranker.close()


def told(ask: Ask) -> IngestError:
    with pytest.raises((EmbeddingsFailed, RerankingFailed)) as error:
        ask()
    return error.value


def test_what_is_no_answer_is_told_in_our_words(hostile_server: HostileServer, asks: list[Ask]) -> None:
    for name, answer in ANSWERS.items():
        for ask in asks if name.startswith("in place of") else asks[1:]:  # the first tries twice, after a while
            hostile_server.say(answer)
            message = told(ask).message
            assert "10.0.0.7" not in message
            assert "sk-secret" not in message


@pytest.mark.parametrize("body", [b'{"data": [', b"[1,"])
def test_what_has_no_end_is_ended(hostile_server: HostileServer, asks: list[Ask], body: bytes) -> None:
    for ask in asks[1:]:
        hostile_server.say(head() + body, endless=b" " * 60_000)
        told(ask)
        assert hostile_server.left.wait(5)


def test_many_small_values_are_not_parsed(hostile_server: HostileServer, asks: list[Ask]) -> None:
    for ask in asks[1:]:
        hostile_server.say(head() + b'{"data": [' + b"[]," * endpoints.MAX_VALUES + b"[]]}")
        assert isinstance(told(ask).__cause__, httpx.RemoteProtocolError | APIConnectionError)


def test_interim_answers_without_end_are_ended_after_some_of_their_bytes(
    hostile_server: HostileServer, asks: list[Ask]
) -> None:
    for ask in asks[1:]:
        hostile_server.say(endless=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000)
        cause = told(ask).__cause__
        assert "longer than" in str(cause) + str(cause and cause.__cause__)
        assert hostile_server.left.wait(5)


CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [head(), *[b" "] * 1000],
        [b"HTTP/1.1 200 OK\r\nx: ", *[b"a"] * 1000],
        [b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 1000,
        [CHUNKED + b"1;", *[b"a"] * 1000],
        [CHUNKED + b"1\r\n \r\n0\r\n", *[b"x: y\r\n"] * 1000],
    ],
    ids=["the body", "a header", "interim answers", "what a chunk says of itself", "what follows the body"],
)
def test_what_comes_slowly_is_ended(
    hostile_server: HostileServer, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]
) -> None:
    monkeypatch.setattr(ingest.embed.endpoint, "_TEXT_TIMEOUT_S", 0.2)
    model = open_embeddings("m", hostile_server.base_url, "sk-secret")
    assert model
    hostile_server.say(*pieces)
    told(lambda: model.text.run("a heron"))
    model.close()
    assert hostile_server.left.wait(5)


def test_a_request_that_is_not_taken_is_ended() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        httpx.Client(transport=BoundedTransport(0.2)) as client,
        pytest.raises(httpx.TimeoutException),
    ):
        client.post(f"http://127.0.0.1:{server.getsockname()[1]}", content=bytes(20 << 20))
