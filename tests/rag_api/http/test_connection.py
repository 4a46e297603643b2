"""Connections that keep the server waiting, over real sockets: a uvicorn with an application that says what it read."""

import asyncio
import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, cast

import orjson
import pytest
import uvicorn

from rag_api import metrics
from rag_api.http import unread
from rag_api.http.connection import Connection, Limits, Listener
from rag_api.v1 import errors
from tests.corpora import wait_until

QUICK = Limits(head_s=0.3, idle_s=0.5, body_s=0.3, write_s=0.3, linger_s=0.3, look_s=0.05)
PATIENT = Limits(linger_s=QUICK.linger_s, look_s=QUICK.look_s)
POST = b"POST /%s HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
GET = b"GET /%s HTTP/1.1\r\nhost: x\r\n\r\n"
MB = 1 << 20
LARGE = bytes(range(256)) * (MB // 256) + b"."


class Application:
    """Reads the body at `/read`, and sends `LARGE` at once at `/large`; until it is `free`, it sends without end at
    `/endless`, and waits at `/wait`."""

    def __init__(self) -> None:
        self.read = 0
        self.ended: list[str] = []
        self.free = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        more = path == "/read"
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.ended.append(path)
                return
            self.read += len(message["body"])
            more = message["more_body"]
        if path == "/wait":
            await self.free.wait()
        if path == "/fault":
            await self._fail(send)
        if path == "/large":
            headers = [(b"content-length", b"%d" % len(LARGE)), (b"x-request-id", b"req_1")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": LARGE})
            self.ended.append(path)
            return
        headers = [] if path == "/endless" else [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while path == "/endless" and not self.free.is_set():
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"ok"})
        self.ended.append(path)

    async def _fail(self, send: Any) -> None:
        """Answer, and raise all the same, as Starlette does; in its libraries, too, frames know the error."""
        held = Held()
        try:
            raise RuntimeError
        except RuntimeError as error:
            known = error, held  # noqa: F841
            await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"no"})
            raise


class Held:
    """What the frames of a request hold."""


class Running:
    def __init__(self, limits: Limits, descriptors: int) -> None:
        self.application = Application()
        self._connections: list[socket.socket] = []
        self.listener = Listener(limits, errors.refusal, descriptors)
        config = uvicorn.Config(
            self.application,
            host="127.0.0.1",
            port=0,
            http=cast(Any, self.listener.connection),
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=cast(Any, limits.idle_s),
        )
        self.server = uvicorn.Server(config)

    @property
    def open(self) -> int:
        return len(self.server.server_state.connections)

    def connect(self, sent: bytes = b"") -> socket.socket:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        # Else the system takes more of an answer than its client, the more the faster this one has read before.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        self._connections.append(connection)
        connection.sendall(sent)
        return connection

    def wait_until_unread(self, answers: int) -> None:
        """Until so many large answers wait for their clients."""

        def waiting() -> int:
            serving = cast(set[Connection], set(self.server.server_state.connections))
            return sum(one.flow.write_paused for one in serving)

        wait_until(lambda: self.listener.unread.bytes == answers * len(LARGE) and waiting() == answers)

    def let_go(self) -> None:
        self.server.servers[0].get_loop().call_soon_threadsafe(self.application.free.set)

    def end(self) -> None:
        self.let_go()
        for connection in self._connections:
            connection.close()
        self.server.should_exit = True


@contextmanager
def running(limits: Limits = QUICK, descriptors: int = 10_000) -> Iterator[Running]:
    running = Running(limits, descriptors)
    thread = threading.Thread(target=running.server.run)
    thread.start()
    while not running.server.started:
        time.sleep(0.01)
    try:
        yield running
    finally:
        running.end()
        thread.join()


def all_of(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    received = b""
    while piece := connection.recv(1 << 16):
        received += piece
    return received


def ends(connection: socket.socket, last: bytes) -> bool:
    """Whether what comes ends so, in however many pieces it comes."""
    received = b""
    while not received.endswith(last):
        if not (piece := connection.recv(1000)):
            return False
        received += piece
    return True


def answer(connection: socket.socket) -> tuple[int, bytes, dict[str, Any]]:
    """Status, head and error of what comes until the server ends the connection."""
    head, _, body = all_of(connection).partition(b"\r\n\r\n")
    return int(head.split()[1]), head, orjson.loads(body).get("error", {})


def wait_until_closed(running: Running) -> None:
    deadline = time.monotonic() + 10
    while running.open and time.monotonic() < deadline:
        time.sleep(0.01)
    assert running.open == 0


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
