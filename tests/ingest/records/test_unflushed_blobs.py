"""Small uploads, of which one flush is on the disk: none of them is lost when the power is cut."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

import ingest.corpus
from ingest.blobs.local import LocalBlobs
from ingest.convert.sandbox import Sandbox
from ingest.corpus import Corpus, Parts
from ingest.errors import Damaged, StorageFailed
from ingest.records import schema
from ingest.records.files import StoredFile
from ingest.records.unflushed_blobs import MOST_BYTES, SMALL_BYTES, UnflushedBlobs
from ingest.settings import Settings
from tests.corpora import put

pytestmark = pytest.mark.databases("sqlite")

CONTENT = b"The heron eats."


class Died(Exception):
    """What ends a process, here and now."""


class Flushed(LocalBlobs):
    """Remembers what was flushed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.flushed: list[str] = []

    def flush(self, *sha256s: str) -> None:
        super().flush(*sha256s)
        self.flushed += sha256s


@contextmanager
def opened(settings: Settings, sandbox: Sandbox) -> Iterator[tuple[Corpus, Flushed]]:
    """A corpus that flushes when the test says so."""
    blobs = Flushed(settings.data_dir / "blobs")
    with ingest.corpus.open_corpus(settings, Parts(sandbox=sandbox, blobs=blobs)) as corpus:
        corpus.expiry.stop()
        yield corpus, blobs


def unflushed(corpus: Corpus) -> int:
    with corpus.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(schema.unflushed_blobs)) or 0


def content_of(corpus: Corpus, file: StoredFile) -> bytes:
    return b"".join(corpus.files.read(file))


def path_of(settings: Settings, file: StoredFile) -> Path:
    return settings.data_dir / "blobs" / file.sha256[:2] / file.sha256


def test_what_a_power_cut_leaves_empty_or_takes_away_is_written_again(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        empty, lost, whole = (put(corpus, "a.txt", text) for text in (CONTENT, b"The owl eats.", b"The bat eats."))
        assert unflushed(corpus) == 3
    path_of(settings, empty).write_bytes(b"")
    shutil.rmtree(path_of(settings, lost).parent)
    with opened(settings, sandbox) as (corpus, _):
        assert [content_of(corpus, file) for file in (empty, lost, whole)] == [
            CONTENT,
            b"The owl eats.",
            b"The bat eats.",
        ]
        assert unflushed(corpus) == 0


def test_a_moment_later_the_blobs_are_flushed_and_their_bytes_leave_the_records(
    settings: Settings, sandbox: Sandbox
) -> None:
    with opened(settings, sandbox) as (corpus, blobs):
        files = [put(corpus, "a.txt", f"Heron {number} eats.") for number in range(3)]
        assert blobs.flushed == []
        corpus.cleanup.kept.expire()
        assert sorted(blobs.flushed) == sorted(file.sha256 for file in files)
        assert unflushed(corpus) == 0
        corpus.cleanup.kept.expire()
        assert len(blobs.flushed) == 3


def test_what_was_deleted_meanwhile_is_neither_flushed_nor_written_again(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        corpus.files.delete(put(corpus, "a.txt", CONTENT).id)
        corpus.cleanup.kept.expire()
        assert unflushed(corpus) == 0
        file = put(corpus, "a.txt", CONTENT)
        corpus.files.delete(file.id)
        assert unflushed(corpus) == 1
    with opened(settings, sandbox) as (corpus, _):
        assert not path_of(settings, file).exists()
        assert unflushed(corpus) == 0


def test_what_was_deleted_does_not_stay_when_a_process_dies_as_it_writes_blobs_again(
    settings: Settings, sandbox: Sandbox
) -> None:
    with opened(settings, sandbox) as (corpus, _):
        file = put(corpus, "a.txt", CONTENT)
        corpus.files.delete(file.id)
        dying = UnflushedBlobs(corpus.database, corpus.blobs)
        with pytest.raises(Died), dying.restoring():
            assert path_of(settings, file).exists()
            raise Died
    with opened(settings, sandbox):
        assert not path_of(settings, file).exists()


def test_large_files_and_more_than_a_few_megabytes_are_flushed_at_once(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        put(corpus, "large.txt", b"x" * (SMALL_BYTES + 1))
        assert unflushed(corpus) == 0
        most = MOST_BYTES // SMALL_BYTES
        for number in range(most + 3):
            put(corpus, "small.txt", bytes([number]) * SMALL_BYTES)
        assert unflushed(corpus) == most
        corpus.cleanup.kept.expire()
        put(corpus, "small.txt", CONTENT)
        assert unflushed(corpus) == 1


@pytest.mark.databases("postgresql")
def test_where_others_have_the_records_too_all_is_flushed_at_once(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        put(corpus, "a.txt", CONTENT)
        assert unflushed(corpus) == 0


def test_bytes_of_another_file_are_not_replaced_by_some_that_may_be_lost(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        put(corpus, "a.txt", CONTENT)
        corpus.cleanup.kept.expire()
        put(corpus, "b.txt", CONTENT)
        assert unflushed(corpus) == 0


def test_blobs_that_cannot_be_written_again_yet_are_later(settings: Settings, sandbox: Sandbox) -> None:
    with opened(settings, sandbox) as (corpus, _):
        kept, file = put(corpus, "a.txt", b"The owl eats."), put(corpus, "b.txt", CONTENT)
    blobs = settings.data_dir / "blobs"
    path_of(settings, file).write_bytes(b"")
    blobs.rename(settings.data_dir / "unmounted")
    with opened(settings, sandbox) as (corpus, _):
        with pytest.raises(StorageFailed, match="missing or empty"):
            corpus.cleanup.kept.expire()
        assert unflushed(corpus) == 2
        (settings.data_dir / "unmounted").rename(blobs)
        with pytest.raises(Damaged):
            content_of(corpus, file)
        corpus.cleanup.kept.expire()
        assert content_of(corpus, file) == CONTENT
        assert content_of(corpus, kept) == b"The owl eats."
        assert unflushed(corpus) == 0
