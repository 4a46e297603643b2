"""Who deletes which blob and when, where many processes share them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

import ingest.corpus
from ingest.blobs import Draft
from ingest.blobs.local import LocalBlobs
from ingest.convert.sandbox import Sandbox
from ingest.corpus import Corpus, Parts
from ingest.errors import QuotaExceeded, StorageFailed
from ingest.records import schema, storage
from ingest.records.cleanup import Kind
from ingest.records.database import open_database
from ingest.records.files import StoredFile
from ingest.records.kept_blobs import LATE_S, SWEPT_EVERY_S, OfMany
from ingest.settings import Settings
from ingest.upkeep.check import findings_of_records
from tests.corpora import OpenCorpus, put, settings_in, statements
from tests.databases import NewDatabase

CONTENT = b"The heron eats."


class SharedBlobs(LocalBlobs):
    """A folder that others use, too; `before_delete` is what they do just then."""

    shared = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.before_delete: Callable[[], None] = lambda: None

    def delete(self, *sha256s: str) -> None:
        self.before_delete()
        super().delete(*sha256s)


@pytest.fixture
def blobs(tmp_path: Path) -> SharedBlobs:
    return SharedBlobs(tmp_path / "bucket")


@pytest.fixture
def corpus(settings: Settings, sandbox: Sandbox, blobs: SharedBlobs) -> Iterator[Corpus]:
    with open_shared(settings, sandbox, blobs) as opened:
        yield opened


@contextmanager
def open_shared(settings: Settings, sandbox: Sandbox, blobs: SharedBlobs) -> Iterator[Corpus]:
    with ingest.corpus.open_corpus(settings, Parts(sandbox=sandbox, blobs=blobs)) as opened:
        opened.expiry.stop()  # it runs when the test says so
        yield opened


def keep(corpus: Corpus, content: bytes = CONTENT) -> StoredFile:
    return put(corpus, "heron.txt", content, None)


def an_hour_later(corpus: Corpus) -> None:
    earlier = schema.doomed_blobs.c.doomed_at - LATE_S
    with corpus.database.write() as connection:
        connection.execute(update(schema.doomed_blobs).values(doomed_at=earlier))
    corpus.cleanup.kept.expire()


def doomed(corpus: Corpus) -> list[str]:
    with corpus.database.read() as connection:
        return list(connection.scalars(select(schema.doomed_blobs.c.sha256)))


def delete_and_die(corpus: Corpus, file: StoredFile) -> None:
    """Write that a file is deleted, and do nothing of what it leaves to do."""
    with corpus.database.write() as connection:
        connection.execute(delete(schema.files).where(schema.files.c.id == file.id))
        corpus.cleanup.add(connection, Kind.BLOB, [file.sha256])


def content_of(corpus: Corpus, file: StoredFile) -> bytes:
    return b"".join(corpus.files.read(file))


def test_the_bytes_of_a_deleted_file_go_an_hour_later(corpus: Corpus) -> None:
    file, other = keep(corpus), keep(corpus, b"The owl eats.")
    assert doomed(corpus) == []
    corpus.files.delete(file.id)
    corpus.cleanup.kept.expire()
    assert corpus.blobs.size(file.sha256) == file.bytes
    an_hour_later(corpus)
    assert corpus.blobs.size(file.sha256) is None
    assert doomed(corpus) == []
    assert content_of(corpus, other) == b"The owl eats."


def test_bytes_that_are_uploaded_again_meanwhile_stay(corpus: Corpus) -> None:
    corpus.files.delete(keep(corpus).id)
    again = keep(corpus)
    an_hour_later(corpus)
    assert content_of(corpus, again) == CONTENT


def test_bytes_that_another_file_or_a_part_needs_stay(corpus: Corpus) -> None:
    file, other = keep(corpus), keep(corpus)
    corpus.files.delete(file.id)
    an_hour_later(corpus)
    assert content_of(corpus, other) == CONTENT
    upload = corpus.uploads.add("heron.txt", "assistants", len(CONTENT))
    with corpus.uploads.new_part() as draft:
        draft.write(CONTENT)
        part = corpus.uploads.add_part(upload.id, draft)
    corpus.files.delete(other.id)
    an_hour_later(corpus)
    joined = corpus.uploads.complete(upload.id, [part.id]).file_id or ""
    assert content_of(corpus, corpus.files.get(joined)) == CONTENT
    assert doomed(corpus) == []  # the part and the file have the same bytes


def test_what_another_server_deletes_is_not_taken_from_one_that_is_about_to_record_it(corpus: Corpus) -> None:
    file = keep(corpus)
    here = OfMany(corpus.database, corpus.blobs)
    with a_draft(corpus) as draft:
        here.prepare(draft)
        corpus.files.delete(file.id)  # by another server
        corpus.cleanup.kept.expire()
        again = corpus.files.add(draft, "heron.txt", "assistants")
    an_hour_later(corpus)
    assert content_of(corpus, again) == CONTENT


@contextmanager
def a_draft(corpus: Corpus) -> Iterator[Draft]:
    with corpus.blobs.draft(100) as draft:
        draft.write(CONTENT)
        yield draft


def test_an_upload_that_begins_while_its_bytes_are_being_deleted_keeps_them(corpus: Corpus, blobs: SharedBlobs) -> None:
    corpus.files.delete(keep(corpus).id)
    kept: list[StoredFile] = []
    uploading = threading.Thread(target=lambda: kept.append(keep(corpus)))

    def upload() -> None:
        uploading.start()
        uploading.join(0.3)

    blobs.before_delete = upload
    an_hour_later(corpus)
    uploading.join()
    assert content_of(corpus, kept[0]) == CONTENT
    assert doomed(corpus) == []


def test_bytes_whose_record_was_never_written_go_an_hour_later(
    settings: Settings, sandbox: Sandbox, blobs: SharedBlobs
) -> None:
    with open_shared(settings, sandbox, blobs) as corpus, a_draft(corpus) as draft:
        corpus.cleanup.kept.prepare(draft)  # and here the process dies
    with open_shared(settings, sandbox, blobs) as corpus:
        assert corpus.blobs.size(draft.sha256) == len(CONTENT)
        an_hour_later(corpus)
        assert corpus.blobs.size(draft.sha256) is None


def test_bytes_that_are_refused_go_an_hour_later(corpus: Corpus) -> None:
    storage.limit(corpus.settings, max_bytes=3)
    with pytest.raises(QuotaExceeded):
        keep(corpus)
    [sha256] = doomed(corpus)
    an_hour_later(corpus)
    assert corpus.blobs.size(sha256) is None


def test_a_record_that_comes_after_its_bytes_were_deleted_is_refused(corpus: Corpus) -> None:
    with a_draft(corpus) as draft:
        corpus.cleanup.kept.prepare(draft)
        an_hour_later(corpus)
        with pytest.raises(StorageFailed, match="send them again"):
            corpus.files.add(draft, "heron.txt", "assistants")
    assert corpus.files.list(limit=9).items == []


def test_bytes_that_cannot_be_deleted_are_deleted_the_next_time(corpus: Corpus, blobs: SharedBlobs) -> None:
    file = keep(corpus)
    corpus.files.delete(file.id)

    def fail() -> None:
        raise StorageFailed("The bucket is away.")

    blobs.before_delete = fail
    with pytest.raises(StorageFailed):
        an_hour_later(corpus)
    blobs.before_delete = lambda: None
    corpus.cleanup.kept.expire()
    assert corpus.blobs.size(file.sha256) is None


def test_what_no_record_knows_of_is_found_once_a_day_by_one_of_all_and_goes_an_hour_later(
    corpus: Corpus, blobs: SharedBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    kept, deleted = (put(corpus, name, name) for name in ("kept.txt", "deleted.txt"))
    corpus.files.delete(deleted.id)
    with blobs.draft(100) as draft:
        draft.write(b"of a file that a restored database does not know")
        draft.finish()
        blobs.keep(draft)
        orphan = draft.sha256
    mine, other = corpus.cleanup.kept, OfMany(corpus.database, blobs)
    for each in (mine, other):
        each.sweep()  # not on the first day
    assert corpus.cleanup.kept.doomed(orphan[:2]) == set()

    def days_later() -> None:
        with corpus.database.write() as connection:
            connection.execute(update(schema.chores).values(done_at=schema.chores.c.done_at - SWEPT_EVERY_S - 1))

    days_later()
    for _ in range(256):
        mine.sweep()
        other.sweep()
    assert orphan in mine.doomed(orphan[:2])
    assert caplog.text.count("deleted in an hour, as no file has them: 1 blob") == 1
    assert kept.sha256 not in mine.doomed(kept.sha256[:2])
    an_hour_later(corpus)
    assert [blobs.size(sha256) for sha256 in (orphan, deleted.sha256, kept.sha256)] == [None, None, 8]


def test_files_of_which_the_records_know_none_are_not_begun_anew_and_not_removed(
    tmp_path: Path, settings: Settings, new_database: NewDatabase, sandbox: Sandbox, blobs: SharedBlobs
) -> None:
    with open_shared(settings, sandbox, blobs) as corpus:
        file = keep(corpus)
    lost = settings_in(tmp_path / "other", new_database())
    with pytest.raises(StorageFailed, match="the database knows of none"), open_shared(lost, sandbox, blobs):
        pass
    with closing(open_database(lost)) as database:
        wrong = list(findings_of_records(database, blobs))
    assert [finding.repair for finding in wrong] == [None]
    assert "the database knows of none" in wrong[0].what
    with open_shared(settings, sandbox, blobs) as corpus:
        delete_and_die(corpus, file)
    with open_shared(settings, sandbox, blobs) as corpus:
        assert doomed(corpus) == [file.sha256]


def test_who_has_the_folder_alone_dooms_nothing(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus, statements(corpus.database) as seen:
        keep(corpus)
    written = [statement for statement, _ in seen if statement.startswith("INSERT")]
    assert written and not any("doomed_blobs" in statement for statement in written)
