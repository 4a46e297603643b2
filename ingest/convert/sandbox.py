"""Runs functions in processes of their own, so that a bad file can harm nothing but its own conversion.

    this process --socket--> fork server --fork--> worker <--socket--> the thread that waits for its answer

The fork server is a fresh interpreter with an empty environment that has imported the converters, so a new
worker costs milliseconds and knows no credentials. A worker is confined before it gets its first call
(`confinement.py`): it can open no file of ours, and is handed the one to read as an open descriptor. Each
worker has its own socket: whatever kills it ends one call and no other. Answers are JSON, never pickles:
what comes out of a worker is only ever data. When this process ends, however it ends, the fork server reads
end-of-file and goes, and the kernel ends workers whose fork server is gone.

A call is limited in the time that its worker uses the processor, which this process reads off the worker's
clock, or sleeps, for which it has no reason. So a machine that does other work costs no file its time.

Neither `multiprocessing` nor a pool built on it fits: its fork server inherits the environment and imports
the main script again, and a pool that shares one pipe fails as a whole when a worker dies at the wrong time.
"""

import logging
import os
import select
import signal
import socket
import struct
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
from pathlib import Path
from typing import Any

import orjson

from ingest.convert import confinement
from ingest.convert.sandbox_process import LENGTH, as_socket
from ingest.errors import ConversionFailed, Reason

logger = logging.getLogger(__name__)

REASONS = frozenset(Reason)
WORKER_MODULE = "ingest.convert.sandbox_process"

# The interpreter needs these to find its libraries, and text recognition its languages; workers get nothing else of the
# environment.
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TESSDATA_PREFIX")

# How often a call that takes long is looked at, whether its time is up and its answer still wanted.
ASK_SECONDS = 0.4

# Where a worker's clock cannot be read, the kernel ends it by its own; this process waits so many times longer.
WALL_PER_CPU_SECOND = 4.0

# A call that had to share the processor took longer than its time by this factor, and more than a moment.
BUSY = 1.25
MOMENT_S = 0.5

# An answer in pieces may take so many times the time of one of them, and so many bytes; a text of 50 million characters
# in overlapping chunks has half as many. Nothing else would end one that yields without end.
MOST_TIMES = 4
ANSWER_BYTES = 1 << 30

CPUCLOCK_SCHED = 2
SHORTEST_S = 0.01

AT_ONCE_BYTES = 1 << 18
SEND_TIMEOUT = struct.pack("@ll", 60, 0)  # for a worker that was taken over, and takes no more calls

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
    """The worker used up its time; `busy` if it had to share the processor meanwhile, which makes all take longer."""

    def __init__(self, message: str, busy: bool = False) -> None:
        super().__init__(message)
        self.busy = busy


class OutOfMemory(SandboxError):
    """The worker used up its memory."""


class CalledOff(SandboxError):
    """The answer is no longer wanted."""


@dataclass(frozen=True)
class Call:
    arguments: Sequence[Any]
    seconds: float  # of processor time; for each piece, if the answer comes in pieces
    file: Path | None = None  # which the function gets, opened for reading, before the arguments


def always() -> bool:
    return True


def _clock(pid: int) -> float:
    """Seconds for which a process has used the processor. Raises `OSError` if that is not known."""
    return time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)  # as `clock_getcpuclockid` makes it


def _has_clocks() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return _clock(os.getpid()) > 0
    except OSError:
        return False


HAS_CLOCKS = _has_clocks()


class _Worker:
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
        watch = _Watch(self.pid, seconds)
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

    def _message(self, watch: "_Watch", still_wanted: Callable[[], bool], most: int) -> bytes:
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


class _Watch:
    """Whether a worker's time for a call is up."""

    def __init__(self, pid: int, seconds: float) -> None:
        self.seconds = seconds
        self._pid = pid
        self._asleep = 0.0  # as it was seen: seconds that pass unseen are those in which we wait for a processor, too
        self._started = self._used = self._used_by_now()
        self._started_at = time.monotonic()
        self._until, self._all_until = self._started + seconds, self._started + MOST_TIMES * seconds
        self._next_look = self._started_at + ASK_SECONDS

    def renew(self) -> None:
        """For the next piece."""
        self._used = self._used_by_now()
        self._until = min(self._used + self.seconds, self._all_until)

    def left(self) -> float:
        """How long it takes from the last look, at least, until its time is up."""
        return max(self._until - self._used, SHORTEST_S)

    def look(self) -> bool:
        """Raises `OutOfTime`. Looks at how it sleeps, and returns whether it did, only so often."""
        self._used = self._used_by_now()
        if self._used >= self._until:
            took = time.monotonic() - self._started_at
            busy = took > BUSY * (self._used - self._started) + MOMENT_S or os.getloadavg()[0] > (os.cpu_count() or 1)
            raise OutOfTime(f"no answer after {self.seconds:.0f} seconds", busy)
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + ASK_SECONDS
        self._asleep += ASK_SECONDS * _is_asleep(self._pid)
        return True

    def may_have_ended_itself(self) -> bool:
        return not HAS_CLOCKS and time.monotonic() - self._started_at >= self.seconds

    def _used_by_now(self) -> float:
        """Seconds on the processor and asleep; where they cannot be known, those that passed, made fewer."""
        if HAS_CLOCKS:
            try:
                return self._asleep + _clock(self._pid)
            except OSError:  # it has ended
                return 0.0
        return time.monotonic() / WALL_PER_CPU_SECOND


