"""The process that forks workers, as this process sees it."""

import os
import socket
import struct
import subprocess
import sys
import weakref
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import orjson

from ingest.convert import confinement
from ingest.convert.sandbox.call import NotStarted
from ingest.convert.sandbox.worker import Worker

WORKER_MODULE = "ingest.convert.sandbox_process"

# The interpreter needs these to find its libraries, and text recognition its languages; workers get nothing else of the
# environment.
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TESSDATA_PREFIX")

SEND_TIMEOUT = struct.pack("@ll", 60, 0)  # for a worker that was taken over, and takes no more calls


class ForkServer:
    """The process that forks workers; it ends with `stop()`, or when this object is collected."""

    def __init__(self, memory: int, mode: confinement.Mode, first: tuple[str, Sequence[Any]] | None) -> None:
        self._control, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        environment["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # workers have neither a network nor a home
        # There is a worker for each core, and it may start no threads.
        environment |= {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
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

    def fork(self) -> Worker:
        """A new worker; the first one waits until the converters are imported. Raises `NotStarted` if the server was
        killed."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, SEND_TIMEOUT)
        connection = Connection(ours.detach())
        try:
            with theirs:
                self._ready = self._ready or bool(self._control.recv(1))
                socket.send_fds(self._control, [b"\0"], [theirs.fileno()])
            worker = Worker(connection)
            if worker.lacking and self._mode == "require":
                raise NotStarted(f"The converters cannot be confined: the kernel lacks {' and '.join(worker.lacking)}.")
            return worker
        except BaseException as error:
            connection.close()
            if isinstance(error, EOFError | OSError):
                raise NotStarted("The converters could not be started; standard error may say why.") from error
            raise
