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
from ingest.convert.sandbox_process import LENGTH, MESSAGE_BYTES, as_socket

AT_ONCE_BYTES = 1 << 18

# What taking a piece ends with that is made otherwise than it should be.
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)


class Worker:
    def __init__(self, connection: Connection) -> None:
        """Waits until it is ready. Raises `EOFError` or `OSError` if it has died before."""
        self.connection = connection
        self.calls = 0
        self._received = bytearray()
        while (message := self._whole_message()) is None:
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
        # Not waiting for a pipe that was put in its place just now.
        file = os.open(call.file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK) if call.file else None
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

    def answer(self, call: Call, still_wanted: Callable[[], bool]) -> dict[str, Any]:
        """The last reply to the call that was asked first, after its pieces were taken. Raises `SandboxError` if the
        worker has ended, or has to be ended, and what `call.take` refuses with."""
        watch = Watch(self.pid, call.seconds)
        while True:
            for reply in _replies(self._message(watch, still_wanted)):
                if "piece" not in reply:
                    call.used = watch.used()
                    return reply
                try:
                    call.take(reply["piece"])
                except MALFORMED as error:
                    raise Crashed(f"the worker's answer is not sound: {error}") from error
            if watch.look() and not still_wanted():  # however often it sends a piece
                raise CalledOff("it is not wanted any more")
            watch.renew()

    def _message(self, watch: Watch, still_wanted: Callable[[], bool]) -> bytes:
        try:
            while (message := self._whole_message()) is None:
                if self._incoming.poll(1000 * min(ASK_SECONDS, watch.left())):
                    self._receive()
                    if (message := self._whole_message()) is not None:
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

    def _whole_message(self) -> bytes | None:
        if len(self._received) < LENGTH.size:
            return None
        [size] = LENGTH.unpack_from(self._received)
        if size > MESSAGE_BYTES:
            raise Crashed(f"a message of it would be longer than {MESSAGE_BYTES >> 10} KB")
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
