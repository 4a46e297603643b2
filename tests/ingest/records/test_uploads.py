"""Uploads in parts, without any server: what a crash, a race and the clock do to them."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ingest.blobs import Draft
from ingest.blobs.local import LocalBlobs
from ingest.corpus import Corpus
from ingest.errors import Damaged, Invalid, NotFound, TooLarge, Underway
from ingest.records import chores, schema
from ingest.records.files import StoredFile
from ingest.records.uploads import SPARE_BYTES, Upload, Uploads, UploadState
from ingest.settings import Settings
from ingest.work.expiry import Expiry
from tests.corpora import OpenCorpus, damage, put


def add_part(corpus: Corpus, upload: Upload, content: bytes) -> str:
    with corpus.uploads.new_part() as draft:
        draft.write(content)
        return corpus.uploads.add_part(upload.id, draft).id


def add_file(corpus: Corpus, content: bytes) -> StoredFile:
    return put(corpus, "a.txt", content, store_id=None)


def content_of(corpus: Corpus, file_id: str | None) -> bytes:
    assert file_id
    with corpus.files.open(corpus.files.get(file_id)) as source:
        return source.read()


def blobs(corpus: Corpus) -> list[Path]:
    return [path for path in (corpus.settings.data_dir / "blobs").rglob("*") if path.is_file()]


def test_parts_outlive_the_process(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        upload = corpus.uploads.add("a.txt", "user_data", 6)
        part_ids = [add_part(corpus, upload, piece) for piece in (b"abc", b"def")]
    with open_corpus(settings) as corpus:
        done = corpus.uploads.complete(upload.id, part_ids)
        assert content_of(corpus, done.file_id) == b"abcdef"


def test_a_part_keeps_its_bytes_when_a_file_of_the_same_is_deleted(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 3)
    part_id = add_part(corpus, upload, b"abc")
    corpus.files.delete(add_file(corpus, b"abc").id)
    assert content_of(corpus, corpus.uploads.complete(upload.id, [part_id]).file_id) == b"abc"


def test_a_file_keeps_its_bytes_when_an_upload_of_the_same_is_cancelled(corpus: Corpus) -> None:
    file = add_file(corpus, b"abc")
    upload = corpus.uploads.add("a.txt", "user_data", 3)
    add_part(corpus, upload, b"abc")
    corpus.uploads.cancel(upload.id)
    assert content_of(corpus, file.id) == b"abc"


def test_what_cannot_be_recorded_leaves_no_bytes(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 3, store_id="vs_x")
    part_id = add_part(corpus, upload, b"abc")
    with pytest.raises(IntegrityError):  # there is no such store
        corpus.uploads.complete(upload.id, [part_id])
    assert len(blobs(corpus)) == 1  # the part
    corpus.uploads.cancel(upload.id)
    with pytest.raises(Invalid, match="cancelled"):
        add_part(corpus, upload, b"abc")
    assert blobs(corpus) == []


def test_all_parts_together_have_a_limit(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 3)
    add_part(corpus, upload, b"abc")
    with corpus.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE upload_parts SET bytes = {2 * 3 + SPARE_BYTES - 1}")
    add_part(corpus, upload, b"d")
    with pytest.raises(TooLarge, match="together"):
        add_part(corpus, upload, b"e")


@pytest.mark.parametrize("other", ["complete", "cancel"])
def test_of_two_ends_at_the_same_time_one_wins(corpus: Corpus, other: str) -> None:
    for _ in range(20):
        upload = corpus.uploads.add("a.txt", "user_data", 6)
        part_ids = [add_part(corpus, upload, piece) for piece in (b"abc", b"def")]
        start = threading.Barrier(2)
        refused: list[str] = []

        def end(call: str, upload: Upload, part_ids: list[str], start: threading.Barrier, refused: list[str]) -> None:
            start.wait()
            try:
                if call == "cancel":
                    corpus.uploads.cancel(upload.id)
                else:
                    corpus.uploads.complete(upload.id, part_ids)
            except Invalid as error:
                refused.append(error.message)

        threads = [
            threading.Thread(target=end, args=(call, upload, part_ids, start, refused)) for call in ("complete", other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(refused) == 1
        ended = corpus.uploads.get(upload.id)
        files = corpus.files.list(limit=10).items
        assert [file.id for file in files] == ([ended.file_id] if ended.state is UploadState.COMPLETED else [])
        for file in files:
            assert content_of(corpus, file.id) == b"abcdef"
            corpus.files.delete(file.id)
        assert blobs(corpus) == []


def test_a_part_that_was_damaged_does_not_become_part_of_a_file(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 6)
    part_ids = [add_part(corpus, upload, piece) for piece in (b"abc", b"def")]
    damage(corpus, hashlib.sha256(b"def").hexdigest())
    with pytest.raises(Damaged, match=f"{part_ids[1]}.*send it again"):
        corpus.uploads.complete(upload.id, part_ids)
    assert corpus.files.list(limit=10).items == []

    again = add_part(corpus, upload, b"def")
    done = corpus.uploads.complete(upload.id, [part_ids[0], again])
    assert content_of(corpus, done.file_id) == b"abcdef"


class Interrupted(LocalBlobs):
    """Blobs that let something else happen just before they are read."""

    def __init__(self, folder: Path, happens: Callable[[], object]) -> None:
        super().__init__(folder)
        self.drafts = 0
        self._happens = happens

    def draft(self, *given: Any) -> Draft:
        self.drafts += 1
        return super().draft(*given)

    def open(self, sha256: str) -> BinaryIO:
        self._happens()
        return super().open(sha256)


def interrupted(corpus: Corpus, happens: Callable[[], object]) -> tuple[Uploads, Interrupted]:
    slow = Interrupted(corpus.settings.data_dir / "blobs", happens)
    return Uploads(corpus.database, slow, corpus.files, corpus.cleanup, max_file_bytes=100), slow


def test_parts_are_joined_by_one_request_at_a_time(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 6)
    part_ids = [add_part(corpus, upload, piece) for piece in (b"abc", b"def")]
    refused: list[str] = []

    def again() -> None:
        for repeated in (False, True):
            with pytest.raises(Underway, match="being completed") as error:
                other.complete(upload.id, part_ids, repeated=repeated)
            refused.append(error.value.message)

    other, untouched = interrupted(corpus, lambda: None)
    late, _ = interrupted(corpus, again)
    done = late.complete(upload.id, part_ids)

    assert (len(refused), untouched.drafts) == (4, 0)
    assert content_of(corpus, done.file_id) == b"abcdef"
    assert corpus.uploads.complete(upload.id, part_ids, repeated=True) == done
    assert len(blobs(corpus)) == 1


def test_a_completion_whose_process_is_gone_is_over_in_half_a_minute(corpus: Corpus) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 3)
    part_ids = [add_part(corpus, upload, b"abc")]
    killed = ExitStack()
    killed.enter_context(chores.alone(corpus.database, f"complete {upload.id}", ""))
    with pytest.raises(Underway):
        corpus.uploads.complete(upload.id, part_ids)
    with corpus.database.write() as connection:
        connection.exec_driver_sql("UPDATE chores SET done_at = done_at - 31")
    assert corpus.uploads.complete(upload.id, part_ids).file_id


def test_a_completion_that_takes_long_says_that_it_goes_on(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = corpus.uploads.add("a.txt", "user_data", 6)
    part_ids = [add_part(corpus, upload, piece) for piece in (b"abc", b"def")]
    monkeypatch.setattr(chores, "HELD_S", 0.0)  # each piece is late
    ages: list[float] = []

    def age() -> None:
        with corpus.database.write() as connection:
            age = connection.scalar(select(corpus.database.now - schema.chores.c.done_at))
            ages.append(age or 0.0)
            connection.execute(update(schema.chores).values(done_at=schema.chores.c.done_at - 100))

    late, _ = interrupted(corpus, age)
    late.complete(upload.id, part_ids)
    assert len(ages) == 2 and ages[1] < 100


def test_the_sweeper_takes_away_what_expired_while_the_process_was_down(
    settings: Settings, open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        upload = corpus.uploads.add("a.txt", "user_data", 3)
        add_part(corpus, upload, b"abc")
        file = add_file(corpus, b"def")
        with corpus.database.write() as connection:
            connection.exec_driver_sql("UPDATE uploads SET expires_at = 1")
            connection.exec_driver_sql("UPDATE files SET expires_at = 1")
    with open_corpus(settings) as corpus:
        corpus.expiry.run()
        assert blobs(corpus) == []
        for gone in (lambda: corpus.uploads.get(upload.id), lambda: corpus.files.get(file.id)):
            with pytest.raises(NotFound):
                gone()


def test_many_files_that_expire_together_are_all_swept(corpus: Corpus) -> None:
    for number in range(401):
        add_file(corpus, b"%d" % number)
    with corpus.database.write() as connection:
        connection.exec_driver_sql("UPDATE files SET expires_at = 1")
    corpus.files.expire()
    assert blobs(corpus) == []


def test_a_sweep_that_fails_is_told_and_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    swept = threading.Event()

    def fail() -> None:
        raise RuntimeError("the broom broke")

    with Expiry([fail, swept.set]):
        assert swept.wait(10)
    assert "the broom broke" in caplog.text
