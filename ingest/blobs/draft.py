"""A draft: bytes that are arriving, and are not a blob yet."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.counted import counted
from ingest.errors import DiskFull, StorageFailed, TooLarge

SPLIT_IT = "Split the file, or have RAG_MAX_FILE_MB raised."


class Draft:
    """A file in `folder` that counts and hashes what is written to it. Leaving the `with` block deletes it, unless it
    was kept."""

    def __init__(self, folder: Path, limit: int, advice: str = SPLIT_IT, *, flush: bool = True) -> None:
        """Without `flush`, the caller makes sure that the bytes reach the disk."""
        self.limit = limit
        self._flush = flush
        self._advice = advice
        self.size = 0
        self.kept = False  # its bytes are a blob
        self._hash = hashlib.sha256()
        self.path = folder / secrets.token_hex(16)
        with in_words():
            self._file = FileIO(self.path, "x+", opener=_private)

    def expect(self, size: int) -> None:
        """Raise `TooLarge` if so many bytes are above the limit, before they are read."""
        if size > self.limit:
            raise TooLarge(
                f"This is larger than {counted(self.limit, 'byte')}, the most that is accepted. {self._advice}"
            )

    def write(self, data: bytes | memoryview) -> None:
        """Raises `TooLarge` above the limit, and `StorageFailed`."""
        self.size += len(data)
        self.expect(self.size)
        self._hash.update(data)
        with in_words():
            written = self._file.write(data)
            while written < len(data):  # the disk is about to be full, which only the next attempt is told
                written += self._file.write(data[written:])

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    @property
    def finished(self) -> bool:
        return self._file.closed

    def content(self) -> bytes:
        """What was written, as long as it is not finished. Raises `StorageFailed`."""
        with in_words():
            content = os.pread(self._file.fileno(), self.size, 0)
        if len(content) != self.size:
            raise StorageFailed("The disk has lost what was just written to it: see to it, then send the file again.")
        return content

    def finish(self) -> None:
        """Flush the bytes to disk; calling it again costs nothing. Raises `StorageFailed`."""
        if self._file.closed:
            return
        if self._flush:
            with in_words():
                os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Delete the file; once it was kept, there is none."""
        self._file.close()
        with suppress(FileNotFoundError):
            os.unlink(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def in_words() -> Iterator[None]:
    """Raise `StorageFailed` for a disk that is full or cannot be used; `FileNotFoundError` is left to the caller."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("The disk is full: free some space, then send the file again.") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StorageFailed(f"The data folder cannot be used ({error}): check its permissions.") from error
        raise StorageFailed(f"The disk cannot be read or written ({error}): see to it, then try again.") from error
