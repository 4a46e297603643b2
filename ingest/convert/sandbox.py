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
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

import orjson

from ingest.errors import ConversionFailed, Reason

logger = logging.getLogger(__name__)

WORKER_MODULE = "ingest.convert.sandbox_process"

# The interpreter needs these to find its libraries, and text recognition its languages; workers get nothing else of the
# environment.
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TESSDATA_PREFIX")

# On a busy machine, a call may take this many times longer than the processor time it is given.
WALL_PER_CPU_SECOND = 2.0

# A worker is ended by its own timer; should that fail, this process stops waiting a little later.
GRACE_SECONDS = 5.0

# How often a call that takes long asks whether its answer is still wanted.
ASK_SECONDS = 0.4

# How many calls are sent to a worker ahead, so that it need not wait for us in between. So few fit into the socket:
# neither side has to wait for the other to read.
PREFETCH = 4


class SandboxError(Exception):
    """The call has no answer; the message says what happened to the worker."""


class Crashed(SandboxError):
    """The worker ended without an answer."""


class NotStarted(SandboxError):
    """No worker can be started, which is not the call's fault: the fork server died twice in a row."""


class OutOfTime(SandboxError):
    """The worker used up its time."""


class OutOfMemory(SandboxError):
    """The worker used up its memory."""


class CalledOff(SandboxError):
    """The answer is no longer wanted."""


@dataclass(frozen=True)
class Call:
    arguments: Sequence[Any]
    seconds: float  # of processor time; for each piece, if the answer comes in pieces


def always() -> bool:
    return True


@dataclass
class _Worker:
    connection: Connection
    pid: int
    calls: int = 0

    @property
    def alive(self) -> bool:
        return not self.connection.poll(0)  # an idle worker sends nothing: readable means end-of-file

    def end(self) -> None:
        if self.alive:  # else another process may have its number by now
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.connection.close()

    def ask(self, function: str, call: Call) -> None:
        self.calls += 1
        wall = call.seconds * WALL_PER_CPU_SECOND
        request = {"function": function, "arguments": call.arguments, "cpu": call.seconds, "wall": wall}
        with suppress(OSError):  # if it has died, what it sent before can still be read
            self.connection.send_bytes(orjson.dumps(request))

    def answer(self, seconds: float, still_wanted: Callable[[], bool]) -> dict[str, Any]:
        """Raises `SandboxError` if the worker has ended, or has to be ended."""
        pieces: list[Any] = []
        while True:
            for answer in self._replies(seconds, still_wanted):
                if "piece" in answer:
                    pieces.append(answer["piece"])
                else:
                    return {"value": pieces} if pieces and "value" in answer else answer

    def _replies(self, seconds: float, still_wanted: Callable[[], bool]) -> list[dict[str, Any]]:
        started = time.monotonic()
        until = started + seconds * WALL_PER_CPU_SECOND + GRACE_SECONDS
        try:
            while not self.connection.poll(ASK_SECONDS):
                if not still_wanted():
                    raise CalledOff("it is not wanted any more")
                if time.monotonic() > until:
                    raise OutOfTime(f"no answer after {until - started:.0f} seconds")
            replies: list[dict[str, Any]] = orjson.loads(self.connection.recv_bytes())
        except (EOFError, OSError) as error:
            if time.monotonic() - started >= seconds:
                raise OutOfTime(f"ended after {seconds:.0f} seconds") from error
            raise Crashed("the process ended without an answer") from error
        return replies


