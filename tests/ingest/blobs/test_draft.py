"""What arrives and is no blob yet."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.blobs import Draft
from ingest.errors import StorageFailed


@contextmanager
def file_size_limit(most: int) -> Iterator[None]:
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_bytes_for_which_there_is_only_some_room_are_refused(tmp_path: Path) -> None:
    with Draft(tmp_path, 1 << 30) as draft, file_size_limit(1000), pytest.raises(StorageFailed, match="cannot be"):
        draft.write(b"x" * 1500)  # of which the disk takes 1000, and says so without an error
