"""The data folder: what lies where in it, and that it belongs to one process at a time.

lock                  the id of the process that has it
records.db            files, stores, uploads, and what is still to be ingested (`records`)
answers.db            responses, conversations, completions (`rag_api.history`)
access.db             API keys (`rag_api.access`)
doorbell              a pipe by which servers wake whoever ingests (`records.named_pipe`), where there are several
keys-needed           there once a key was made: so it is noticed if `access.db` is lost
index/                chunks, and what is searched (`index`)
blobs/                the bytes that were uploaded (`blobs`)
scratch/              what arrives, and copies, where the bytes are kept elsewhere (`blobs.object_store`)
reserve               room on the disk that is kept for deletions (`records.reserve`)
restoring             there as long as a backup is being restored (`upkeep.backup`)
copying               there as long as another installation is being copied to it (`upkeep.copy`)
projects/NAME.ID/     all of this for each further project, but for access.db and keys-needed

All of it is for its owner alone. The folder is made so, and what is in it, as older versions made it, becomes so when
it is opened. A folder that was there before stays as it is: it may hold more than this.
"""

import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.errors import FolderInUse, NotFound, StorageFailed

LOCK, RECORDS, ANSWERS, ACCESS, INDEX, BLOBS = "lock", "records.db", "answers.db", "access.db", "index", "blobs"
RESERVE, RESTORING, PROJECTS, SCRATCH, KEYS_NEEDED = "reserve", "restoring", "projects", "scratch", "keys-needed"
COPYING, DOORBELL = "copying", "doorbell"
MANIFEST = "backup.json"  # of a backup (`upkeep.backup`), which is no data folder

_LOCK_BYTES = 32
_WRITABLE = 0o022  # by the group or all

logger = logging.getLogger(__name__)


PRIVATE = 0o077
"""The umask of programs that write here: nobody else may read what they make."""


@contextmanager
def hold(folder: Path, otherwise: str = "set RAG_DATA_DIR to another folder") -> Iterator[bool]:
    """Lock the folder, made if need be, until the end of the block or of the process; yields whether the last process
    that held it was killed. Raises `StorageFailed`, and `FolderInUse`, which says to stop the other process or what to
    do `otherwise`."""
    try:
        folder.mkdir(mode=0o777 & ~PRIVATE, parents=True, exist_ok=True)
        # Never a link: who may write in the folder could have another file of ours overwritten.
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666 & ~PRIVATE)
    except (FileExistsError, NotADirectoryError) as error:
        raise StorageFailed(
            f"The folder {str(folder)!r} cannot be used: it is a file, or in one. Check its name, or {otherwise}."
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"The folder {str(folder)!r} cannot be used: {error.strerror}. Check its permissions, or {otherwise}."
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(lock).st_mode):
            raise StorageFailed(f"{str(folder / LOCK)!r} is not a file: remove it.")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, _LOCK_BYTES, 0).decode(errors="replace").strip() or "unknown"
            raise FolderInUse(
                f"The folder {str(folder)!r} is in use by the process with id {holder}: stop that one, or {otherwise}."
            ) from None
        before = os.pread(lock, _LOCK_BYTES, 0)
        was_killed = len(before) == _LOCK_BYTES and not before.isspace()  # 0.1.0 wrote fewer, and left them
        try:
            # Over the last one, since that takes no room on a full disk.
            os.pwrite(lock, str(os.getpid()).ljust(_LOCK_BYTES).encode(), 0)
        except OSError as error:
            raise StorageFailed(f"The folder {str(folder)!r} cannot be used: {error.strerror}.") from error
        _make_private(folder)
        _tell_who_may_write(folder)
        try:
            yield was_killed
        finally:
            os.pwrite(lock, b" " * _LOCK_BYTES, 0)
    finally:
        os.close(lock)


def _make_private(folder: Path) -> None:
    databases = [path for name in (RECORDS, ANSWERS, ACCESS) for path in folder.glob(f"{name}*")]
    for path in (folder / LOCK, folder / INDEX, folder / BLOBS, *databases):
        with suppress(OSError):  # gone meanwhile, or another user's
            mode = path.lstat().st_mode
            if mode & PRIVATE and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~PRIVATE)


def _tell_who_may_write(folder: Path) -> None:
    status = folder.stat()
    if status.st_mode & _WRITABLE:
        logger.warning(
            "Others than its owner may write in %s (%s), and could replace what is kept there: `chmod go-w` it.",
            folder,
            stat.filemode(status.st_mode),
        )
    if status.st_uid != os.geteuid():
        logger.warning(
            "%s belongs to another user (id %d), who may replace what is kept there and not read what is made now: run "
            "this as that user, or `chown` the folder.",
            folder,
            status.st_uid,
        )


def check_there(folder: Path) -> None:
    """Raise `NotFound` if there is no data folder, for who only wants to look: `hold` would make one. Of a file, `hold`
    says what it is. Raise `StorageFailed` for a backup."""
    _check_no_backup(folder)
    if not folder.is_file() and not any((folder / part).exists() for part in (RECORDS, INDEX, BLOBS, RESTORING)):
        raise NotFound(
            f"There is no data folder {str(folder)!r}: name the one that is meant by --data-dir or RAG_DATA_DIR."
        )


class Opened:
    """A file that this process has open. Who writes to one that was removed or replaced meanwhile would lose it all at
    the next start, and hear of no error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None

    def check_writable(self, advice: str) -> None:
        """`check_there`; raise `StorageFailed` also if it cannot be written to any more."""
        self.check_there(advice)
        if not os.access(self._path, os.W_OK):
            raise StorageFailed(
                f"{self._path.name} cannot be written to any more: check its permissions, its owner, and whether its "
                "disk is mounted read-only."
            )

    def check_there(self, advice: str) -> None:
        """Raise `StorageFailed`, with advice, if its path is no longer that of the file that it was at the first
        call."""
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise StorageFailed(f"{self._path.name} was removed while it was in use: {advice}") from error
        except OSError as error:
            raise StorageFailed(f"{self._path.name} cannot be reached any more ({error.strerror}): {advice}") from error
        self._file = self._file or (found.st_dev, found.st_ino)
        if self._file != (found.st_dev, found.st_ino):
            raise StorageFailed(f"{self._path.name} was replaced while it was in use: {advice}")


def has_documents(folder: Path) -> bool:
    """Whether there are bytes that somebody uploaded."""
    return any((folder / BLOBS).glob("[0-9a-f][0-9a-f]/*"))


def check_restored(folder: Path) -> None:
    """Raise `StorageFailed` if the data folder is a backup, or was restored or copied only in part."""
    _check_no_backup(folder)
    if (folder / RESTORING).exists():
        raise StorageFailed(f"The folder {str(folder)!r} was not restored to the end: run `rag-ingest restore` again.")
    if (folder / COPYING).exists():
        raise StorageFailed(f"The folder {str(folder)!r} was not copied to the end: run `rag-ingest copy` again.")


def _check_no_backup(folder: Path) -> None:
    if (folder / MANIFEST).exists() and not (folder / RECORDS).exists():
        raise StorageFailed(
            f"{str(folder)!r} is a backup: `rag-ingest restore` makes a data folder of it, in another place."
        )
