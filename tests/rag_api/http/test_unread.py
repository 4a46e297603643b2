"""Answers that their clients do not read: how much waits for them, and who makes room."""

import time
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest

from rag_api.http import unread
from rag_api.http.connection import Connection
from tests.corpora import wait_until
from tests.rag_api.http.listening import GET, LARGE, MB, PATIENT, QUICK, all_of, ends, running, wait_until_closed


def test_a_client_that_does_not_read_its_answer_is_ended() -> None:
    with running() as server:
        connection = server.connect(GET % b"endless")
        wait_until_closed(server)
        connection.close()


def test_a_client_that_reads_its_answer_slowly_is_not_ended() -> None:
    with running(replace(QUICK, write_s=1)) as server:
        connection = server.connect(GET % b"endless")
        began = time.monotonic()
        while time.monotonic() - began < 2.5:  # more than what it may take without reading
            connection.recv(8 * MB)
            time.sleep(0.05)
        assert server.open == 1


def test_a_large_answer_is_read_as_it_is_and_held_for_as_long_as_that_takes() -> None:
    with running(PATIENT) as server:
        connection = server.connect()
        for _ in range(2):
            connection.sendall(GET % b"large")
            server.wait_until_unread(1)
            [serving] = cast(set[Connection], server.server.server_state.connections)
            assert serving.transport.get_write_buffer_size() <= 2 * unread.PIECE_BYTES
            received = b""
            while len(received.partition(b"\r\n\r\n")[2]) < len(LARGE):
                received += connection.recv(MB)
            assert received.startswith(b"HTTP/1.1 200") and received.endswith(LARGE)
            wait_until(lambda: server.listener.unread.bytes == 0)


def test_what_waits_unread_is_limited_for_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "MAX_BYTES_TOGETHER", 3 * len(LARGE))
    with running(PATIENT) as server:
        reading = [server.connect(GET % b"large") for _ in range(3)]
        server.wait_until_unread(3)
        for _ in range(2):
            refused = server.connect(GET % b"large" + GET % b"")
            told = b""
            while not told.endswith(b"\r\n\r\nok"):  # the connection goes on
                told += refused.recv(1 << 16)
            for part in (b"HTTP/1.1 503", b"retry-after: 5", b"x-request-id: req_1", b"clients that read slowly"):
                assert part in told
        assert server.listener.unread.bytes == 3 * len(LARGE)
        assert ends(server.connect(GET % b""), b"ok")
        for connection in reading:
            connection.close()
        wait_until(lambda: server.listener.unread.bytes == 0)
        assert server.connect(GET % b"large").recv(1000).startswith(b"HTTP/1.1 200")


def test_an_answer_larger_than_all_may_be_is_sent_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "MAX_BYTES_TOGETHER", MB // 2)
    with running(PATIENT) as server:
        assert server.connect(GET % b"large").recv(1000).startswith(b"HTTP/1.1 200")
        assert server.connect(GET % b"large").recv(1000).startswith(b"HTTP/1.1 503")


def test_clients_that_stopped_to_read_make_room(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(unread, "MAX_BYTES_TOGETHER", 2 * len(LARGE))
    monkeypatch.setattr(unread, "STALLED_S", 0)
    with running(PATIENT) as server:
        first = server.connect(GET % b"large")
        server.wait_until_unread(1)
        second = server.connect(GET % b"large")
        server.wait_until_unread(2)
        assert server.connect(GET % b"large").recv(1000).startswith(b"HTTP/1.1 200")
        with suppress(ConnectionResetError):
            assert len(all_of(first)) < len(LARGE)
        second.sendall(GET % b"")  # it is still there
        assert server.listener.unread.bytes == 2 * len(LARGE)
    assert "answers of 2 MB wait for clients" in caplog.text
