"""A doorbell between the processes of one machine that share a data folder: a named pipe, into which whoever wrote
something for others puts a byte, so that they look at once instead of some seconds later."""

import logging
import os
import select
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_AT_ONCE = 4096  # bytes; however often it was rung meanwhile, those who listen look once
# Never a link, which somebody else may have put there.
_FLAGS = os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Doorbell:
    """Rung by any process. It is heard in one, as a byte is read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rung: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._end: tuple[int, threading.Thread] | None = None

    def ring(self) -> None:
        """Nothing happens if nobody listens: they look unasked, too."""
        with suppress(OSError):
            pipe = os.open(self._path, os.O_WRONLY | _FLAGS)
            try:
                os.write(pipe, b"\0")
            finally:
                os.close(pipe)

    @contextmanager
    def listening(self, rung: Callable[[], None]) -> Iterator[None]:
        """Within the block, `rung` is called when somebody rings."""
        with self._lock:
            self._rung.append(rung)
            if not self._end:
                self._start()
        try:
            yield
        finally:
            with self._lock:
                self._rung.remove(rung)
                end, self._end = (None, self._end) if self._rung else (self._end, None)
            if end:
                os.close(end[0])
                end[1].join()

    def _start(self) -> None:
        try:
            with suppress(FileExistsError):
                os.mkfifo(self._path, 0o600)
            pipe = os.open(self._path, os.O_RDWR | _FLAGS)  # for writing, too: else it ends with the last who rings
            if not stat.S_ISFIFO(os.fstat(pipe).st_mode):
                os.close(pipe)
                raise FileExistsError(f"{str(self._path)!r} is not a pipe: remove it")
        except OSError as error:
            logger.warning("what other processes add is noticed only after some seconds: %s", error)
            return
        ended, end = os.pipe()
        thread = threading.Thread(target=self._loop, args=[pipe, ended], name="doorbell")
        self._end = end, thread
        thread.start()

    def _loop(self, pipe: int, ended: int) -> None:
        while ended not in select.select([pipe, ended], [], [])[0]:
            with suppress(BlockingIOError):
                os.read(pipe, _AT_ONCE)
            with self._lock:
                heard = list(self._rung)
            for rung in heard:
                rung()
        os.close(pipe)
        os.close(ended)
