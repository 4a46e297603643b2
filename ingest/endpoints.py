"""The connection to a model at an endpoint: what it answers is read only as far as lists of numbers can be meant."""

import time
from collections.abc import Iterator

import httpx

MAX_BYTES = 8 << 20  # 32 vectors of 8,192 numbers are 6


class BoundedTransport(httpx.HTTPTransport):
    """Takes nothing compressed, which could grow without bounds, keeps no cookies, which a server could pile up, and
    reads no more than `MAX_BYTES` in no more than `seconds`. A timeout of the client begins anew with each byte."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + self._seconds
        request.headers["accept-encoding"] = "identity"
        response = super().handle_request(request)
        response.headers.pop("set-cookie", None)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise httpx.RemoteProtocolError("it compressed its answer, which it was asked not to do")
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, until)
        return response


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_BYTES
        for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise httpx.RemoteProtocolError(f"its answer is longer than {MAX_BYTES >> 20} MB")
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("its answer took too long")
            yield piece

    def close(self) -> None:
        self._stream.close()
