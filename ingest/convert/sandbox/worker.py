"""A worker as this process sees it: what it is asked, and what it answers, of which nothing is believed."""

import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import orjson

from ingest.convert.sandbox.call import Call, CalledOff, Crashed, OutOfTime
from ingest.convert.sandbox.watch import ASK_SECONDS, Watch
from ingest.convert.sandbox_process import LENGTH, as_socket

ANSWER_BYTES = 1 << 30  # a text of 50 million characters in overlapping chunks has half as many
AT_ONCE_BYTES = 1 << 18


class Worker:
    def __init__(self, connection: Connection) -> None:
        """Waits until it is ready. Raises `EOFError` or `OSError` if it has died before."""
        self.connection = connection
        self.calls = 0
        self._received = bytearray()
        while (message := self._whole_message(ANSWER_BYTES)) is None:
            self._receive()
        self.pid, self.lacking = orjson.loads(message)
        self._incoming = select.poll()
        self._incoming.register(connection.fileno(), select.POLLIN)

    @property
    def alive(self) -> bool:
        return not self._incoming.poll(0)  # an idle worker sends nothing: readable means end-of-file

    def end(self) -> None:
        if self.alive:  # else another process may have its number by now
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.connection.close()

    def ask(self, function: str, call: Call) -> None:
        """Raises `OSError` if the file cannot be opened."""
        self.calls += 1
        request = {"function": function, "arguments": call.arguments, "cpu": call.seconds, "file": bool(call.file)}
        file = os.open(call.file, os.O_RDONLY | os.O_CLOEXEC) if call.file else None
        try:
            self.connection.send_bytes(orjson.dumps(request))
            if file is not None:
                with as_socket(self.connection) as theirs:
                    socket.send_fds(theirs, [b"\0"], [file])
        except ConnectionError:  # it has died: what it sent before can still be read
            pass
        except BlockingIOError:  # it reads nothing, though it should
            os.kill(self.pid, signal.SIGKILL)
        finally:
            if file is not None:
                os.close(file)

    def answer(self, seconds: float, still_wanted: Callable[[], bool]) -> dict[str, Any]:
        """Raises `SandboxError` if the worker has ended, or has to be ended."""
        pieces: list[Any] = []
        size = 0
        watch = Watch(self.pid, seconds)
        while True:
            message = self._message(watch, still_wanted, ANSWER_BYTES - size)
            size += len(message)
            for answer in _replies(message):
                if "piece" in answer:
                    pieces.append(answer["piece"])
                else:
                    return {"value": pieces} if pieces and "value" in answer else answer
            if watch.look() and not still_wanted():  # however often it sends a piece
                raise CalledOff("it is not wanted any more")
            watch.renew()

    def _message(self, watch: Watch, still_wanted: Callable[[], bool], most: int) -> bytes:
        try:
            while (message := self._whole_message(most)) is None:
                if self._incoming.poll(1000 * min(ASK_SECONDS, watch.left())):
                    self._receive()
                    if (message := self._whole_message(most)) is not None:
                        break
                if watch.look() and not still_wanted():
                    raise CalledOff("it is not wanted any more")
        except (EOFError, ConnectionError) as error:
            if watch.may_have_ended_itself():
                raise OutOfTime(f"ended after {watch.seconds:.0f} seconds") from error
            raise Crashed("the process ended without an answer") from error
        return message

    def _receive(self) -> None:
        received = os.read(self.connection.fileno(), AT_ONCE_BYTES)
        if not received:
            raise EOFError
        self._received += received

    def _whole_message(self, most: int) -> bytes | None:
        if len(self._received) < LENGTH.size:
            return None
        [size] = LENGTH.unpack_from(self._received)
        if size > most:
            raise Crashed(f"its answer would be longer than {ANSWER_BYTES >> 20} MB")
        end = LENGTH.size + size
        if len(self._received) < end:
            return None
        message = bytes(self._received[LENGTH.size : end])
        del self._received[:end]
        return message


def _replies(message: bytes) -> list[dict[str, Any]]:
    """Raises `Crashed` for what is none: a file may have taken the worker over."""
    try:
        replies = orjson.loads(message)
    except ValueError:
        replies = None
    if not isinstance(replies, list) or not replies or not all(isinstance(reply, dict) for reply in replies):
        raise Crashed("the worker's answer was not understood")
    return replies
