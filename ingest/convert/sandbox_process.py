"""The sandbox's processes: a fork server, and the workers it forks, each confined and answering calls."""

import ctypes
import gc
import math
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from ingest.convert import CONVERTERS
from ingest.errors import ConversionFailed

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
NICENESS = 10  # answering comes before reading
AT_ONCE_S = 0.02


def main(control_fd: int, memory: int, function: str | None, arguments: list[Any]) -> None:
    """Call the function, if any; then fork a worker for each socket received, until the sender is gone."""
    signal.signal(signal.SIGCHLD, bury)
    gc.disable()
    import_module("ingest.convert.extract")
    for module in {format.convert.partition(":")[0] for format in CONVERTERS.values()}:
        import_module(module)
    if function is not None:
        named(function)(*arguments)
    gc.freeze()  # what is imported is shared with the workers, as long as the collector does not touch it
    gc.enable()
    fork_server = os.getpid()
    control = socket.socket(fileno=control_fd)
    for descriptor in wanted(control):
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            confine(memory, fork_server)
            serve(Connection(descriptor))
            os._exit(0)
        os.close(descriptor)


def bury(*_: object) -> None:
    """Wait for the dead, so that what they used of the processor counts as this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def wanted(control: socket.socket) -> Iterator[int]:
    """Say that this process is ready; the sockets of the workers that are wanted, until the sender is gone."""
    with suppress(ConnectionError):  # it may be gone by now
        control.send(b"\0")
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                return
            yield descriptors[0]


def confine(memory: int, parent: int) -> None:
    """Take from this process what a converter does not need; `memory` is in bytes above the present use."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was gone before we asked to hear of it
            os._exit(1)
        # If the machine runs out of memory, a worker is to be ended rather than the server.
        with suppress(OSError):  # some containers have a /proc that cannot be written
            Path("/proc/self/oom_score_adj").write_text("1000")
        present = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + memory, present + memory))
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing can be written to any file
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # the libraries' chatter, from here on


def serve(connection: Connection) -> None:
    """Say which process this is, then answer calls until the other end is closed."""
    connection.send_bytes(orjson.dumps(os.getpid()))
    while True:
        try:
            request = orjson.loads(connection.recv_bytes())
        except EOFError:
            return
        limit_time(request["cpu"], request["wall"])
        try:
            send(connection, replies(request["function"], request["arguments"]), request["cpu"], request["wall"])
        except MemoryError:
            connection.send_bytes(b'[{"memory": true}]')
            return  # what is left of the heap is not worth keeping
        signal.setitimer(signal.ITIMER_REAL, 0)


def send(connection: Connection, replies: Iterator[dict[str, Any]], cpu: float, wall: float) -> None:
    """Those that come at once in one message, which costs either side as much as a small reply does."""
    started = time.monotonic()
    together = []
    for reply in replies:
        together.append(reply)
        if "piece" not in reply or time.monotonic() - started > AT_ONCE_S:
            connection.send_bytes(orjson.dumps(together))
            together = []
        limit_time(cpu, wall)


def limit_time(cpu_seconds: float, wall_seconds: float) -> None:
    """Let the kernel end this process, in whatever library it may be stuck, when its time is over."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def replies(function: str, arguments: list[Any]) -> Iterator[dict[str, Any]]:
    """The function's value, or the pieces of it; or how it failed."""
    try:
        value = named(function)(*arguments)
        if isinstance(value, Iterator):
            for piece in value:
                yield {"piece": piece}
            value = None
        yield {"value": value}
    except ConversionFailed as failure:
        yield {"failed": failure.message, "reason": failure.reason}
    except MemoryError:
        raise
    except Exception:
        yield {"error": traceback.format_exc()}


def named(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *orjson.loads(sys.argv[3]))
