"""A model's endpoint that answers anything but numbers: an error in our own words, and never all of what it sends."""

from collections.abc import Callable, Iterator

import pytest
from haystack import Document

import ingest.embed.endpoint
import ingest.rerank.endpoint
from ingest import endpoints
from ingest.embed import open_embeddings
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
def test_what_has_no_end_is_ended(
    hostile_server: HostileServer, asks: list[Ask], monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(endpoints, "MAX_BYTES", 1 << 20)
    for ask in asks[1:]:
        hostile_server.say(head() + body, endless=b" " * 60_000)
        told(ask)
        assert hostile_server.left.wait(5)


def test_what_comes_slowly_is_ended(hostile_server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.embed.endpoint, "_TEXT_TIMEOUT_S", 0.2)
    model = open_embeddings("m", hostile_server.base_url, "sk-secret")
    assert model
    hostile_server.say(head(), *[b" "] * 1000)
    told(lambda: model.text.run("a heron"))
    model.close()
    assert hostile_server.left.wait(5)
