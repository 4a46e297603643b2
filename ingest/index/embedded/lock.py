"""The operating system's lock on a folder: one process writes, and its death frees the lock."""

import fcntl
import os
from pathlib import Path
from typing import IO

from ...errors import FolderInUse, StorageFailed


def lock(folder: Path) -> IO[str]:
    """Makes the folder if need be and holds it until the returned file is closed."""
    path = folder / "lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise StorageFailed(
            f"The index folder {folder} cannot be opened ({error.strerror}). "
            "Make it writable, or choose another data folder."
        ) from error
    try:
        # A record lock, not flock(): a forked child must not keep the folder after its parent is gone.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise FolderInUse(
            f"The index folder {folder} is in use by another process (id {holder}). "
            "Stop that process, or choose another data folder for this one."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
