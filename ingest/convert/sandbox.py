"""Runs functions in processes of their own, so that a bad file can harm nothing but its own conversion.

    this process --socket--> fork server --fork--> worker <--socket--> the thread that waits for its answer

The fork server is a fresh interpreter with an empty environment that has imported the converters, so a new
worker costs milliseconds and knows no credentials. Each worker has its own socket: whatever kills it ends
one call and no other. Answers are JSON, never pickles: what comes out of a worker is only ever data. When
this process ends, however it ends, the fork server reads end-of-file and goes, and the kernel ends workers
whose fork server is gone.

Neither `multiprocessing` nor a pool built on it fits: its fork server inherits the environment and imports
the main script again, and a pool that shares one pipe fails as a whole when a worker dies at the wrong time.
"""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import orjson

from ingest.errors import ConversionFailed, Reason

logger = logging.getLogger(__name__)

WORKER_MODULE = "ingest.convert.worker"

# Wanted to find the interpreter's own libraries; everything else in the environment stays outside.
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")

# A call may wait for the processor of a busy machine this many times longer than it may use it.
WALL_PER_CPU_SECOND = 2.0

# The worker is ended by its own timer; this process stops waiting a little later in case it was not.
GRACE_SECONDS = 5.0


class SandboxError(Exception):
    """The call gave no answer; the message says what happened to the worker."""


class Crashed(SandboxError):
    """The worker ended without an answer."""


class OutOfTime(SandboxError):
    """The worker used up its seconds."""


class OutOfMemory(SandboxError):
    """The worker used up its memory."""


@dataclass
class _Worker:
    connection: Connection
    calls: int = 0

    @property
    def alive(self) -> bool:
        return not self.connection.poll(0)  # an idle worker has nothing to say: readable means end-of-file


class _ForkServer:
    """The process that forks workers; ended by `stop()`, or when this object is collected."""

    def __init__(self, memory: int) -> None:
        self._control, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", WORKER_MODULE, str(theirs.fileno()), str(memory)],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C in the terminal is for this process to handle
            )
        self._ready = False
        self.stop = weakref.finalize(self, self._end, self._control, process)

    @staticmethod
    def _end(control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
        control.close()
        process.kill()
        process.wait()

    def fork(self) -> _Worker:
        """A new worker; the first waits until the converters are imported."""
        if not self._ready and not self._control.recv(1):
            raise RuntimeError("The converters could not be started; standard error says why.")
        self._ready = True
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"\0"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return _Worker(Connection(ours.detach()))


class Sandbox:
    """At most `workers` calls at once, each with at most `memory` bytes above what an idle worker has.

    Safe to call from any thread. A worker is replaced after `calls_per_worker` calls, so that what one
    file leaves behind in a library does not stay.
    """

    def __init__(self, workers: int, memory: int, calls_per_worker: int = 200) -> None:
        self._memory = memory
        self._calls_per_worker = calls_per_worker
        self._places = threading.BoundedSemaphore(workers)
        self._idle: deque[_Worker] = deque()
        self._lock = threading.Lock()
        self._server: _ForkServer | None = None
        self._closed = False

    def start(self) -> None:
        """Start the fork server now, rather than with the first call."""
        with self._lock:
            if self._closed:
                raise RuntimeError("The sandbox is closed.")
            if self._server is None:
                self._server = _ForkServer(self._memory)

    def close(self) -> None:
        """End all processes; calls still running end with `Crashed`."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.stop()
                self._server = None
        while self._idle:
            self._idle.pop().connection.close()

    def call(self, function: str, *arguments: Any, seconds: float) -> Any:
        """The JSON value of `function` (`module:name`), which may use the processor for `seconds`.

        Raises `ConversionFailed` as the function raised it, `SandboxError` when there is no answer.
        """
        with self._places:
            worker = self._take()
            try:
                reply = self._ask(worker, function, arguments, seconds)
            except BaseException:
                worker.connection.close()
                raise
            self._put_back(worker)
        match reply:
            case {"value": value}:
                return value
            case {"failed": message, "reason": reason}:
                raise ConversionFailed(message, Reason(reason))
            case {"error": trace}:
                logger.error("A converter failed:\n%s", trace)
                raise Crashed(trace.rstrip().rsplit("\n", 1)[-1])
        raise Crashed(f"The worker's answer was not understood: {str(reply)[:100]}")

    def _take(self) -> _Worker:
        while self._idle:
            try:
                worker = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if worker.alive:
                return worker
            worker.connection.close()
        return self._fork()

    def _fork(self) -> _Worker:
        self.start()
        with self._lock:
            if self._server is None:
                raise RuntimeError("The sandbox is closed.")
            try:
                return self._server.fork()
            except OSError:  # the fork server was killed: start another
                self._server.stop()
                self._server = _ForkServer(self._memory)
                return self._server.fork()

    def _ask(self, worker: _Worker, function: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        wall_seconds = seconds * WALL_PER_CPU_SECOND
        started = time.monotonic()
        worker.calls += 1
        try:
            worker.connection.send_bytes(
                orjson.dumps({"function": function, "arguments": arguments, "cpu": seconds, "wall": wall_seconds})
            )
            if not worker.connection.poll(wall_seconds + GRACE_SECONDS):
                raise OutOfTime(f"no answer after {wall_seconds:.0f} seconds")
            reply = orjson.loads(worker.connection.recv_bytes())
        except (EOFError, OSError) as error:
            if time.monotonic() - started >= seconds:
                raise OutOfTime(f"ended after {seconds:.0f} seconds") from error
            raise Crashed("the process ended without an answer") from error
        if "memory" in reply:
            raise OutOfMemory(f"more than {self._memory >> 20} MB of memory were needed")
        return reply

    def _put_back(self, worker: _Worker) -> None:
        if worker.calls < self._calls_per_worker and not self._closed:
            self._idle.append(worker)
        else:
            worker.connection.close()
