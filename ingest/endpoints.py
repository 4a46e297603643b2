"""The connection to a model at an endpoint: what it answers is read only as far as lists of numbers can be meant."""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from ingest.json_values import Values

MAX_BYTES = 8 << 20  # 32 vectors of 8,192 numbers are 6
MAX_VALUES = 300_000  # of its JSON: those are 262,144
MAX_PIECES = 1 << 16  # of a body, whose sender may cut it into single bytes
MAX_HEAD_BYTES = 128 << 10  # with all interim answers before it, and what comes of the body in the same read
KEPT_S = 5.0  # that a connection is kept for the next request


@dataclass
class _Call:
    """What is left to a request: the time until it has to be over, and the bytes that may still come."""

    until: float
    bytes: int

    def seconds(self, late: type[Exception]) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise late("its answer took too long")
        return left


_call: ContextVar[_Call] = ContextVar("_call")


class BoundedTransport(httpx.HTTPTransport):
    """Takes nothing compressed, which could grow without bounds, keeps no cookies, which a server could pile up, and
    reads no more than `max_bytes`. After `seconds` a request is over, whatever has come of its answer: a timeout of the
    client begins anew with each byte."""

    def __init__(self, seconds: float, max_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), keepalive_expiry=KEPT_S, network_backend=_Network()
        )
        self._seconds = seconds
        self._max_bytes = max_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = _Call(time.monotonic() + self._seconds, MAX_HEAD_BYTES)
        _call.set(call)
        request.headers["accept-encoding"] = "identity"
        response = super().handle_request(request)
        call.bytes = self._max_bytes
        response.headers.pop("set-cookie", None)
        # Its charset would be looked up, which Python remembers for ever. JSON is UTF-8.
        response.headers["content-type"] = response.headers.get("content-type", "").partition(";")[0]
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise httpx.RemoteProtocolError("it compressed its answer, which it was asked not to do")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, call)
        return response


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, call: _Call) -> None:
        self._stream = stream
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        _call.set(self._call)
        values = Values()
        for pieces, piece in enumerate(self._stream):
            values.add(piece)
            if pieces > MAX_PIECES or values.count > MAX_VALUES:
                raise httpx.RemoteProtocolError("its answer has more parts than numbers can be meant")
            self._call.seconds(httpx.ReadTimeout)
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Network(httpcore.SyncBackend):
    """Connections that know when the request is over for which they are used, and how much may come."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _call.get().seconds(httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        call = _call.get()
        data = self._stream.read(max_bytes, call.seconds(httpcore.ReadTimeout))
        call.bytes -= len(data)
        if call.bytes < 0:
            raise httpcore.RemoteProtocolError("its answer is longer than numbers can be meant")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Piece by piece, as the endpoint takes it: each could take all the time that is left."""
        opened: socket.socket = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                opened.settimeout(_call.get().seconds(httpcore.WriteTimeout))
                rest = rest[opened.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _call.get().seconds(httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
