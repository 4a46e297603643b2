"""Connections that keep the server waiting, over real sockets: which are ended, and which are waited for."""

import gc
import logging
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from rag_api.http.connection import Limits
from tests.corpora import wait_until
from tests.rag_api.http.listening import (
    GET,
    MB,
    PATIENT,
    POST,
    QUICK,
    Held,
    all_of,
    answer,
    ends,
    running,
    wait_until_closed,
)


def test_a_connection_without_a_request_is_ended() -> None:
    with running() as server:
        assert all_of(server.connect()) == b""


@pytest.mark.parametrize(
    ("begun", "dripping"),
    [(b"", b"G"), (b"GET / HT", b"T"), (GET[:-2] % b"" + b"a: ", b"b"), (GET % b"", b"\r\n"), (b"", b"\r\n")],
    ids=["method", "line", "header", "kept", "empty lines"],
)
def test_a_head_that_comes_in_drops_is_ended(begun: bytes, dripping: bytes) -> None:
    with running() as server:
        connection = server.connect(begun)
        with pytest.raises(OSError):  # noqa: PT011 - reset or a broken pipe
            for _ in range(400):
                connection.sendall(dripping)
                time.sleep(0.02)
        wait_until_closed(server)


def test_a_head_that_does_not_come_is_told_so() -> None:
    with running() as server:
        status, head, error = answer(server.connect(b"GET / HTTP/1.1\r\nhost: x\r\n"))
        assert (status, b"connection: close" in head, b"nosniff" in head) == (408, True, True)
        assert "headers of the request did not come within" in error["message"]


def test_a_body_that_does_not_come_is_told_so_and_the_application_ends() -> None:
    with running() as server:
        status, _, error = answer(server.connect(POST % (b"read", 100) + b"abc"))
        assert (status, error["type"]) == (408, "invalid_request_error")
        assert "body of the request did not come within" in error["message"]
        wait_until(lambda: server.application.ended == ["/read"])


def test_a_body_that_comes_in_drops_is_ended_and_one_that_comes_slowly_is_not() -> None:
    limits = replace(QUICK, body_bytes=10_000, body_s=1)
    with running(limits) as server:
        slow, dripping = server.connect(POST % (b"read", 40 * MB)), server.connect(POST % (b"read", 40 * MB))
        dripping.settimeout(0.02)
        told, left = b"", 40 * MB
        while not told and left > 20 * MB:
            slow.sendall(b"x" * 10_000)
            left -= 10_000
            dripping.sendall(b"x")
            with suppress(TimeoutError):
                told = dripping.recv(1000)
        assert told.startswith(b"HTTP/1.1 408")
        slow.sendall(b"x" * left)
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_body_that_comes_ever_so_slowly_is_ended_though_it_grows() -> None:
    limits = replace(QUICK, body_bytes=1_000, body_s=0.3)
    with running(limits) as server:
        connection = server.connect(POST % (b"read", 40 * MB))
        connection.settimeout(0.05)
        told, pieces = b"", 0
        while not told and pieces < 200:
            connection.sendall(b"x" * 1_000)
            pieces += 1
            with suppress(TimeoutError):
                told = connection.recv(1000)
        assert told.startswith(b"HTTP/1.1 408")


def test_bodies_that_are_coming_make_room_for_others_that_are_sent_at_once() -> None:
    limits = replace(PATIENT, bodies=3)
    with running(limits) as server:
        coming = [server.connect(POST % (b"read", 100) + b"abc") for _ in range(3)]
        wait_until(lambda: server.application.read == 9)
        status, head, _ = answer(server.connect(POST % (b"read", 100) + b"abc"))
        assert (status, b"retry-after: 5" in head) == (503, True)
        assert server.connect(POST % (b"read", 3) + b"abc").recv(100).startswith(b"HTTP/1.1 200")  # it comes at once
        coming[0].sendall(b"x" * 97)
        assert coming[0].recv(100).startswith(b"HTTP/1.1 200")
        coming[1].close()
        wait_until(lambda: len(server.application.ended) == 4)
        last = [server.connect(POST % (b"read", 100) + b"abc") for _ in range(2)]
        for each in last:
            each.sendall(b"x" * 97)
            assert each.recv(100).startswith(b"HTTP/1.1 200")


def test_an_answer_that_takes_long_is_waited_for() -> None:
    with running() as server:
        connection = server.connect(POST % (b"wait", 2) + b"ab")
        time.sleep(1)
        server.let_go()
        assert ends(connection, b"ok")


def test_an_idle_connection_is_kept_for_the_next_request() -> None:
    with running(replace(PATIENT, head_s=QUICK.head_s)) as server:
        connection = server.connect()
        for _ in range(3):
            connection.sendall(GET % b"")
            assert ends(connection, b"ok")
            time.sleep(2 * QUICK.head_s)


def test_a_fault_that_was_answered_holds_no_memory_and_does_not_end_the_connection() -> None:
    with running(PATIENT) as server:
        connection = server.connect()
        gc.collect()
        gc.disable()
        try:
            for _ in range(2):
                connection.sendall(GET % b"fault")
                assert ends(connection, b"no")
            wait_until(lambda: not any(type(each) is Held for each in gc.get_objects()))
        finally:
            gc.enable()


