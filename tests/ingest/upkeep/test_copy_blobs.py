"""The bytes of a project, copied from its folder into a bucket and back."""

from pathlib import Path

import pytest

from ingest.blobs import Blobs, intact, open_at
from ingest.corpus import Corpus
from ingest.errors import StorageFailed
from ingest.upkeep.backup import Copied
from ingest.upkeep.copy_blobs import copy_blobs
from tests.corpora import damage, put


def is_there(blobs: Blobs, sha256: str, content: bytes) -> bool:
    return b"".join(intact(blobs.open(sha256), sha256)) == content


def test_all_bytes_come_into_a_bucket_and_back_and_an_interrupted_copy_goes_on(
    corpus: Corpus, s3_url: str, tmp_path: Path
) -> None:
    contents = [b"The heron eats %d frogs." % number for number in range(50)]
    files = [put(corpus, "heron.txt", content, None) for content in [*contents, contents[0]]]
    upload = corpus.uploads.add("owl.txt", "assistants", 100)
    with corpus.uploads.new_part() as draft:
        draft.write(b"The owl eats.")
        corpus.uploads.add_part(upload.id, draft)
    size = sum(map(len, contents)) + 13
    bucket = open_at(s3_url, tmp_path / "scratch")
    assert copy_blobs(corpus.database, corpus.blobs, bucket) == Copied(51, size)
    assert all(is_there(bucket, file.sha256, content) for file, content in zip(files, contents, strict=False))
    assert copy_blobs(corpus.database, corpus.blobs, bucket) == Copied()
    bucket.delete(files[7].sha256, files[8].sha256)
    assert copy_blobs(corpus.database, corpus.blobs, bucket) == Copied(2, files[7].bytes + files[8].bytes)
    (tmp_path / "folder").mkdir()
    folder = open_at((tmp_path / "folder").as_uri(), tmp_path / "scratch", "herons")
    assert copy_blobs(corpus.database, bucket, folder) == Copied(51, size)
    assert all(is_there(folder, file.sha256, content) for file, content in zip(files, contents, strict=False))


def test_what_is_damaged_or_missing_is_named_and_not_copied(corpus: Corpus, tmp_path: Path) -> None:
    heron, owl, stork = (put(corpus, f"{name}.txt", f"The {name} eats.", None) for name in ("heron", "owl", "stork"))
    damage(corpus, heron.sha256)
    corpus.blobs.delete(owl.sha256)
    (tmp_path / "folder").mkdir()
    folder = open_at((tmp_path / "folder").as_uri(), tmp_path / "scratch", "herons")
    copied = copy_blobs(corpus.database, corpus.blobs, folder)
    assert copied == Copied(1, stork.bytes, {heron.sha256: "heron.txt", owl.sha256: "owl.txt"})
    assert folder.size(heron.sha256) is None


def test_a_source_that_is_not_there_is_no_damage(corpus: Corpus, tmp_path: Path) -> None:
    file = put(corpus, "heron.txt", "The heron eats.", None)
    (tmp_path / "folder").mkdir()
    nothing, folder = (open_at((tmp_path / "folder").as_uri(), tmp_path / "scratch", name) for name in "ab")
    nothing.expect([file.sha256])
    with pytest.raises(StorageFailed, match="is missing or empty"):
        copy_blobs(corpus.database, nothing, folder)
