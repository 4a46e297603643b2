"""Which jobs are taken together, which first, and that none has to wait for another."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from haystack import Document, component
from sqlalchemy import update

from ingest.convert.file_converter import Failure, Source
from ingest.corpus import Corpus
from ingest.errors import ConversionFailed, Reason, StorageFailed
from ingest.records import schema
from ingest.records.files import StoredFile
from ingest.records.store_files import NewStoreFile, State, in_store
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from ingest.work import jobs, worker
from ingest.work.jobs import GROUP_BYTES, GROUP_FILES, Job, Outcome
from ingest.work.pipeline import ingestion_pipeline
from ingest.work.worker import Worker
from tests.corpora import OpenCorpus, damage, put, state, statements, wait_until
from tests.reader import Reader


def add(corpus: Corpus, name: str, bytes: int = 0, store: str | None = DEFAULT_STORE) -> StoredFile:
    return put(corpus, name, f"Herons eat {name}. ".encode().ljust(bytes, b"x"), store)


@component
class Busy:
    """A converter that has not enough time for those called `late` when it reads them first, all at once, and never for
    those called `too late`."""

    def __init__(self) -> None:
        self.names: list[str] = []  # in the order in which they were read
        self.go = threading.Event()
        self.beside_again = 0  # how many were read beside one that was read again
        self._reading: list[str] = []

    @component.output_types(
        documents=list[Document], read=list[Source], failures=list[Failure], late=list[dict[str, Any]]
    )
    def run(self, sources: list[Source], quick: bool, still_wanted: Callable[[], bool]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {"documents": [], "read": [], "failures": [], "late": []}
        names = [source.meta["filename"] for source in sources]
        again = [name for name in names if name in self.names]
        self._reading += names
        self.names += names
        self.go.wait(10)
        self.beside_again += len(self._reading) - 1 if again else 0
        for source, name in zip(sources, names, strict=True):
            self._reading.remove(name)
            if name == "too late.txt" or (name == "late.txt" and not again):
                found["failures"].append(Failure(source.meta, ConversionFailed("It took too long."), busy=True))
            else:
                found["read"].append(Source(source.path, source.meta | {"converter": "busy"}))
        return found


@contextmanager
def working(corpus: Corpus, reader: Reader | Busy, slots: int) -> Iterator[None]:
    converter: Any = reader
    pipeline = ingestion_pipeline(converter, corpus.index.store)
    added = corpus.store_files.added
    worker = Worker(corpus.jobs, corpus.blobs, pipeline, added, slots, abort=reader.go.set)
    worker.start()
    try:
        yield
    finally:
        reader.go.set()
        worker.stop()


# --- which jobs are claimed


def test_small_files_come_in_groups_and_large_ones_alone(corpus: Corpus) -> None:
    add(corpus, "large.txt", GROUP_BYTES + 1)
    for n in range(GROUP_FILES + 1):
        add(corpus, f"{n}.txt")
    for name in ("half.txt", "other half.txt", "third half.txt"):
        add(corpus, name, GROUP_BYTES // 2)
    claims = [[job.filename for job in corpus.jobs.claim()] for _ in range(5)]
    assert claims[0] == ["large.txt"]
    assert claims[1][:2] == ["third half.txt", "other half.txt"]
    assert claims[2] == [f"{n}.txt" for n in range(GROUP_FILES)]
    assert claims[3] == ["half.txt", f"{GROUP_FILES}.txt"]
    assert claims[4] == []


def test_every_other_claim_takes_what_came_last(corpus: Corpus) -> None:
    for n in range(3 * GROUP_FILES):
        add(corpus, f"{n}.txt")
    assert corpus.jobs.claim()[0].filename == "0.txt"
    assert corpus.jobs.claim()[0].filename == f"{3 * GROUP_FILES - 1}.txt"
    assert corpus.jobs.claim()[0].filename == f"{GROUP_FILES}.txt"


def test_a_single_file_comes_before_a_batch_on_either_side_of_it(corpus: Corpus) -> None:
    def batch(name: str) -> None:
        files = [add(corpus, f"{name} {n}.txt", store=None) for n in range(GROUP_FILES)]
        corpus.batches.add(DEFAULT_STORE, [NewStoreFile(file.id) for file in files])

    batch("before")
    add(corpus, "single.txt")
    batch("after")
    corpus.jobs.claim(1)
    assert "single.txt" in [job.filename for job in corpus.jobs.claim()]


def test_a_single_file_is_claimed_without_the_batch_that_came_after_it(corpus: Corpus) -> None:
    add(corpus, "single.txt")
    files = [add(corpus, f"{n}.txt", store=None) for n in range(3)]
    corpus.batches.add(DEFAULT_STORE, [NewStoreFile(file.id) for file in files])
    corpus.jobs.claim(0)
    assert [job.filename for job in corpus.jobs.claim()] == ["single.txt"]
    assert corpus.jobs.claim(batches=False) == []
    add(corpus, "another.txt")
    assert [job.filename for job in corpus.jobs.claim(batches=False)] == ["another.txt"]
    assert [job.filename for job in corpus.jobs.claim()] == ["0.txt", "1.txt", "2.txt"]


def test_what_turned_out_to_be_slow_is_claimed_as_large(corpus: Corpus) -> None:
    for n in range(3):
        add(corpus, f"{n}.txt")
    jobs = corpus.jobs.claim()
    corpus.jobs.mark_slow(jobs[1])
    with corpus.database.write() as connection:
        connection.execute(update(schema.store_files).values(state=State.PENDING))
    assert [job.filename for job in corpus.jobs.claim(large=False)] == ["2.txt", "0.txt"]
    assert corpus.jobs.claim(large=False) == []
    assert [job.filename for job in corpus.jobs.claim()] == ["1.txt"]


def test_suspects_come_first_and_one_at_a_time(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        for n in range(2):
            add(corpus, f"suspect {n}.txt")
        corpus.jobs.claim()
    with open_corpus(settings) as corpus:
        for n in range(2):
            add(corpus, f"{n}.txt")
        first = corpus.jobs.claim()
        assert [[job.filename for job in claim] for claim in (first, corpus.jobs.claim(), corpus.jobs.claim())] == [
            ["suspect 0.txt"],
            ["1.txt", "0.txt"],
            [],
        ]
        corpus.jobs.record([corpus.worker.run_one(first[0])])
        assert [job.filename for job in corpus.jobs.claim()] == ["suspect 1.txt"]


def test_suspects_that_are_slow_keep_no_other_waiting(settings: Settings, open_corpus: OpenCorpus) -> None:
    with open_corpus(settings) as corpus:
        for n in range(3):
            add(corpus, f"{n}.txt")
        corpus.jobs.claim()
    with open_corpus(settings) as corpus:
        for _ in range(2):
            [slow] = corpus.jobs.claim()
            corpus.jobs.mark_slow(slow)
            corpus.jobs.record([Outcome.requeue(slow)])
        [sound] = corpus.jobs.claim()
        corpus.jobs.record([corpus.worker.run_one(sound)])
        assert [slow.filename, sound.filename] == ["1.txt", "2.txt"]
        assert [job.filename for job in corpus.jobs.claim()] == ["0.txt"]


@pytest.mark.databases("sqlite")
def test_claiming_reads_no_more_jobs_than_it_may_take(corpus: Corpus) -> None:
    for n in range(3):
        add(corpus, f"{n}.txt")
    corpus.jobs.claim(1)  # which looks for suspects
    with statements(corpus.database) as seen:
        for _ in range(2):
            corpus.jobs.claim(1)
    with corpus.database.read() as connection:
        newest, oldest = (
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            for statement, parameters in seen
            if " LIMIT " in statement
        )
    assert "store_files USING INDEX store_files_by_state (state=?)" in oldest
    assert "TEMP B-TREE" not in oldest
    assert "store_files USING COVERING INDEX store_files_by_state (state=?)" in newest
    assert "SCAN" not in newest


# --- groups


def test_a_fault_in_one_file_of_a_group_is_that_files_alone(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    files = [add(corpus, name) for name in ("0.txt", "poison.txt", "2.txt")]
    with working(corpus, Reader(), slots=1):
        wait_until(lambda: all(state(corpus, file) in (State.DONE, State.FAILED) for file in files))
    assert [state(corpus, file) for file in files] == [State.DONE, State.FAILED, State.DONE]
    assert corpus.store_files.get(DEFAULT_STORE, files[1].id).reason is Reason.INTERNAL
    assert corpus.index.store.count_documents() == 2
    assert "a fault of the pipeline" in caplog.text


def test_a_library_that_panics_fails_one_file_and_ends_no_work(corpus: Corpus) -> None:
    files = [add(corpus, name) for name in ("0.txt", "panic.txt", "2.txt")]
    with working(corpus, Reader(), slots=1):
        wait_until(lambda: all(state(corpus, file) in (State.DONE, State.FAILED) for file in files))
        after = add(corpus, "after.txt")
        wait_until(lambda: state(corpus, after) is State.DONE)
    assert [state(corpus, file) for file in files] == [State.DONE, State.FAILED, State.DONE]
    message = corpus.store_files.get(DEFAULT_STORE, files[1].id).message
    assert message is not None and message.startswith("The server has a fault in reading this file")


def test_what_cannot_be_ingested_now_is_left_to_others(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageFailed("the index takes no writes")

    monkeypatch.setattr(worker, "RETRY_S", 60.0)
    monkeypatch.setattr(corpus.index.store, "write_documents", fail)
    reader = Reader()
    with working(corpus, reader, slots=1):
        file = add(corpus, "heron.txt")
        wait_until(lambda: bool(reader.groups))
        claimed: list[Job] = []

        def claim() -> bool:
            claimed.extend(corpus.jobs.claim())
            return bool(claimed)

        wait_until(claim)  # as another process would
    assert [(job.file_id, job.turn) for job in claimed] == [(file.id, 2)]


def test_groups_grow_while_they_are_quick(corpus: Corpus) -> None:
    for n in range(4 * GROUP_FILES):
        add(corpus, f"{n}.txt")
    with working(corpus, reader := Reader(), slots=1):
        wait_until(lambda: corpus.index.store.count_documents() == 4 * GROUP_FILES)
    assert max(reader.groups) > GROUP_FILES


def test_bytes_that_are_missing_fail_one_file_of_a_group(corpus: Corpus) -> None:
    files = [add(corpus, f"{n}.txt") for n in range(3)]
    corpus.blobs.delete(files[1].sha256)
    corpus.worker.run_until_idle()
    assert [state(corpus, file) for file in files] == [State.DONE, State.FAILED, State.DONE]


def test_what_ran_out_of_time_on_a_busy_machine_is_tried_once_more_after_all_others(corpus: Corpus) -> None:
    reader = Busy()
    late = [add(corpus, "late.txt"), add(corpus, "too late.txt")]
    with working(corpus, reader, slots=2):
        wait_until(lambda: len(reader.names) >= 2)
        others = [add(corpus, f"{n}.txt", GROUP_BYTES + 1) for n in range(3)]
        reader.go.set()
        wait_until(lambda: {state(corpus, file) for file in late + others} == {State.DONE, State.FAILED})
    assert [state(corpus, file) for file in late] == [State.DONE, State.FAILED]
    assert sorted(reader.names[:2]) == sorted(reader.names[-2:]) == ["late.txt", "too late.txt"]
    assert reader.beside_again == 0
    assert len(reader.names) == 7


def test_what_was_put_off_waits_for_others_only_so_long(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PUT_OFF_S", -1.0)
    add(corpus, "late.txt")
    [late] = corpus.jobs.claim()
    add(corpus, "other.txt")
    assert corpus.jobs.put_off(late)
    corpus.jobs.record([Outcome.requeue(late)])
    assert corpus.jobs.claim() == [replace(late, turn=late.turn + 1)]
    assert [job.filename for job in corpus.jobs.claim()] == ["other.txt"]  # though the one put off is running
    assert not corpus.jobs.put_off(late)


def test_a_file_that_is_deleted_just_before_it_is_read_is_no_fault(
    corpus: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    file = add(corpus, "a.txt")
    reader = Reader()
    reader.before = lambda: corpus.files.delete(file.id)
    with working(corpus, reader, slots=1):
        wait_until(lambda: bool(reader.groups) and not corpus.files.list(limit=9).items)
    assert corpus.index.store.count_documents() == 0
    assert "a fault" not in caplog.text


def test_bytes_that_were_damaged_are_not_read(corpus: Corpus) -> None:
    files = [add(corpus, f"{n}.txt") for n in range(3)]
    damage(corpus, files[1].sha256)
    corpus.worker.run_until_idle()
    assert [state(corpus, file) for file in files] == [State.DONE, State.FAILED, State.DONE]
    message = corpus.store_files.get(DEFAULT_STORE, files[1].id).message
    assert message is not None and "not those that were uploaded" in message


# --- who waits for whom


def test_small_files_do_not_wait_for_slow_ones(corpus: Corpus) -> None:
    reader = Reader()
    slow = [add(corpus, f"slow {n}.txt") for n in range(5)]
    with working(corpus, reader, slots=2):
        for _ in range(2):
            assert reader.slow_ones.acquire(timeout=10)
        small = [add(corpus, f"{n}.txt") for n in range(3)]
        wait_until(lambda: {state(corpus, file) for file in small} == {State.DONE})
        assert not reader.slow_ones.acquire(blocking=False)  # no more of them than there are slots
        reader.go.set()
        wait_until(lambda: {state(corpus, file) for file in slow} == {State.DONE})


def test_a_file_that_is_taken_away_while_it_is_read_is_read_no_further(corpus: Corpus) -> None:
    reader = Reader()
    slow = add(corpus, "slow.txt")
    with working(corpus, reader, slots=1):
        assert reader.slow_ones.acquire(timeout=10)
        corpus.store_files.delete(DEFAULT_STORE, slow.id)
        assert reader.called_off.wait(10)
        after = add(corpus, "slow too.txt")
        assert reader.slow_ones.acquire(timeout=10)
        reader.go.set()
        wait_until(lambda: state(corpus, after) is State.DONE)
    assert [file.file_id for file in corpus.store_files.list(in_store(DEFAULT_STORE), limit=9).items] == [after.id]
    assert corpus.index.store.count_documents() == 1
