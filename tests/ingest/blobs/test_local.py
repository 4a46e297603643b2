"""Blobs in a folder of this machine, and errors that are not the file's."""

import hashlib
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.blobs.local import LocalBlobs
from ingest.errors import Damaged, StorageFailed


def test_a_folder_that_was_removed_is_not_made_again(tmp_path: Path) -> None:
    data_dir = tmp_path / "project"
    data_dir.mkdir()
    blobs = LocalBlobs(data_dir / "blobs")
    data_dir.rmdir()
    with pytest.raises(StorageFailed, match="was removed"):
        blobs.draft(100)
    assert not data_dir.exists()


def test_what_is_to_be_flushed_may_be_deleted_meanwhile_but_not_the_folder(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    with blobs.draft(100) as draft:
        draft.write(b"heron")
        blobs.keep(draft)
    deleted = hashlib.sha256(b"owl").hexdigest()
    blobs.flush(draft.sha256, deleted)
    (tmp_path / "blobs").rename(tmp_path / "unmounted")
    with pytest.raises(StorageFailed, match="was removed"):
        blobs.flush(draft.sha256, deleted)


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


@pytest.mark.parametrize("put_there", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_what_was_put_in_the_place_of_a_blob_is_neither_waited_for_nor_read_without_end(
    tmp_path: Path, put_there: Callable[[Path], None]
) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    with blobs.draft(100) as draft:
        draft.write(b"heron")
        draft.finish()
        blobs.keep(draft)
    sha256 = hashlib.sha256(b"heron").hexdigest()
    path = tmp_path / "blobs" / sha256[:2] / sha256
    path.unlink()
    put_there(path)
    with pytest.raises(Damaged, match="it is not a file"):
        blobs.open(sha256)
    with pytest.raises(Damaged, match="it is not a file"), blobs.local_path(sha256):
        pass
