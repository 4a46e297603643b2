"""Room on the disk that is kept for deletions: as these write, too, a full disk could not be emptied without it."""

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ingest.errors import DiskFull, StorageFailed

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

BYTES = 4 << 20  # to delete a file or a store of a thousand files takes a tenth of it
_SPARE = 512 << 10  # which a deletion that goes on meanwhile may need
# Never a link or a pipe, which somebody else may have put there.
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
FULL = "The disk is full: free some space, or delete files, then try again. Nothing was lost."


class Reserve:
    """A file whose bytes are allocated. It is given up for a deletion that finds the disk full, and made anew when
    there is room; until then, nothing else may grow."""

    def __init__(self, path: Path | None = None) -> None:
        """Without a path, nothing is kept."""
        self._path = path
        self._turn = threading.RLock()

    def open(self) -> None:
        """Make it. If the disk is full already, it is given up, so that the data folder can be opened at all."""
        if self._path is None:
            return
        if _free(self._path.parent) < BYTES:
            self._give_up()
        elif self._is_there():
            with suppress(OSError):
                _allocate(self._path)  # a copy of the folder may have holes
        self.make()

    def make(self) -> None:
        """Make it if it is not there and there is room. It is no error if there is none."""
        with suppress(DiskFull):
            self.check()

    def check(self) -> None:
        """Make it if it is not there. Raises `DiskFull` if nothing may grow, as a deletion may need what is left."""
        path = self._path
        if path is None or self._is_there():
            return
        with self._turn:
            if self._is_there():
                return
            if _free(path.parent) < BYTES + _SPARE:
                raise DiskFull(FULL)
            try:
                _allocate(path)
            except OSError as error:
                with suppress(OSError):
                    path.unlink()
                if error.errno in (errno.ENOSPC, errno.EDQUOT):  # of others, whoever writes will hear
                    raise DiskFull(FULL) from error

    def free(self, work: Callable[[], Result]) -> Result:
        """Do what makes room, again if the disk is full. Raises what the work does."""
        try:
            return work()
        except StorageFailed as error:
            # SQLite cannot always say why it cannot write.
            if self._path is None or not (isinstance(error, DiskFull) or _free(self._path.parent) < BYTES):
                raise
        with self._turn:
            self._give_up()
            try:
                return work()
            finally:
                self.make()

    def _is_there(self) -> bool:
        try:
            return self._path is not None and self._path.stat().st_size >= BYTES
        except OSError:
            return False

    def _give_up(self) -> None:
        if self._path and self._is_there():
            logger.warning("The disk is full: what is deleted now takes the room that was kept for that.")
            with suppress(OSError):
                self._path.unlink()


def _allocate(path: Path) -> None:
    with os.fdopen(os.open(path, _FLAGS, 0o666), "ab") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, BYTES)
        except (AttributeError, OSError) as error:  # not every system has it, nor every file system
            if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
                raise
            file.truncate(0)
            file.write(bytes(BYTES))


def _free(folder: Path) -> int:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return 0
    return disk.f_bavail * disk.f_frsize if disk.f_blocks else sys.maxsize  # some file systems do not say
