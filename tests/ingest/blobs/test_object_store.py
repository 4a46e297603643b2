"""A bucket that cannot be used, and copies of what is in it."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.blobs import Blobs, Draft, open_at
from ingest.blobs.copies import Copies
from ingest.errors import Damaged, StorageFailed
from tests.engines.s3 import CREDENTIALS, SECRET, S3Server, put_object
from tests.ingest.blobs.test_blobs import SMALL, keep, sha256_of

LARGE = os.urandom(9 << 20)


def uses(blobs: Blobs) -> list[Callable[[], object]]:
    sha256 = sha256_of(SMALL)
    return [
        blobs.check_there,
        lambda: keep(blobs, SMALL),
        lambda: keep(blobs, LARGE),
        lambda: blobs.open(sha256),
        lambda: blobs.size(sha256),
        lambda: blobs.local_path(sha256).__enter__(),
        lambda: blobs.delete(sha256),
        lambda: blobs.list(sha256[:2]),
    ]


def refusals(blobs: Blobs) -> list[str]:
    said = []
    for use in uses(blobs):
        with pytest.raises(StorageFailed) as refused:
            use()
        assert type(refused.value) is StorageFailed  # not `Damaged`, so what waits is tried again
        assert refused.value.__cause__ is None  # the library's words, which a log would have
        said.append(refused.value.message)
    return said


def test_wrong_credentials_are_told_and_not_repeated(
    s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET[::-1])
    for said in refusals(open_at(s3_url, tmp_path / "scratch")):
        assert "refuses this program" in said and "AWS_ACCESS_KEY_ID" in said
        assert SECRET[::-1] not in said and os.environ["AWS_ACCESS_KEY_ID"] not in said


def test_a_bucket_that_does_not_exist_is_told(s3_url: str, tmp_path: Path) -> None:
    blobs = open_at(s3_url.replace("//documents/", "//no-such-bucket/"), tmp_path / "scratch")
    for use in uses(blobs)[:1] + uses(blobs)[3:6]:  # this server makes one for what is written
        with pytest.raises(StorageFailed, match=r"There is no bucket s3://no-such-bucket/test-\w+ at http"):
            use()


def impatient(url: str, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    pytest.importorskip("obstore")
    for name in ("_WRITING", "_READING", "_QUICK"):
        monkeypatch.setattr(f"ingest.blobs.object_store.{name}", (1, 0))
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return open_at(url, scratch)


def test_a_server_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # and never listened at
        taken.bind(("127.0.0.1", 0))
        url = f"s3://documents?endpoint=http://127.0.0.1:{taken.getsockname()[1]}"
        for said in refusals(impatient(url, tmp_path / "scratch", monkeypatch)):
            assert "cannot be reached, or is too slow" in said


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One that may be stopped."""
    pytest.importorskip("obstore")
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.kill()


