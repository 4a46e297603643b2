"""Copies of blobs on this machine's disk, for programs that read files: those used last, as many as may be."""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from ingest.blobs.draft import Draft, in_words

MOST_COPIES = 10_000

Download = Callable[[str, Draft], None]
"""Writes the blob of this sha256 into the draft. Raises `Damaged` if its bytes are others."""


@dataclass
class _Copy:
    lock: Lock = field(default_factory=Lock)  # of whoever makes it, or looks whether it is intact
    users: int = 0
    bytes: int = 0  # none before it was made


class Copies:
    """Threads that want the same blob share one copy. One that is in use stays, so there may be more for that time."""

    def __init__(self, folder: Path, most_bytes: int, download: Download) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._download = download
        self._copies: OrderedDict[str, _Copy] = OrderedDict()  # the one used last at the end
        self._bytes = 0
        self._changing = Lock()

    @contextmanager
    def path(self, sha256: str) -> Iterator[Path]:
        """A file with these bytes, which were compared just now."""
        path = self._folder / sha256
        with self._changing:
            copy = self._copies.setdefault(sha256, _Copy())
            copy.users += 1
            self._copies.move_to_end(sha256)
        try:
            with copy.lock:
                if not copy.bytes or not _is_intact(path, sha256):
                    size = self._made(path, sha256)
                    with self._changing:
                        self._bytes += size - copy.bytes
                        copy.bytes = size
            yield path
        finally:
            with self._changing:
                copy.users -= 1
                if not copy.bytes and not copy.users:
                    del self._copies[sha256]
                while self._bytes > self._most_bytes or len(self._copies) > MOST_COPIES:
                    idle = next((key for key, each in self._copies.items() if not each.users), None)
                    if idle is None:
                        break
                    self._bytes -= self._copies.pop(idle).bytes
                    (self._folder / idle).unlink(missing_ok=True)

    def _made(self, path: Path, sha256: str) -> int:
        with Draft(self._folder, limit=1 << 62, flush=False) as draft:
            self._download(sha256, draft)
            draft.finish()
            with in_words():
                os.replace(draft.path, path)
            return draft.size


def _is_intact(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == sha256
    except OSError:
        return False