class _ForkServer:
    """The process that forks workers; it ends with `stop()`, or when this object is collected."""

    def __init__(self, memory: int, first: tuple[str, Sequence[Any]] | None) -> None:
        self._control, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        environment["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # workers have neither a network nor a home for its id
        environment["OMP_THREAD_LIMIT"] = "1"  # there is a worker for each core
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)
        call = orjson.dumps(first or (None, [])).decode()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", WORKER_MODULE, str(theirs.fileno()), str(memory), call],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # so that a Ctrl-C reaches this process only
            )
        self._ready = False
        self.stop = weakref.finalize(self, self._end, self._control, process)

    @staticmethod
    def _end(control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
        control.close()
        process.kill()
        process.wait()

    def fork(self) -> _Worker:
        """A new worker; the first one waits until the converters are imported. Raises `NotStarted` if the server was
        killed."""
        ours, theirs = socket.socketpair()
        connection = Connection(ours.detach())
        try:
            with theirs:
                self._ready = self._ready or bool(self._control.recv(1))
                socket.send_fds(self._control, [b"\0"], [theirs.fileno()])
            return _Worker(connection, pid=orjson.loads(connection.recv_bytes()))
        except BaseException as error:
            connection.close()
            if isinstance(error, EOFError | OSError):
                raise NotStarted("The converters could not be started; standard error may say why.") from error
            raise


class Sandbox:
    """At most `workers` calls at once, each with at most `memory` bytes above what an idle worker uses.

    Any thread may call it. A worker is replaced after `calls_per_worker` calls, so that nothing a file leaves behind in
    a library stays. The function in `first` runs before any fork: all workers share what it loads.
    """

    def __init__(
        self,
        workers: int,
        memory: int,
        calls_per_worker: int = 200,
        first: tuple[str, Sequence[Any]] | None = None,
    ) -> None:
        self.memory = memory
        self._first = first
        self._calls_per_worker = calls_per_worker
        self._slots = threading.BoundedSemaphore(workers)
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
                self._server = _ForkServer(self.memory, self._first)

    def close(self) -> None:
        """End all processes; calls that are running end with `Crashed`."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.stop()
                self._server = None
        while self._idle:
            self._idle.pop().connection.close()

    def call(self, function: str, *arguments: Any, seconds: float, still_wanted: Callable[[], bool] = always) -> Any:
        """The JSON value of `function` (`module:name`), which may use the processor for `seconds`; for a generator, the
        list of what it yields.

        Raises `ConversionFailed` if the function does, and `SandboxError` if there is no answer.
        """
        with closing(self.call_each(function, [Call(arguments, seconds)], still_wanted)) as answers:
            answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def call_each(
        self, function: str, calls: Sequence[Call], still_wanted: Callable[[], bool] = always
    ) -> Generator[Any, None, None]:
        """The answers to these calls, in order: for each, its value or the exception that `call` would raise.

        One worker gets all calls; if it dies, another gets the rest. While a call takes long, `still_wanted` is asked
        now and then.
        """
        left = deque(calls)
        asked = 0  # how many of those left were sent to the worker
        worker = None
        with self._slots:
            try:
                while left:
                    worker = worker or self._take()
                    for call in islice(left, asked, PREFETCH):
                        asked += 1  # first, so that after a Ctrl-C in between the worker does not count as idle
                        worker.ask(function, call)
                    try:
                        answer = self._understood(worker.answer(left[0].seconds, still_wanted))
                    except SandboxError as error:
                        worker.end()
                        worker, asked, answer = None, 1, error
                    left.popleft()
                    asked -= 1
                    yield answer
            finally:
                if worker is not None and asked:  # the caller wants no more answers
                    worker.end()
                elif worker is not None:
                    self._release(worker)

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
            except NotStarted:  # the fork server was killed: start another
                self._server.stop()
                self._server = _ForkServer(self.memory, self._first)
                return self._server.fork()

    def _understood(self, answer: dict[str, Any]) -> Any:
        match answer:
            case {"value": value}:
                return value
            case {"failed": message, "reason": reason}:
                return ConversionFailed(message, Reason(reason))
            case {"memory": _}:
                raise OutOfMemory(f"more than {self.memory >> 20} MB of memory were needed")
            case {"error": trace}:
                logger.error("A converter failed:\n%s", trace)
                return Crashed(trace.rstrip().rsplit("\n", 1)[-1])
        raise Crashed(f"The worker's answer was not understood: {str(answer)[:100]}")

    def _release(self, worker: _Worker) -> None:
        if worker.calls < self._calls_per_worker and not self._closed:
            self._idle.append(worker)
        else:
            worker.connection.close()
