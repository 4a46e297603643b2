"""The processes of the sandbox: a fork server, and the workers it forks, each confined and answering calls."""

import ctypes
import gc
import math
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from ingest.convert import CONVERTERS, confinement
from ingest.convert.confinement.readable import readable_paths
from ingest.errors import ConversionFailed

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
NICENESS = 10  # answering questions comes first
OPEN_FILES = 64  # at a time; none is there to be filled up
AT_ONCE_S = 0.02
LENGTH = struct.Struct("=Q")  # of a message, before it

# The longest message, so that whatever is in it, it takes little to read; and when to send one that has several pieces.
MESSAGE_BYTES = 1 << 20
ENOUGH_BYTES = 1 << 18

SENTENCE, TRACE = 1000, 20_000  # characters of what may be said of a failure: a file may be repeated in it


def main(control_fd: int, memory: int, confined: bool, function: str | None, arguments: list[Any]) -> None:
    """Call the function, if there is one; then fork a worker for each socket received, until the sender is gone."""
    signal.signal(signal.SIGCHLD, bury)
    gc.disable()
    import_module("ingest.convert.extract")
    for module in {format.convert.partition(":")[0] for format in CONVERTERS.values()}:
        import_module(module)
    if function is not None:
        named(function)(*arguments)
    gc.freeze()  # memory stays shared with the workers as long as the collector does not touch it
    gc.enable()
    with suppress(OSError):  # where Linux shares the processor among sessions, niceness counts within one only
        Path("/proc/self/autogroup").write_text(str(NICENESS))
    fork_server = os.getpid()
    readable = readable_paths() if confined else []
    control = socket.socket(fileno=control_fd)
    for descriptor in wanted(control):
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            limit(memory, fork_server)
            lacking = confinement.confine(readable) if confined else []
            serve(Connection(descriptor), lacking)
            os._exit(0)
        os.close(descriptor)


def bury(*_: object) -> None:
    """Wait for dead workers, so that the processor time they used counts as this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def wanted(control: socket.socket) -> Iterator[int]:
    """Report that this process is ready; then the sockets for new workers, until the sender is gone."""
    with suppress(ConnectionError):  # the sender may be gone already
        control.send(b"\0")
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                return
            yield descriptors[0]


def limit(memory: int, parent: int) -> None:
    """Limit what this process may use; `memory` is in bytes, on top of what it uses now."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the call above
            os._exit(1)
        # If the machine runs out of memory, it should end a worker rather than the server.
        with suppress(OSError):  # some containers have a /proc that cannot be written
            Path("/proc/self/oom_score_adj").write_text("1000")
        present = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + memory, present + memory))
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file can be written
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # libraries print to it from here on


def serve(connection: Connection, lacking: Sequence[str]) -> None:
    """Report this process's id and what it could not be confined by, then answer calls until the other end is closed.

    The file that a call is about comes as an open descriptor: this process can open none itself.
    """
    tell(connection, orjson.dumps([os.getpid(), lacking]))
    with as_socket(connection) as ours:
        while True:
            try:
                request = orjson.loads(connection.recv_bytes())
            except EOFError:
                return
            limit_time(request["cpu"])
            with ExitStack() as opened:
                arguments = request["arguments"]
                if request["file"]:
                    _, [descriptor], _, _ = socket.recv_fds(ours, 1, 1)
                    arguments.insert(0, opened.enter_context(open(descriptor, "rb")))
                try:
                    send(connection, replies(request["function"], arguments), request["cpu"])
                except MemoryError:
                    tell(connection, b'[{"memory": true}]')
                    return  # end this worker: its heap is nearly full


@contextmanager
def as_socket(connection: Connection) -> Iterator[socket.socket]:
    """For descriptors, which a `Connection` does not carry."""
    same = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=connection.fileno())
    try:
        yield same
    finally:
        same.detach()


def send(connection: Connection, replies: Iterator[dict[str, Any]], cpu: float) -> None:
    """Send replies that come in quick succession in one message, which costs no more than a single one."""
    started = time.monotonic()
    together: list[bytes] = []
    for reply in replies:
        together.append(orjson.dumps(reply))
        enough = sum(map(len, together)) > ENOUGH_BYTES or time.monotonic() - started > AT_ONCE_S
        if enough or "piece" not in reply:
            tell(connection, b"[%b]" % b",".join(together))
            together = []
        limit_time(cpu)


def tell(connection: Connection, message: bytes) -> None:
    """Whoever receives this must not trust its length to come true, as `Connection.recv_bytes` does."""
    left = memoryview(LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(connection.fileno(), left) :]


def limit_time(seconds: float) -> None:
    """Where the other side cannot see how much of the processor this process uses, have the kernel end it."""
    if sys.platform != "linux":
        used = resource.getrusage(resource.RUSAGE_SELF)
        end = math.ceil(used.ru_utime + used.ru_stime + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def replies(function: str, arguments: list[Any]) -> Iterator[dict[str, Any]]:
    """The function's value, or its pieces; or how it failed."""
    try:
        value = named(function)(*arguments)
        if isinstance(value, Iterator):
            for piece in value:
                yield {"piece": piece}
            value = None
        yield {"value": value}
    except ConversionFailed as failure:
        yield {"failed": failure.message[:SENTENCE], "reason": failure.reason}
    except MemoryError:
        raise
    except Exception:
        yield {"error": traceback.format_exc()[-TRACE:]}


def named(function: str) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *orjson.loads(sys.argv[3]))
