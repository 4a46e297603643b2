"""What every blob storage does, the folder and the bucket."""

import hashlib
import os
from pathlib import Path

import pytest

from ingest.blobs import Blobs, intact, open_at, within
from ingest.errors import Damaged, StorageFailed, TooLarge
from tests.engines.s3 import put_object

SMALL = b"The heron eats."
LARGE = os.urandom((8 << 20) + 12_345)  # uploaded and downloaded in several requests


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        return str(request.getfixturevalue("s3_url"))
    (tmp_path / "kept").mkdir()
    return (tmp_path / "kept").as_uri()


@pytest.fixture
def blobs(url: str, tmp_path: Path) -> Blobs:
    opened = open_at(url, tmp_path / "scratch", "herons")
    opened.check_there()
    return opened


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(blobs: Blobs, *contents: bytes) -> list[str]:
    drafts = [blobs.draft(len(content)) for content in contents]
    for draft, content in zip(drafts, contents, strict=True):
        for start in range(0, len(content), 1 << 20):
            draft.write(content[start : start + (1 << 20)])
        draft.finish()
    blobs.keep(*drafts)
    for draft in drafts:
        draft.discard()
    return [draft.sha256 for draft in drafts]


def damage(url: str, sha256: str, content: bytes) -> None:
    """Have other bytes lie there."""
    if url.startswith("s3"):
        put_object(url, f"herons/{sha256[:2]}/{sha256}", content)
    else:
        (Path(url.removeprefix("file://")) / "herons" / sha256[:2] / sha256).write_bytes(content)


def test_what_was_kept_unfinished_is_there_before_and_after_it_is_flushed(blobs: Blobs) -> None:
    with blobs.draft(len(SMALL)) as draft:
        draft.write(SMALL)
        blobs.keep(draft)
    for _ in range(2):
        with blobs.open(draft.sha256) as source:
            assert source.read() == SMALL
        blobs.flush(draft.sha256, sha256_of(b"of no blob"))


def test_what_was_kept_is_there_whole_and_in_parts(blobs: Blobs) -> None:
    for content in (SMALL, LARGE):
        [sha256] = keep(blobs, content)
        assert sha256 == sha256_of(content)
        assert blobs.size(sha256) == len(content)
        assert b"".join(intact(blobs.open(sha256), sha256)) == content
        for part in (range(1), range(3, 11), range(len(content) - 5, len(content)), range(len(content))):
            assert b"".join(within(blobs.open(sha256), part)) == content[part.start : part.stop]
        with blobs.open(sha256) as source:
            assert source.seek(0, os.SEEK_END) == len(content)
            assert source.read(1) == b""
            assert source.seek(-5, os.SEEK_END) == len(content) - 5
            assert source.read() == content[-5:]
            source.seek(2)
            assert source.read(3) == content[2:5]
        with blobs.local_path(sha256) as path:
            assert path.read_bytes() == content


def test_many_are_kept_together_and_listed_by_how_they_begin(blobs: Blobs) -> None:
    contents = [b"%d" % number for number in range(40)]
    kept = dict(zip(keep(blobs, *contents), contents, strict=True))
    listed = {sha256: size for number in range(256) for sha256, size in blobs.list(f"{number:02x}").items()}
    assert listed == {sha256: len(content) for sha256, content in kept.items()}


def test_many_are_fetched_together_and_one_that_is_missing_does_not_matter(blobs: Blobs) -> None:
    contents = [b"%d" % number for number in range(40)]
    kept = keep(blobs, *contents)
    blobs.fetch([*kept, sha256_of(b"missing")])
    for sha256, content in zip(kept, contents, strict=True):
        with blobs.local_path(sha256) as path:
            assert path.read_bytes() == content
    with pytest.raises(FileNotFoundError), blobs.local_path(sha256_of(b"missing")):
        pass


def test_the_same_bytes_may_be_kept_twice(blobs: Blobs) -> None:
    assert keep(blobs, SMALL) == keep(blobs, SMALL)
    [sha256] = keep(blobs, SMALL)
    assert blobs.list(sha256[:2]) == {sha256: len(SMALL)}


def test_a_deleted_blob_is_gone_and_may_be_deleted_again(blobs: Blobs) -> None:
    one, two, three = keep(blobs, b"one", b"two", b"three")
    blobs.delete(one)
    blobs.delete(one, two)
    blobs.delete(one)
    assert blobs.size(one) is None
    assert blobs.size(three) == 5
    with pytest.raises(FileNotFoundError):
        blobs.open(two)
    with pytest.raises(FileNotFoundError), blobs.local_path(two):
        pass


def test_a_draft_that_was_not_kept_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    keep(blobs, SMALL)
    with blobs.draft(100) as draft:
        draft.write(b"nothing")
    assert blobs.size(sha256_of(b"nothing")) is None
    assert not draft.path.exists()
    left_behind = blobs.draft(100)
    left_behind.write(b"of a process that died")
    assert list(blobs.recover()) == []
    assert not left_behind.path.exists()
    left_behind.discard()
    with blobs.draft(3) as draft, pytest.raises(TooLarge):
        draft.write(b"four")


@pytest.mark.parametrize(
    ("content", "harm"),
    [(SMALL, "other"), (SMALL, "cut short"), (SMALL, "longer"), (SMALL, "empty"), (LARGE, "other")],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_damage_is_noticed_before_a_program_reads_it(blobs: Blobs, url: str, content: bytes, harm: str) -> None:
    [sha256] = keep(blobs, content)
    damaged = {"other": content[:-1] + b"\0", "cut short": content[:-1], "longer": content + b".", "empty": b""}[harm]
    damage(url, sha256, damaged)
    with pytest.raises(Damaged, match="not those that were uploaded"), blobs.local_path(sha256):
        pass
    with pytest.raises(Damaged, match="not those that were uploaded"):
        list(intact(blobs.open(sha256), sha256))
    keep(blobs, content)
    with blobs.local_path(sha256) as path:
        assert path.read_bytes() == content


def test_projects_have_places_of_their_own(blobs: Blobs, url: str, tmp_path: Path) -> None:
    [sha256] = keep(blobs, SMALL)
    other = open_at(url, tmp_path / "other", "owls")
    other.check_there()
    assert other.size(sha256) is None
    keep(other, SMALL)
    other.delete_all()
    assert other.list(sha256[:2]) == {}
    assert blobs.size(sha256) == len(SMALL)


def test_files_that_are_expected_and_not_there_are_told_and_nothing_is_kept_or_deleted(
    blobs: Blobs, url: str, tmp_path: Path
) -> None:
    keep(blobs, b"of others", b"more of others")
    again = open_at(url, tmp_path / "again", "herons")
    again.expect([sha256_of(b"ours"), sha256_of(b"ours, too")])
    for use in (again.check_there, lambda: keep(again, SMALL), lambda: again.delete(sha256_of(b"of others"))):
        with pytest.raises(StorageFailed, match="files are neither taken in nor read"):
            use()
    assert blobs.size(sha256_of(b"of others")) == 9
    keep(blobs, b"ours, too")
    again.check_there()
    keep(again, SMALL)
