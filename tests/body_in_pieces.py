"""A request to the server in this process whose body is handed over piece by piece, as a socket does it."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from fastapi.testclient import TestClient


class Sent:
    """A request, and what was answered; `taken` are the bytes of its body that were read. When all are, it has its end
    if it is `complete`, else the client is gone."""

    def __init__(
        self,
        http: TestClient,
        path: str,
        pieces: Iterable[bytes],
        method: str = "POST",
        headers: Any = None,
        *,
        complete: bool = False,
    ) -> None:
        self.taken = 0
        self._pieces = iter(pieces)
        self._complete = complete
        self._ended = False
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        sent = {"host": "testserver", "content-type": "application/json", **(headers or {})}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 5),
            "state": http.app_state,
        }
        assert http.portal is not None
        http.portal.call(http.app, scope, self._receive, self._send)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = orjson.loads(self.body)["error"]
        return error

    async def _receive(self) -> dict[str, Any]:
        piece = next(self._pieces, None)
        if piece is None and self._complete:
            if self._ended:
                await asyncio.Event().wait()  # the client stays for the answer
            self._ended = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if piece is None:
            return {"type": "http.disconnect"}
        self.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")


def endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece
