"""Blobs in a folder of this machine, and errors that are not the file's."""

import hashlib
import resource
from pathlib import Path

import pytest

from ingest.blobs.local import LocalBlobs
from ingest.errors import StorageFailed


def test_a_folder_that_was_removed_is_not_made_again(tmp_path: Path) -> None:
    data_dir = tmp_path / "project"
    data_dir.mkdir()
    blobs = LocalBlobs(data_dir / "blobs")
    data_dir.rmdir()
    with pytest.raises(StorageFailed, match="was removed"):
        blobs.draft(100)
    assert not data_dir.exists()


def test_a_process_without_descriptors_left_takes_no_file_for_damaged(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    with blobs.draft(100) as draft:
        draft.write(b"heron")
        draft.finish()
        blobs.keep(draft)
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))
    try:
        with pytest.raises(StorageFailed, match="Too many open files") as refused:
            blobs.open(hashlib.sha256(b"heron").hexdigest())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    assert type(refused.value) is StorageFailed  # not `Damaged`, so what waits is tried again
