"""Blobs in a folder of this machine."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.request import url2pathname

from ingest.blobs.address import Address
from ingest.blobs.draft import SPLIT_IT, Draft, in_words
from ingest.blobs.reading import intact
from ingest.data_folder import Opened
from ingest.errors import Damaged, StorageFailed

_KEPT = ".kept."
_ALL = "[0-9a-f][0-9a-f]/*"
_PUT_BACK = "stop the server, then put the folder back. Nothing was written."
_OF_THE_PROCESS = errno.EMFILE, errno.ENFILE, errno.ENOMEM
"""Errors that say nothing about the file."""


class LocalBlobs:
    """Blobs in a folder, as `ab/abcdef...`; a blob appears there whole or not at all.

    When a draft in `incoming` is kept, an empty file with the blob's name takes its place until the draft is discarded:
    so `recover` knows of it after a crash.
    """

    shared = False

    def __init__(self, folder: Path, *, flush: bool = True) -> None:
        """Without `flush`, the caller makes sure that blobs reach the disk."""
        self._folder = folder
        self._flush = flush
        self._incoming = folder / "incoming"
        self._opened = Opened(folder)
        self._expected: Sequence[str] = ()  # until one of them was seen
        self._in_use = folder.exists()
        if self._in_use:
            self._opened.check_there(_PUT_BACK)  # which folder it is

    def expect(self, kept: Sequence[str]) -> None:
        if kept and not self._may_be_ours(kept):
            self._expected = kept
            self._in_use = True

    def check_there(self) -> None:
        self._check_found()
        if self._in_use:
            self._opened.check_writable(_PUT_BACK)

    def _check_found(self) -> None:
        """Raise `StorageFailed` if this is not the folder with the bytes that are expected; once it was, they are
        expected no more."""
        if not self._expected:
            return
        if not self._may_be_ours(self._expected):
            raise StorageFailed(
                f"{str(self._folder)!r} is missing or empty, or has the files of another data folder (is a disk not "
                "mounted?): put the right one back, which is noticed, or restore a backup. Until then files are "
                "neither taken in nor read."
            )
        self._opened = Opened(self._folder)
        self._expected = ()

    def _may_be_ours(self, kept: Sequence[str]) -> bool:
        """Whether one of these blobs is there, or only they are lost: folders of ours are, and no blobs of others."""
        if any(self._path(sha256).exists() for sha256 in kept):
            return True
        if len(kept) > 1 and not self.is_empty():
            return False
        return self._incoming.exists() or any(self._path(sha256).parent.exists() for sha256 in kept)

    def draft(self, limit: int, advice: str = SPLIT_IT) -> Draft:
        self.check_there()
        if not (self._in_use and os.path.exists(self._incoming)):
            self._make_folders()
        return Draft(self._incoming, limit, advice, flush=self._flush)

    def _make_folders(self) -> None:
        """No earlier than they are needed, since a backup may lie on a read-only disk."""
        try:
            with in_words():
                for folder in (self._folder, self._incoming):
                    folder.mkdir(exist_ok=True)
        except FileNotFoundError as error:  # and not made again: it may be that of a deleted project
            raise StorageFailed(f"The folder {str(self._folder.parent)!r} was removed while it was in use.") from error
        self._in_use = True
        self.check_there()

    def keep(self, *drafts: Draft) -> None:
        paths = [self._path(draft.sha256) for draft in drafts]
        folders = {path.parent for path in paths}
        with in_words():
            if missing := [folder for folder in folders if not os.path.exists(folder)]:
                for folder in missing:
                    folder.mkdir(exist_ok=True)
                self._sync(self._folder)
            for draft, path in zip(drafts, paths, strict=True):
                trace = Path(f"{draft.path}{_KEPT}{draft.sha256}")
                os.close(os.open(trace, os.O_CREAT | os.O_WRONLY, 0o600))
                os.replace(draft.path, path)
                draft.path = trace
            for folder in {path.parent for draft, path in zip(drafts, paths, strict=True) if draft.finished}:
                self._sync(folder)

    def flush(self, *sha256s: str) -> None:
        paths = [self._path(sha256) for sha256 in sha256s]
        with in_words():
            for path in [*paths, *sorted({path.parent for path in paths})]:
                try:
                    self._sync(path)
                except FileNotFoundError:  # deleted meanwhile
                    self._opened.check_there(_PUT_BACK)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return open(self._path(sha256), "rb", opener=_regular)
        except OSError as error:
            if error.errno in _OF_THE_PROCESS:
                raise StorageFailed(f"The disk cannot be read now ({error.strerror}): try again.") from error
            if self._in_use:
                self._check_found()
                self._opened.check_there(_PUT_BACK)
            if isinstance(error, FileNotFoundError):
                raise
            raise Damaged(f"unreadable ({error.strerror})") from error

    def size(self, sha256: str) -> int | None:
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def fetch(self, sha256s: Sequence[str]) -> None:
        pass

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        for _ in intact(self.open(sha256), sha256):
            pass
        yield self._path(sha256)

    def delete(self, *sha256s: str) -> None:
        self._check_found()  # else they would be there again with the folder
        if self._in_use:
            self._opened.check_there(_PUT_BACK)
        with in_words():
            for sha256 in sha256s:
                self._path(sha256).unlink(missing_ok=True)

    def recover(self) -> Iterator[str]:
        if self._expected:  # what is there is not ours
            return
        with in_words():
            try:
                all_left_behind = list(self._incoming.iterdir())
            except FileNotFoundError:  # nothing was ever kept; but a file in the place of a folder is an error
                return
            for left_behind in all_left_behind:
                if sha256 := left_behind.name.partition(_KEPT)[2]:
                    yield sha256
                left_behind.unlink()  # a draft that was not kept was not acknowledged either

    def list(self, prefix: str) -> dict[str, int]:
        folder = self._folder / prefix
        with in_words():
            return {path.name: path.stat().st_size for path in folder.iterdir()} if folder.exists() else {}

    def is_empty(self) -> bool:
        return next(self._folder.glob(_ALL), None) is None

    def delete_all(self) -> None:
        with in_words():
            shutil.rmtree(self._folder, ignore_errors=not self._folder.exists())

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _sync(self, path: Path) -> None:
        if not self._flush:
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)  # of a folder, else a power cut can lose a new name, though not the bytes
        finally:
            os.close(descriptor)


def open_blobs(address: Address, _scratch: Path) -> LocalBlobs:
    return LocalBlobs(Path(url2pathname(address.prefix)))


def _regular(path: str, flags: int) -> int:
    """Open a file: a pipe in its place would be waited for, and a device be read without end."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a file")
    return descriptor