def test_what_was_sent_behind_a_request_does_not_outlast_its_connection() -> None:
    with running(PATIENT) as server:
        gc.collect()
        gc.disable()
        try:
            connection = server.connect()
            connection.sendall(GET % b"stay" + (POST % (b"read", 9) + b"b" * 9) * 3)
            wait_until(lambda: len(_bodies()) == 3)
            connection.close()
            wait_until(lambda: server.application.ended == ["/stay"] and not _bodies())
        finally:
            gc.enable()


def _bodies() -> list[RequestResponseCycle]:
    return [each for each in gc.get_objects() if type(each) is RequestResponseCycle and each.body]


def test_connections_are_kept_longer_than_proxies_keep_them() -> None:
    assert Limits().idle_s > 60


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_body_that_nobody_reads_does_not_keep_its_client_from_reading_the_answer(*, chunked: bool) -> None:
    with running() as server:
        head = POST % (b"", 60 * MB)
        if chunked:
            head = head.replace(b"content-length: %d" % (60 * MB), b"transfer-encoding: chunked") + b"%x\r\n" % (
                60 * MB
            )
        connection = server.connect(head)
        with suppress(OSError):  # it is closed before all is sent, if that takes long
            for _ in range(60):
                connection.sendall(b"x" * MB)
        head, _, body = all_of(connection).partition(b"\r\n\r\n")
        assert (b"connection: close" in head, body) == (True, b"ok")
        wait_until_closed(server)
        assert server.application.read == 0


def test_a_body_that_has_come_already_does_not_end_the_connection() -> None:
    with running(PATIENT) as server:
        connection = server.connect()
        for _ in range(2):
            connection.sendall(POST % (b"", 5) + b"hello")
            assert b"connection: close" not in connection.recv(1000)


OFFER = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAA\r\ncontent-length"


@pytest.mark.parametrize("apart", [False, True], ids=["at once", "apart"])
def test_a_request_that_offers_another_protocol_keeps_its_body(*, apart: bool) -> None:
    body = GET % b"smuggled"  # which is no other request
    head = POST.replace(b"content-length", OFFER) % (b"read", len(body))
    with running(PATIENT) as server:
        connection = server.connect()
        for number in range(1, 3):
            connection.sendall(head if apart else head + body)
            if apart:
                time.sleep(0.1)
                connection.sendall(body)
            assert ends(connection, b"ok")
            assert server.application.read == number * len(body)
        connection.sendall(head.replace(b"content-length: %d" % len(body), b"transfer-encoding: chunked"))
        connection.sendall(b"3\r\nabc\r\n0\r\n\r\n" + GET % b"")
        wait_until(lambda: server.application.ended == ["/read"] * 3 + ["/"])
        assert server.application.read == 2 * len(body) + 3


@pytest.mark.parametrize(
    ("line", "connection"),
    [(b"HTTP/1.1", b"close, Upgrade"), (b"HTTP/1.0", b"Upgrade"), (b"HTTP/1.0", b"keep-alive, Upgrade")],
)
def test_an_offer_in_the_last_request_of_a_connection_is_answered(line: bytes, connection: bytes) -> None:
    offer = OFFER.replace(b"Upgrade", connection, 1)
    request = POST.replace(b"HTTP/1.1", line).replace(b"content-length", offer) % (b"read", 4)
    with running(PATIENT) as server:
        assert ends(server.connect(request + b"body"), b"ok")
        assert server.application.read == 4


def test_whoever_asks_for_a_tunnel_is_refused() -> None:
    with running() as server:
        assert answer(server.connect(b"CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n"))[0] == 400


def test_a_request_hears_that_its_client_left_whatever_was_sent_behind_it() -> None:
    with running(PATIENT) as server:
        server.connect(GET % b"stay" + (GET % b"") * 3).close()
        wait_until(lambda: server.application.ended == ["/stay"])


def test_what_follows_a_request_and_is_none_ends_it() -> None:
    with running(PATIENT) as server:
        assert answer(server.connect(GET % b"stay" + GET % b"" + b"none\r\n\r\n"))[0] == 400
        wait_until(lambda: server.application.ended == ["/stay"])


def test_no_refusal_is_written_into_another_answer() -> None:
    with running(PATIENT) as server:
        connection = server.connect(GET % b"endless")
        received = connection.recv(1000)
        connection.sendall(b"none\r\n\r\n")
        with suppress(ConnectionResetError):
            while piece := connection.recv(1 << 16):
                received = received[-100:] + piece
                assert b"HTTP/1.1 400" not in received
        wait_until_closed(server)


def test_many_requests_that_are_no_http_are_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with running() as server, caplog.at_level(logging.WARNING):
        for _ in range(20):
            assert answer(server.connect(b"none\r\n\r\n"))[0] == 400
    assert [record.getMessage() for record in caplog.records] == [
        "a request that was refused before it was read, from '127.0.0.1'"
    ]
