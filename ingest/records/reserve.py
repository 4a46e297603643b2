"""Room on the disk that is kept for deletions: as these write, too, a full disk could not be emptied without it."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ingest.errors import DiskFull, StorageFailed

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

BYTES = 4 << 20  # to delete a file or a store of a thousand files takes a tenth of it
_SPARE = 512 << 10  # which a deletion that goes on meanwhile may need
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
        if self._path and _free(self._path.parent) < BYTES:
            self._give_up()
        self.make()

    def make(self) -> None:
        """Make it if it is not there and there is room. It is no error if there is none."""
        path = self._path
        if path is None or path.exists():
            return
        with self._turn:
            if path.exists() or _free(path.parent) < BYTES + _SPARE:
                return
            try:
                with path.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, BYTES)
            except OSError:  # others have taken the room meanwhile
                path.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise `DiskFull` if nothing may grow, as a deletion may need what is left."""
        if self._path and not self._path.exists():
            self.make()
            if not self._path.exists():
                raise DiskFull(FULL)

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

    def _give_up(self) -> None:
        if self._path and self._path.exists():
            logger.warning("The disk is full: what is deleted now takes the room that was kept for that.")
            self._path.unlink(missing_ok=True)


def _free(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