def test_a_server_that_does_not_answer_is_told_and_is_used_again_when_it_does(
    s3_url: str, own_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [sha256] = keep(open_at(own_server.url, tmp_path / "patient"), SMALL)
    blobs = impatient(own_server.url, tmp_path / "scratch", monkeypatch)
    own_server.pause()
    try:
        for use in (uses(blobs)[1], uses(blobs)[3]):
            with pytest.raises(StorageFailed, match="cannot be reached, or is too slow"):
                use()
    finally:
        own_server.go_on()
    assert blobs.open(sha256).read() == SMALL


def test_a_place_that_was_emptied_is_told_until_it_is_filled_again(s3_url: str, tmp_path: Path) -> None:
    blobs, other = (open_at(s3_url, tmp_path / name, "herons") for name in ("one", "other"))
    [sha256] = keep(blobs, SMALL)
    other.delete_all()
    for use in (blobs.check_there, lambda: blobs.open(sha256)):
        with pytest.raises(StorageFailed, match="was emptied while it was in use"):
            use()
    keep(other, SMALL)
    put_object(s3_url, "herons/rag-api", b"")
    blobs.check_there()
    assert blobs.open(sha256).read() == SMALL


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
def test_a_draft_that_was_changed_on_the_disk_is_not_kept(s3_url: str, tmp_path: Path, content: bytes) -> None:
    blobs = open_at(s3_url, tmp_path / "scratch")
    with blobs.draft(len(content)) as draft:
        draft.write(content)
        draft.finish()
        draft.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(Damaged):
            blobs.keep(draft)
    assert blobs.size(sha256_of(content)) is None


def test_a_blob_that_is_deleted_while_it_is_read_is_missing(s3_url: str, tmp_path: Path) -> None:
    blobs = open_at(s3_url, tmp_path / "scratch")
    [sha256] = keep(blobs, LARGE)
    with blobs.open(sha256) as source:
        source.read(1)
        blobs.delete(sha256)
        with pytest.raises(Damaged, match="missing"):
            source.read()


class Counted:
    """Downloads of what is asked for, each of ten bytes."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.waiting = threading.Event()
        self.waiting.set()

    def __call__(self, sha256: str, into: Draft) -> None:
        self.seen.append(sha256)
        self.waiting.wait()
        into.write(CONTENTS[sha256])


CONTENTS = {sha256_of(content): content for content in (b"%010d" % number for number in range(20))}
ONE, TWO, THREE, FOUR = list(CONTENTS)[:4]


def test_copies_are_kept_as_long_as_there_is_room_the_one_used_last_longest(tmp_path: Path) -> None:
    download = Counted()
    copies = Copies(tmp_path, 25, download)
    for sha256 in (ONE, TWO, ONE, THREE, ONE, TWO):
        with copies.path(sha256) as path:
            assert path.read_bytes() == CONTENTS[sha256]
    assert download.seen == [ONE, TWO, THREE, TWO]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([ONE, TWO])


def test_a_copy_in_use_stays(tmp_path: Path) -> None:
    copies = Copies(tmp_path, 25, Counted())
    with copies.path(ONE) as one, copies.path(TWO), copies.path(THREE), copies.path(FOUR):
        assert one.read_bytes() == CONTENTS[ONE]
        assert len(list(tmp_path.iterdir())) == 4
    assert len(list(tmp_path.iterdir())) == 2


def test_there_are_only_so_many_copies_however_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.blobs.copies.MOST_COPIES", 10)
    copies = Copies(tmp_path, 1 << 30, Counted())
    for sha256 in CONTENTS:
        with copies.path(sha256):
            pass
    assert len(list(tmp_path.iterdir())) == 10


def test_threads_share_a_download(tmp_path: Path) -> None:
    download, read = Counted(), []
    download.waiting.clear()
    copies = Copies(tmp_path, 100, download)

    def use() -> None:
        with copies.path(ONE) as path:
            read.append(path.read_bytes())

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    download.waiting.set()
    for thread in threads:
        thread.join()
    assert read == [CONTENTS[ONE]] * 8
    assert download.seen == [ONE]


def test_a_copy_that_was_changed_on_the_disk_is_made_anew(tmp_path: Path) -> None:
    download = Counted()
    copies = Copies(tmp_path, 100, download)
    with copies.path(ONE) as path:
        path.write_bytes(b"0000000001")
    with copies.path(ONE) as path:
        assert path.read_bytes() == CONTENTS[ONE]
    with copies.path(ONE) as path:
        path.unlink()
    with copies.path(ONE) as path:
        assert path.read_bytes() == CONTENTS[ONE]
    assert download.seen == [ONE, ONE, ONE]


def test_a_download_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    failing = True

    def download(sha256: str, into: Draft) -> None:
        into.write(CONTENTS[sha256][:5])
        if failing:
            raise Damaged("not those that were uploaded")
        into.write(CONTENTS[sha256][5:])

    copies = Copies(tmp_path, 100, download)
    with pytest.raises(Damaged), copies.path(ONE):
        pass
    assert list(tmp_path.iterdir()) == []
    failing = False
    with copies.path(ONE) as path:
        assert path.read_bytes() == CONTENTS[ONE]
