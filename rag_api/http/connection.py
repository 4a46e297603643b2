"""Connections: how many there may be, and how long each may keep the server waiting.

uvicorn, on whose protocol this is built, ends connections that are idle between two requests, and no others. What is
added here: limits for the head of a request, its body, and a client that does not read its answer; a number of
connections above which the one that has been idle longest makes room; an end that lets a client read why its request
was refused while it is still sending; a request that is told when its client leaves, whatever was sent behind it; and
the body of one that offers another protocol.
"""

import asyncio
import logging
import socket
from dataclasses import dataclass
from functools import partial
from typing import Any

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from rag_api.http.arriving import Arriving, ArrivingBody
from rag_api.http.observed import count_refused
from rag_api.http.refused import RefusalWriter, Refused
from rag_api.http.response_headers import HEADERS
from rag_api.http.seldom import Seldom
from rag_api.http.unread import PIECE_BYTES, Answer, Unread

MAX_PIPELINED = 8  # requests that a client sends before it has the answer to the first one
RETRY_SOON = {"retry-after": "5"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    connections: int = 4096
    head_bytes: int = 32 << 10  # of a request's first line and headers
    head_s: float = 20  # for all of them, and for a new connection to begin
    idle_s: float = 75  # between two requests: proxies keep connections for 60, and would use one that was just closed
    body_bytes: int = 16 << 10  # by so much a body has to grow ...
    body_s: float = 30  # ... in this time, and all of it faster the longer it takes
    bodies: int = 1000  # that are coming at the same time
    write_s: float = 60  # in which a client has to take the next piece of its answer
    system_bytes: int = 128 << 10  # of an answer that the system keeps until they are taken, which else are megabytes
    linger_s: float = 2  # for a client to read why the rest of its body is not wanted
    look_s: float = 5  # between two looks at a connection


class Listener:
    """What all connections have in common. `connection` is what uvicorn makes a protocol with."""

    def __init__(self, limits: Limits, refusal: RefusalWriter, descriptors: int) -> None:
        self.limits = limits
        self.refusal = refusal
        self.descriptors = descriptors
        self.unread = Unread(refusal)
        self.arriving = Arriving(limits.bodies)
        self.idle: dict[Connection, None] = {}  # those that wait for a request, the longest first
        self.full = Seldom(logger)
        self.not_http = Seldom(logger)
        self.few_descriptors = Seldom(logger)

    def connection(self, **options: Any) -> "Connection":
        return Connection(self, **options)


class Connection(HttpToolsProtocol):
    def __init__(self, listener: Listener, **options: Any) -> None:
        super().__init__(**options)
        self._listener = listener
        self._limits = listener.limits
        self._patient_since = self.loop.time()
        self._look_again: asyncio.TimerHandle | None = None
        self._in_head = self._in_body = self._got_body = self._is_last = self._lingers = False
        self._head_bytes = self._head_bytes_open = self._new_body_bytes = 0
        self._body: ArrivingBody | None = None  # that does not come at once
        self._at_work: RequestResponseCycle | None = None  # the request that is answered; `cycle` is the last to come

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(PIECE_BYTES)
        self._patient_since = self.loop.time()
        self._look_again = self.loop.call_later(self._limits.look_s, self._look)
        opened = transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._limits.system_bytes)
        # The lowest free number is given to each new one, so a high one means that few are left.
        if opened.fileno() >= self._listener.descriptors - 16:
            self._listener.few_descriptors.warning(
                "all but a few of the %d file descriptors are in use: raise the limit (ulimit -n)",
                self._listener.descriptors,
            )
        if len(self.connections) > self._limits.connections and not self._make_room():
            message = "The server has too many connections: try again in a moment."
            return self._refuse(Refused(message, status=503, headers=RETRY_SOON))
        self._listener.idle[self] = None

    def _make_room(self) -> bool:
        self._listener.full.warning(
            "%d connections are open, as many as may be: those that wait for a request longest are closed",
            self._limits.connections,
        )
        for idlest in self._listener.idle:
            idlest._end()
            return True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.idle.pop(self, None)
        self._no_body()
        if self._look_again:
            self._look_again.cancel()
            self._look_again = None
        self._give_up()
        super().connection_lost(exc)
        # Each request knows this connection, and it knows them: all that was sent with those that wait would stay until
        # it is found to be garbage.
        self.pipeline.clear()
        self.cycle = self._at_work = None  # type: ignore[assignment]  # as before the first one

    def _give_up(self) -> None:
        """Tell the application that nobody waits for what it is at work on."""
        if self._answering:
            self._answering.disconnected = True
            self._answering.message_event.set()

    @property
    def _answering(self) -> RequestResponseCycle | None:
        return self._at_work if self._at_work and not self._at_work.response_complete else None

    @property
    def _host(self) -> str:
        return self.client[0] if self.client else ""

    def data_received(self, data: bytes) -> None:
        if self._lingers:
            return  # nobody wants it
        self._got_body = False
        self._unset_keepalive_if_required()
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self._listener.not_http.warning("a request that was refused before it was read, from %r", self._host)
            self.send_400_response("Invalid HTTP request received.")
        if self._lingers:
            return
        if self._in_body and self._body is None:
            self._body = ArrivingBody(self._host, self.loop.time(), self._too_many_bodies, self._new_body_bytes)
            self._listener.arriving.add(self._body, self.loop.time())
        # The parser reports a header at its end only, and so it does with what a trailer has behind a body in chunks.
        self._head_bytes_open = 0 if self._got_body else self._head_bytes_open + len(data)
        if self._head_bytes_open > self._limits.head_bytes and (self._in_head or self._in_body):
            self._refuse_head()

    def _parse(self, data: bytes) -> None:
        """A request that offers another protocol, as each of Java's own client does, is one of HTTP: nobody takes the
        offer. But the parser takes what follows its head for the other protocol, so that its body would be lost or, if
        it comes later, be another request. So the parser reads the head once more, without the offer."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            head = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
            head += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
            self.parser = httptools.HttpRequestParser(self)  # this one drops what follows a request that is the last
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            self._parse(b"\r\n".join([*head, b"", data[upgrade.args[0] :]]))

    def send_400_response(self, msg: str) -> None:
        """The parser does not go on: this is not HTTP, or one of the methods below did not take it."""
        if self._head_bytes > self._limits.head_bytes:
            self._refuse_head()
        else:
            self._refuse(Refused(msg))

    def _refuse_head(self) -> None:
        limit = self._limits.head_bytes >> 10
        self._refuse(Refused(f"The headers of the request have more than {limit} KB.", status=431))

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests at once")
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = self._head_bytes_open = 0
        self._patient_since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value) + 4)
        if not self._in_body:  # what comes behind a body is none: the key and the host were looked at before
            super().on_header(name, value)

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            raise ValueError("too large")

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise ValueError("not a proxy")
            return  # it is read again
        self._in_head, self._in_body = False, True
        self._head_bytes_open = self._new_body_bytes = 0
        self._patient_since = self.loop.time()
        self._listener.idle.pop(self, None)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._in_body = False
        self._no_body()
        super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        self._got_body = True
        self._new_body_bytes += len(body)
        if self._body:
            self._body.size += len(body)
        if self._new_body_bytes >= self._limits.body_bytes:
            self._new_body_bytes = 0
            self._patient_since = self.loop.time()
        super().on_body(body)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, partial(self._answer, cycle, app))

    async def _answer(
        self, cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Run the application. If it answers before it has read the whole body, the connection ends with the answer."""

        async def send_last(message: Message) -> None:
            if message["type"] != "http.response.start" or not cycle.more_body:
                return await send(message)
            self._is_last = True
            await send({**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]})
            cycle.keep_alive = True  # else uvicorn closes at once, and an answer may be lost with what was not read

        answer = Answer(self._listener.unread, self._end)
        try:
            await app(scope, receive, partial(answer.send, send_last if cycle.more_body else send))
        except Exception as error:
            if not cycle.response_complete:
                raise
            # The application has answered and logged it. Its frames know the error by now as it knows them, so that
            # all that the request held would stay until it is found to be garbage.
            _forget_frames(error)

    def on_response_complete(self) -> None:
        if self._is_last:
            return self._linger()
        super().on_response_complete()
        self._patient_since = self.loop.time()
        if not self.pipeline:
            self._listener.idle[self] = None

    def _linger(self) -> None:
        """Say that nothing follows, and take what still comes without looking at it."""
        if self.transport.is_closing():
            return
        self._lingers = True
        self._no_body()
        self._listener.idle[self] = None
        self.flow.resume_reading()
        self.transport.write_eof()
        self._patient_since = self.loop.time()
        self._schedule_look(self._limits.linger_s)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._patient_since = self.loop.time()

    def _schedule_look(self, after_s: float) -> None:
        if self._look_again:
            self._look_again.cancel()
        self._look_again = self.loop.call_later(after_s, self._look)

    def _look(self) -> None:
        """End the connection if it has kept the server waiting for too long."""
        self._schedule_look(self._limits.look_s)
        now = self.loop.time()
        waited = now - self._patient_since
        limits = self._limits
        begun = self.cycle is not None
        if self._lingers:
            if waited >= limits.linger_s:
                self._end()
        elif self.flow.write_paused or (self.transport.is_closing() and self.transport.get_write_buffer_size()):
            if waited >= limits.write_s:
                self._end()
        elif begun and not self.cycle.response_complete:
            if self.flow.read_paused or self.cycle.body or not self.cycle.more_body:
                self._patient_since = now  # the client waits for the server
                if self._body:
                    self._body.since += limits.look_s
            elif waited >= limits.body_s or (self._body and self._body.is_late(now, limits.body_bytes, limits.body_s)):
                self._too_slow("body", limits.body_s)
        elif self._in_head:
            if waited >= limits.head_s:
                self._too_slow("headers", limits.head_s)
        elif waited >= (limits.idle_s if begun else limits.head_s):
            self._end()

    def _too_many_bodies(self) -> None:
        busy = "Too many requests are being sent at once, and this one came slowest: send it again in a moment."
        self._refuse(Refused(busy, status=503, headers=RETRY_SOON))

    def _no_body(self) -> None:
        """None is coming, or nobody wants it."""
        if self._body:
            self._listener.arriving.remove(self._body)
            self._body = None

    def _too_slow(self, part: str, seconds: float) -> None:
        self._refuse(Refused(f"The {part} of the request did not come within {seconds:g} seconds.", status=408))

    def _refuse(self, refused: Refused) -> None:
        """Answer in place of the application, and end. In the middle of another answer, only end."""
        if not self._answering:
            count_refused(refused.status)
        elif self._answering.response_started:
            return self._end()
        self._give_up()
        response = self._listener.refusal(refused)
        response.headers.update(HEADERS)
        response.headers["connection"] = "close"
        lines = [b"%s: %s\r\n" % header for header in response.raw_headers]
        self.transport.write(b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", bytes(response.body)]))
        self._linger()

    def _end(self) -> None:
        self._listener.idle.pop(self, None)
        self.transport.abort()


def _forget_frames(error: BaseException | None) -> None:
    while error is not None:
        error.__traceback__ = None
        error = error.__context__