def _is_asleep(pid: int) -> bool:
    """Whether no thread of a process runs, waits for a processor or for a disk."""
    if not HAS_CLOCKS:
        return False
    try:
        stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # it has ended
        return False
    return not any(stat.rpartition(")")[2].split()[0] in {"R", "D"} for stat in stats)


class _ForkServer:
    """The process that forks workers; it ends with `stop()`, or when this object is collected."""

    def __init__(self, memory: int, mode: confinement.Mode, first: tuple[str, Sequence[Any]] | None) -> None:
        self._control, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        environment["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # workers have neither a network nor a home
        environment["OMP_THREAD_LIMIT"] = "1"  # there is a worker for each core
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)
        call = orjson.dumps([mode != "off", *(first or (None, []))]).decode()
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
        self._mode = mode
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
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, SEND_TIMEOUT)
        connection = Connection(ours.detach())
        try:
            with theirs:
                self._ready = self._ready or bool(self._control.recv(1))
                socket.send_fds(self._control, [b"\0"], [theirs.fileno()])
            worker = _Worker(connection)
            if worker.lacking and self._mode == "require":
                raise NotStarted(f"The converters cannot be confined: the kernel lacks {' and '.join(worker.lacking)}.")
            return worker
        except BaseException as error:
            connection.close()
            if isinstance(error, EOFError | OSError):
                raise NotStarted("The converters could not be started; standard error may say why.") from error
            raise


class Sandbox:
    """At most `workers` calls at once, each with at most `memory` bytes above what an idle worker uses.

    Any thread may call it. A worker is replaced after `calls_per_worker` calls, so that nothing a file leaves behind in
    a library stays. The function in `first` runs before any fork: all workers share what it loads.

    By its `mode`, what the kernel does not have of `confinement.py` is done without, or required, or nothing is put on.
    """

    def __init__(
        self,
        workers: int,
        memory: int,
        calls_per_worker: int = 200,
        first: tuple[str, Sequence[Any]] | None = None,
        mode: confinement.Mode = "auto",
    ) -> None:
        self.memory = memory
        self._mode: confinement.Mode = mode
        self._first = first
        self._calls_per_worker = calls_per_worker
        self._slots = threading.BoundedSemaphore(workers)
        self._idle: deque[_Worker] = deque()
        self._lock = threading.Lock()
        self._server: _ForkServer | None = None
        self._closed = False
        self._told: list[str] = []

    def start(self) -> None:
        """Start the fork server now, rather than with the first call."""
        with self._lock:
            if self._closed:
                raise RuntimeError("The sandbox is closed.")
            if self._server is None:
                if self._mode == "auto":
                    self._tell(confinement.missing())
                self._server = _ForkServer(self.memory, self._mode, self._first)

    def close(self) -> None:
        """End all processes; calls that are running end with `Crashed`."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.stop()
                self._server = None
        while self._idle:
            self._idle.pop().connection.close()

    def call(
        self,
        function: str,
        *arguments: Any,
        seconds: float,
        file: Path | None = None,
        still_wanted: Callable[[], bool] = always,
    ) -> Any:
        """The JSON value of `function` (`module:name`), which may use the processor for `seconds`; for a generator, the
        list of what it yields.

        Raises `ConversionFailed` if the function does, and `SandboxError` if there is no answer.
        """
        with closing(self.call_each(function, [Call(arguments, seconds, file)], still_wanted)) as answers:
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
                worker = self._server.fork()
            except NotStarted:  # the fork server was killed: start another
                self._server.stop()
                self._server = _ForkServer(self.memory, self._mode, self._first)
                worker = self._server.fork()
            self._tell(worker.lacking)
            return worker

    def _tell(self, lacking: Sequence[str]) -> None:
        """Log once what workers are not confined by."""
        if new := [what for what in lacking if what not in self._told]:
            self._told += new
            logger.warning("%s", confinement.advice(new))

    def _understood(self, answer: dict[str, Any]) -> Any:
        match answer:
            case {"value": value}:
                return value
            case {"failed": str(message), "reason": str(reason)} if reason in REASONS:
                return ConversionFailed(message, Reason(reason))
            case {"memory": _}:
                raise OutOfMemory(f"more than {self.memory >> 20} MB of memory were needed")
            case {"error": str(trace)}:
                logger.error("A converter failed:\n%s", trace)
                return Crashed(trace.rstrip().rsplit("\n", 1)[-1])
        raise Crashed(f"The worker's answer was not understood: {str(answer)[:100]}")

    def _release(self, worker: _Worker) -> None:
        if worker.calls < self._calls_per_worker and not self._closed:
            self._idle.append(worker)
        else:
            worker.connection.close()
