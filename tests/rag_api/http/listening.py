"""A uvicorn with our connections, over real sockets, and an application that says what it read."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import orjson
import uvicorn

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
    `/endless`, and waits at `/wait`; at `/stay`, it waits until its client leaves."""

    def __init__(self) -> None:
        self.read = 0
        self.ended: list[str] = []
        self.free = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        more = path in ("/read", "/stay")
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.ended.append(path)
                return
            self.read += len(message["body"])
            more = message["more_body"] or path == "/stay"
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
