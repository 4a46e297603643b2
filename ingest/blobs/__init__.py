"""The bytes as they came, each kept once under its sha256."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from ingest.errors import StorageFailed, TooLarge

_KEPT = ".kept."

SPLIT_IT = "Split the file, or have RAG_MAX_FILE_MB raised."


class Blobs(Protocol):
    """What keeping bytes takes; object storage offers the same."""

    def draft(self, limit: int, advice: str = SPLIT_IT) -> "Draft":
        """Takes at most `limit` bytes; `advice` is for whoever sends more."""

    def keep(self, *drafts: "Draft") -> None:
        """Make finished drafts blobs; they are on disk when this returns. Keeping the same bytes twice is fine."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, from any place: what is returned can `seek`. Raises `FileNotFoundError`."""

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        """A path at which a program can read the bytes."""

    def delete(self, sha256: str) -> None: ...

    def unrecorded(self) -> Iterator[str]:
        """The sha256 of blobs whose process died soon after they were kept, perhaps before it wrote their records."""

    def list(self, prefix: str) -> list[str]:
        """The sha256 of every blob that begins with these two digits."""


class Draft:
    """Bytes on their way in: counted and hashed as they arrive, gone when left without being kept."""

    def __init__(self, folder: Path, limit: int, advice: str) -> None:
        self.limit = limit
        self._advice = advice
        self.size = 0
        self._hash = hashlib.sha256()
        with _in_words():
            descriptor, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def write(self, data: bytes) -> None:
        """Raises `TooLarge` once there is more than the limit."""
        self.size += len(data)
        if self.size > self.limit:
            raise TooLarge(f"This is larger than the {self.limit:,} bytes that are accepted. {self._advice}")
        self._hash.update(data)
        with _in_words():
            self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def finish(self) -> None:
        """See that the bytes are on disk; once that is so, doing it again costs nothing."""
        if self._file.closed:
            return
        with _in_words():
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


class LocalBlobs:
    """Blobs in a folder, `ab/abcdef...`; a blob appears there whole or not at all.

    In `incoming` a draft becomes, when it is kept, an empty file that names the blob, until it is discarded.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        with _in_words():
            self._incoming.mkdir(parents=True, exist_ok=True)
        for left_behind in self._incoming.iterdir():
            if _KEPT not in left_behind.name:
                left_behind.unlink()  # a process died while these arrived: nobody was told that they had

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        return Draft(self._incoming, limit, advice)

    def keep(self, *drafts: Draft) -> None:
        paths = [self._path(draft.sha256) for draft in drafts]
        folders = {path.parent for path in paths}
        with _in_words():
            if missing := [folder for folder in folders if not folder.exists()]:
                for folder in missing:
                    folder.mkdir(exist_ok=True)
                _sync_folder(self.folder)
            for draft, path in zip(drafts, paths, strict=True):
                trace = draft.path.with_name(f"{draft.path.name}{_KEPT}{draft.sha256}")
                trace.touch()
                os.replace(draft.path, path)
                draft.path = trace
            for folder in folders:
                _sync_folder(folder)

    def open(self, sha256: str) -> BinaryIO:
        return self._path(sha256).open("rb")

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        yield self._path(sha256)

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def unrecorded(self) -> Iterator[str]:
        for trace in self._incoming.glob(f"*{_KEPT}*"):
            yield trace.name.partition(_KEPT)[2]
            trace.unlink()

    def list(self, prefix: str) -> list[str]:
        folder = self.folder / prefix
        return [path.name for path in folder.iterdir()] if folder.exists() else []

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # without this a power cut can forget the new name though not the bytes
    finally:
        os.close(descriptor)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFailed("The disk is full: free some space, then send the file again.") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StorageFailed(f"The data folder cannot be written to: {error}.") from error
        raise
