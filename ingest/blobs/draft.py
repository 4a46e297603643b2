"""Bytes on their way in, before they are kept."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.errors import StorageFailed, TooLarge

SPLIT_IT = "Split the file, or have RAG_MAX_FILE_MB raised."


class Draft:
    """Counted and hashed as they arrive, in a file of `folder`, which is gone when left without being kept."""

    def __init__(self, folder: Path, limit: int, advice: str = SPLIT_IT, *, flush: bool = True) -> None:
        """Without `flush`, the caller sees to it that the bytes get to the disk."""
        self.limit = limit
        self._flush = flush
        self._advice = advice
        self.size = 0
        self._hash = hashlib.sha256()
        with in_words():
            descriptor, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def write(self, data: bytes) -> None:
        """Raises `TooLarge` once there is more than the limit."""
        self.size += len(data)
        if self.size > self.limit:
            raise TooLarge(f"This is larger than the {self.limit:,} bytes that are accepted. {self._advice}")
        self._hash.update(data)
        with in_words():
            self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def finish(self) -> None:
        """See that the bytes are on disk; once that is so, doing it again costs nothing."""
        if self._file.closed:
            return
        if self._flush:
            with in_words():
                os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Take away what is left of it; after it was kept, nothing is."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


@contextmanager
def in_words() -> Iterator[None]:
    """What the disk refuses, as `StorageFailed`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFailed("The disk is full: free some space, then send the file again.") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StorageFailed(f"The data folder cannot be written to: {error}.") from error
        raise
