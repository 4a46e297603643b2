"""What is too long or too much for a connection is refused in words, and counted."""

import logging
from dataclasses import replace
from typing import Any, cast

import pytest

from rag_api import metrics
from tests.corpora import wait_until
from tests.rag_api.http.listening import GET, PATIENT, answer, ends, running


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000 + b"\r\n",
        b"GET / HTTP/1.1\r\na: " + b"b" * 40_000,
        b"GET / HTTP/1.1\r\n" + b"a" * 40_000,
    ],
    ids=["line", "many", "open value", "open name"],
)
def test_a_head_has_a_limit(head: bytes) -> None:
    with running() as server:
        connection = server.connect(head)
        status, _, error = answer(connection)
        assert (status, error["message"]) == (431, "The headers of the request have more than 32 KB.")


@pytest.mark.parametrize("sent", [b"hello\r\n\r\n", GET % b"wait" * 100], ids=["no HTTP", "a hundred at once"])
def test_what_is_no_sequence_of_requests_is_refused_in_words(sent: bytes) -> None:
    with running() as server:
        assert answer(server.connect(sent))[0] == 400


def test_the_connection_that_was_idle_longest_makes_room(caplog: pytest.LogCaptureFixture) -> None:
    with running(replace(PATIENT, connections=3)) as server:
        idle = [server.connect() for _ in range(3)]
        wait_until(lambda: server.open == 3)
        for _ in range(5):
            working = server.connect(GET % b"")
            assert ends(working, b"ok")
        assert idle[0].recv(1) == b""
        wait_until(lambda: server.open == 3)
    lines = [record for record in caplog.records if record.name == "rag_api.http.connection"]
    assert [record.getMessage().split(" connections")[0] for record in lines] == ["3"]


def refused(status: int) -> float:
    labels = {"method": "other", "route": "none", "status": str(status)}
    return metrics.REGISTRY.get_sample_value("rag_requests_total", labels) or 0


def test_a_connection_too_many_is_told_so_and_counted() -> None:
    before = refused(503)
    with running(replace(PATIENT, connections=2)) as server:
        working = [server.connect(GET % b"wait") for _ in range(2)]
        wait_until(lambda: server.open == 2 and not server.listener.idle)
        status, head, _ = answer(server.connect(GET % b""))
        assert (status, b"retry-after: 5" in head, refused(503)) == (503, True, before + 1)
        server.let_go()
        for connection in working:
            assert ends(connection, b"ok")


def test_the_log_says_when_descriptors_run_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with running(PATIENT, descriptors=20) as server:
        for _ in range(3):
            server.connect(GET % b"").recv(1000)
    [said] = [record.getMessage() for record in caplog.records if "descriptors" in record.getMessage()]
    assert "all but a few of the 20 file descriptors" in said


CHUNKED = b"POST /read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("endless", [b"0\r\nx: " + b"a" * 50_000, b"0\r\n" + b"a" * 50_000, b"1;" + b"a" * 50_000])
def test_what_is_neither_head_nor_body_has_an_end(endless: bytes) -> None:
    with running(PATIENT) as server:
        connection = server.connect(CHUNKED + b"5\r\nfrogs\r\n")
        wait_until(lambda: server.application.read == 5)
        connection.sendall(endless)
        status, _, _ = answer(connection)
        assert status == 431


def test_what_comes_behind_a_body_is_no_header() -> None:
    seen: list[list[tuple[bytes, bytes]]] = []
    with running() as server:
        ask = server.application.__call__

        async def look(scope: Any, receive: Any, send: Any) -> None:
            await ask(scope, receive, send)
            seen.append(list(scope["headers"]))

        server.server.config.loaded_app = cast(Any, look)
        connection = server.connect(CHUNKED + b"5\r\nfrogs\r\n0\r\nauthorization: Bearer k\r\n\r\n" + GET % b"")
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        wait_until(lambda: len(seen) == 2)
    assert seen == [[(b"host", b"x"), (b"transfer-encoding", b"chunked")], [(b"host", b"x")]]
