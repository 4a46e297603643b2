"""How much is kept is known without counting, and true whatever happens; and no more than the quotas is."""

import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import func, select

from ingest.corpus import Corpus
from ingest.errors import QuotaExceeded, StorageFailed
from ingest.records import schema, storage
from ingest.records.files import NewFile
from ingest.records.storage import Storage
from ingest.settings import Settings
from tests.corpora import OpenCorpus, put, statements


def kept(corpus: Corpus) -> tuple[int, int]:
    """As it is known, which is what there is."""
    with corpus.database.read() as connection:
        known = storage.stored(connection)
        files = select(func.count(), func.coalesce(func.sum(schema.files.c.bytes), 0))
        assert (known.files, known.bytes) == tuple(connection.execute(files).one())
    return known.files, known.bytes


def limit(corpus: Corpus, **quotas: Any) -> Storage:
    return storage.limit(corpus.settings, **quotas)


def add_all(corpus: Corpus, *contents: bytes) -> None:
    with ExitStack() as opened:
        drafts = [opened.enter_context(corpus.blobs.draft(100)) for _ in contents]
        for draft, content in zip(drafts, contents, strict=True):
            draft.write(content)
        corpus.files.add_all("vs_default", "assistants", [NewFile(draft, "a.txt", {}) for draft in drafts])


def upload(corpus: Corpus, content: bytes) -> str:
    begun = corpus.uploads.add("a.txt", "user_data", len(content))
    with corpus.uploads.new_part() as draft:
        draft.write(content)
        part = corpus.uploads.add_part(begun.id, draft)
    return corpus.uploads.complete(begun.id, [part.id]).file_id or ""


def test_what_is_kept_is_known_whatever_happens(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        assert kept(corpus) == (0, 0)
        first, second = put(corpus, "a.txt", "abc"), put(corpus, "b.txt", "abc")  # the same bytes count twice
        add_all(corpus, b"d", b"ef")
        third = upload(corpus, b"ghij")
        assert kept(corpus) == (5, 13)
        corpus.files.delete(first.id)
        corpus.files.delete_all([second.id, third, "file-nothing"])
        assert kept(corpus) == (2, 3)
        with corpus.blobs.draft(100) as draft:
            draft.write(b"expires")
            corpus.files.add(draft, "c.txt", "batch", expires_after_s=-1)
        corpus.files.expire()
        with pytest.raises(RuntimeError), corpus.blobs.draft(9) as draft:
            draft.write(b"never")
            with corpus.files.adding(draft, "d.txt", "assistants"):
                raise RuntimeError
        assert kept(corpus) == (2, 3)
    with open_corpus(settings) as corpus:
        assert kept(corpus) == (2, 3)


def test_no_more_than_a_quota_is_kept_and_deleting_makes_room(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        assert limit(corpus, max_files=3, max_bytes=10) == Storage(0, 0, 3, 10)
        first = put(corpus, "a.txt", "abcdefgh")
        with pytest.raises(QuotaExceeded, match="is 10 bytes, and with this upload it would keep 12"):
            put(corpus, "b.txt", "ijkl")
        with pytest.raises(QuotaExceeded):
            add_all(corpus, b"i", b"jk")
        with pytest.raises(QuotaExceeded):
            upload(corpus, b"ijk")
        assert kept(corpus) == (1, 8)
        assert [path.name for path in (settings.data_dir / "blobs").rglob("*") if len(path.name) == 64] == [
            first.sha256
        ]
        add_all(corpus, b"i", b"j")
        with pytest.raises(QuotaExceeded, match="is 3 files, and with this upload it would keep 4"):
            upload(corpus, b"i")
        corpus.files.delete(first.id)
        upload(corpus, b"abcdefgh")
    with open_corpus(settings) as corpus:  # the quota outlives the process
        with pytest.raises(QuotaExceeded):
            put(corpus, "b.txt", "k")
        assert limit(corpus, max_files=None) == Storage(3, 10, None, 10)
        assert limit(corpus, max_bytes=1) == Storage(3, 10, None, 1)  # what is kept stays
        assert kept(corpus) == (3, 10)


def test_an_upload_in_parts_has_its_room_from_its_beginning_to_its_end(corpus: Corpus) -> None:
    limit(corpus, max_bytes=10)
    begun = corpus.uploads.add("a.txt", "user_data", 8)
    with pytest.raises(QuotaExceeded, match="11, those of uploads that are not complete among them"):
        corpus.uploads.add("b.txt", "user_data", 3)
    with pytest.raises(QuotaExceeded):
        put(corpus, "b.txt", "abc")
    put(corpus, "b.txt", "ab")
    corpus.uploads.cancel(begun.id)
    begun = corpus.uploads.add("a.txt", "user_data", 8)
    with corpus.uploads.new_part() as draft:
        draft.write(b"12345678")
        part = corpus.uploads.add_part(begun.id, draft)
    corpus.uploads.complete(begun.id, [part.id])
    assert kept(corpus) == (2, 10)


def test_an_upload_that_expired_leaves_its_room(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(corpus, max_files=1)
    corpus.uploads.add("a.txt", "user_data", 8)
    with pytest.raises(QuotaExceeded):
        put(corpus, "b.txt", "ab")
    later = time.time() + 3601
    monkeypatch.setattr("ingest.records.storage.time.time", lambda: later)
    put(corpus, "b.txt", "ab")


def test_of_uploads_at_once_those_are_kept_for_which_there_is_room(corpus: Corpus) -> None:
    limit(corpus, max_bytes=100)
    refused: list[int] = []

    def add(size: int) -> None:
        try:
            put(corpus, "a.txt", b"a" * size)
        except QuotaExceeded:
            refused.append(size)

    threads = [threading.Thread(target=add, args=(size,)) for size in [30, 90, 30, 95, 1] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files, size = kept(corpus)
    assert files == len(threads) - len(refused)
    assert size <= 100
    assert 1 not in refused or size == 100


def test_where_there_is_no_quota_nothing_is_counted(corpus: Corpus) -> None:
    with statements(corpus.database) as asked:
        put(corpus, "a.txt", "abc")
    assert [statement for statement, _ in asked if "sum(uploads.bytes)" in statement] == []
    limit(corpus, max_files=5)
    with statements(corpus.database) as asked:
        put(corpus, "a.txt", "abc")
    assert [statement for statement, _ in asked if "sum(uploads.bytes)" in statement]


@pytest.mark.databases("sqlite")
def test_lost_records_are_not_made_anew_by_a_quota(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "a.txt", "abc")
    for path in settings.data_dir.glob("records.db*"):
        path.unlink()
    with pytest.raises(StorageFailed, match="missing or empty"):
        storage.limit(settings, max_files=1)
    assert not (settings.data_dir / "records.db").exists()


def test_a_project_that_nobody_used_keeps_nothing_and_may_have_a_quota(settings: Settings) -> None:
    settings.data_dir.mkdir()
    assert storage.storage_in(settings) == Storage(0, 0)
    assert list(settings.data_dir.iterdir()) == []
    assert storage.limit(settings, max_files=5) == storage.storage_in(settings) == Storage(0, 0, 5, None)
