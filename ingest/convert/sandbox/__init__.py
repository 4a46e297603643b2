"""Runs functions in processes of their own, so that a bad file can harm nothing but its own conversion.

    this process --socket--> fork server --fork--> worker <--socket--> the thread that waits for its answer

The fork server is a fresh interpreter with an empty environment that has imported the converters, so a new
worker costs milliseconds and knows no credentials. A worker is confined before it gets its first call
(`confinement`): it can open no file of ours, and is handed the one to read as an open descriptor. Each
worker has its own socket: whatever kills it ends one call and no other. When this process ends, however it
ends, the fork server reads end-of-file and goes, and the kernel ends workers whose fork server is gone.

Answers are JSON, never pickles: what comes out of a worker is only ever data. As JSON takes thirty times its
length when it is all small values, it comes in short messages, and each piece of an answer is taken by itself
by who asked, who knows what is sound (`Call.take`).

A call is limited in the time that its worker uses the processor, which this process reads off the worker's
clock, or sleeps, for which it has no reason. So a machine that does other work costs no file its time.

Neither `multiprocessing` nor a pool built on it fits: its fork server inherits the environment and imports
the main script again, and a pool that shares one pipe fails as a whole when a worker dies at the wrong time.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.convert import confinement
from ingest.convert.sandbox.call import Call, Crashed, NotStarted, OutOfMemory, SandboxError, always
from ingest.convert.sandbox.fork_server import ForkServer
from ingest.convert.sandbox.worker import Worker
from ingest.convert.sandbox_process import SENTENCE, TRACE
from ingest.errors import ConversionFailed, Reason

logger = logging.getLogger(__name__)

REASONS = frozenset(Reason)

# How many calls are sent to a worker ahead, so that it need not wait for us in between. So few fit into the socket:
# neither side has to wait for the other to read.
PREFETCH = 4


class Sandbox:
    """At most `workers` calls at once, each with at most `memory` bytes above what an idle worker uses.

    Any thread may call it. A worker is replaced after `calls_per_worker` calls, so that nothing a file leaves behind in
    a library stays. The function in `first` runs before any fork: all workers share what it loads.

    By its `mode`, what the kernel does not have of `confinement` is done without, or required, or nothing is put on.
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
        self._idle: deque[Worker] = deque()
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
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
                self._server = ForkServer(self.memory, self._mode, self._first)

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
        """The JSON value of `function` (`module:name`), which may use the processor for `seconds`.

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
        """The answers to these calls, in order: for each, its value or the exception that `call` would raise. The value
        of a generator is None; what it yields was taken by its call.

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
                        answer = self._understood(worker.answer(left[0], still_wanted))
                    except (SandboxError, ConversionFailed) as error:
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

    def _take(self) -> Worker:
        while self._idle:
            try:
                worker = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if worker.alive:
                return worker
            worker.connection.close()
        return self._fork()

    def _fork(self) -> Worker:
        self.start()
        with self._lock:
            if self._server is None:
                raise RuntimeError("The sandbox is closed.")
            try:
                worker = self._server.fork()
            except NotStarted:  # the fork server was killed: start another
                self._server.stop()
                self._server = ForkServer(self.memory, self._mode, self._first)
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
                return ConversionFailed(message[:SENTENCE], Reason(reason))
            case {"memory": _}:
                raise OutOfMemory(f"more than {self.memory >> 20} MB of memory were needed")
            case {"error": str(trace)}:
                logger.error("A converter failed:\n%s", trace[-TRACE:])
                return Crashed(trace[-SENTENCE:].rstrip().rpartition("\n")[2])
        raise Crashed(f"The worker's answer was not understood: {str(answer)[:100]}")

    def _release(self, worker: Worker) -> None:
        if worker.calls < self._calls_per_worker and not self._closed:
            self._idle.append(worker)
        else:
            worker.connection.close()
