"""A server that answers every request with given bytes, be they HTTP or not: what no library would send."""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

PIECE = 1 << 16
PAUSE_S = 0.002
WAIT_S = 10.0  # longer than any client of a test waits


def head(status: str = "200 OK", *lines: str, media: str = "application/json") -> bytes:
    """The head of an answer that ends with the connection."""
    told = (f"HTTP/1.1 {status}", f"content-type: {media}", "connection: close", *lines, "", "")
    return "\r\n".join(told).encode()


class HostileServer(ThreadingTCPServer):
    """Sends `answer`, then `endless` again and again until the client goes; then closes, or breaks, the connection."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.say()

    def say(self, *answer: bytes, endless: bytes = b"", reset: bool = False) -> None:
        """Each piece of `answer` is sent alone."""
        self.answer, self.endless, self.reset = answer, endless, reset
        self.heads: list[bytes] = []
        """Of the requests since."""
        self.left = threading.Event()
        """Set when a client goes away before the end."""


class _Handler(BaseRequestHandler):
    server: HostileServer

    def handle(self) -> None:
        self.request.settimeout(WAIT_S)
        try:
            if not self._read():
                return
            for piece in self.server.answer:
                self.request.sendall(piece)
                time.sleep(PAUSE_S)
            while self.server.endless:
                self.request.sendall(self.server.endless)
            if self.server.reset:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            self.server.left.set()

    def _read(self) -> bool:
        """Read a request to its end; false if there is none."""
        read = b""
        while b"\r\n\r\n" not in read:
            if not (more := self.request.recv(PIECE)):
                return False
            read += more
        head, _, body = read.partition(b"\r\n\r\n")
        self.server.heads.append(head)
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        left = int(length[1]) - len(body) if length else 0
        while left > 0 and (more := self.request.recv(PIECE)):
            left -= len(more)
        return True


@contextmanager
def running() -> Iterator[HostileServer]:
    with HostileServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def hostile_server() -> Iterator[HostileServer]:
    with running() as server:
        yield server
