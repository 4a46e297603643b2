"""Several workers on the same rows: each file is ingested by one of them, and none is lost with the one that had it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from ingest.corpus import Corpus
from ingest.records import schema
from ingest.records.cleanup import Cleanup
from ingest.records.leases import Lease
from ingest.records.store_files import State
from ingest.records.stores import DEFAULT_STORE
from ingest.work.jobs import MAX_DEATHS, Job, Jobs, Outcome
from ingest.work.pipeline import ingestion_pipeline
from ingest.work.worker import Worker
from tests.corpora import put, state, statements
from tests.reader import Reader


@pytest.fixture
def others(corpus: Corpus) -> Iterator[tuple[Jobs, Jobs]]:
    """The jobs of two processes that share the database."""
    one, other = jobs_of_another(corpus), jobs_of_another(corpus)
    yield one, other
    one.lease.stop()
    other.lease.stop()


def jobs_of_another(corpus: Corpus) -> Jobs:
    lease = Lease(corpus.database, alone=False)
    lease.start()
    return Jobs(corpus.database, Cleanup(corpus.database, corpus.blobs, corpus.index.store, lease), lease)


def ingested(corpus: Corpus, jobs: Jobs, job: Job) -> Outcome:
    reader: Any = Reader()
    pipeline = ingestion_pipeline(reader, corpus.index.store)
    return Worker(jobs, corpus.blobs, pipeline, threading.Event(), slots=1, abort=lambda: None).run_one(job)


def done(*jobs: Job) -> list[Outcome]:
    return [Outcome.done(job, usage_bytes=1, converter="x") for job in jobs]


def crashes(corpus: Corpus) -> list[int]:
    rows = schema.store_files.c
    with corpus.database.read() as connection:
        return list(connection.scalars(select(rows.crashes).order_by(rows.seq)))


def test_no_job_is_claimed_by_two(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    for n in range(6):
        put(corpus, f"{n}.txt", f"Herons {n}.")
    claims = [jobs.claim(2) for _ in range(3) for jobs in others]
    assert sorted(job.filename for claim in claims for job in claim) == [f"{n}.txt" for n in range(6)]
    assert [jobs.claim() for jobs in others] == [[], []]


def test_a_start_leaves_the_jobs_of_others_alone(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    one, other = others
    file = put(corpus, "a.txt", "Herons eat frogs.")
    [job] = one.claim()
    other.recover()
    other.take_up()
    assert other.claim() == []
    assert one.still_wanted(job)
    one.record(done(job))
    assert state(corpus, file) is State.DONE
    assert crashes(corpus) == [0]


def test_jobs_of_a_worker_that_is_gone_are_taken_up_as_suspects(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    one, other = others
    for n in range(2):
        put(corpus, f"{n}.txt", f"Herons {n}.")
    assert len(one.claim()) == 2
    one.lease.stop()
    other.take_up()
    assert crashes(corpus) == [1, 1]
    assert [job.turn for job in other.claim()] == [2]
    assert other.claim() == []  # the second one waits for the first


@pytest.mark.databases("sqlite")
def test_each_worker_has_one_suspect_at_a_time(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    for n in range(3):
        put(corpus, f"{n}.txt", f"Herons {n}.")
    corpus.jobs.claim()  # of a process that never said that it is there
    for jobs in others:
        jobs.take_up()
    assert [[job.filename for job in jobs.claim()] for jobs in others] == [["0.txt"], ["1.txt"]]
    assert [jobs.claim() for jobs in others] == [[], []]


def test_a_sleeper_records_nothing_of_what_was_taken_up(
    corpus: Corpus, others: tuple[Jobs, Jobs], caplog: pytest.LogCaptureFixture
) -> None:
    sleeper, other = others
    file = put(corpus, "a.txt", "Herons eat frogs.")
    [job] = sleeper.claim()
    sleeper.lease.stop()
    other.take_up()
    [again] = other.claim()
    assert not sleeper.still_wanted(job)
    sleeper.record([Outcome.requeue(job)])
    assert state(corpus, file) is State.RUNNING
    assert "others took it up meanwhile" in caplog.text
    other.record([ingested(corpus, other, again)])
    assert not ingested(corpus, sleeper, job).final
    sleeper.record(done(job))
    assert corpus.index.store.count_documents() == 1
    assert corpus.store_files.get(DEFAULT_STORE, file.id).usage_bytes != 1


def test_who_gets_another_lease_does_not_go_on_with_what_it_had(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    one, _ = others
    put(corpus, "a.txt", "Herons eat frogs.")
    [job] = one.claim()
    one.lease.id = "worker_another"
    assert one.lease.held
    assert not one.still_wanted(job)


@pytest.mark.databases("sqlite")
def test_what_a_sleeper_wrote_of_a_deleted_file_is_deleted(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    sleeper, other = others
    put(corpus, "a.txt", "Herons eat frogs.", None)
    file = put(corpus, "b.txt", "Herons eat frogs.")
    [job] = sleeper.claim()
    corpus.jobs.recover()  # as `corpus` is alone with the database, to its mind
    other.take_up()
    again = other.claim()
    assert not sleeper.still_wanted(job) and other.still_wanted(again[0])
    other.record(done(*again))
    corpus.store_files.delete(DEFAULT_STORE, file.id)
    late = ingested(corpus, sleeper, job)
    assert late.final and corpus.index.store.count_documents() == 1
    sleeper.record([late])
    assert corpus.index.store.count_documents() == 0


def test_late_chunks_wait_for_the_worker_that_may_write_them(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    one, other = others
    file = put(corpus, "a.txt", "Herons eat frogs.")
    [job] = one.claim()
    corpus.store_files.delete(DEFAULT_STORE, file.id)

    def waiting() -> int:
        with corpus.database.read() as connection:
            return len(connection.execute(select(schema.cleanup.c.key)).all())

    other.take_up()
    assert waiting() == 1
    one.lease.stop()
    other.take_up()
    assert waiting() == 0
    one.record(done(job))
    assert waiting() == 0


def test_a_file_that_ends_every_worker_is_given_up(corpus: Corpus) -> None:
    file = put(corpus, "a.txt", "Herons eat frogs.")
    for _ in range(MAX_DEATHS + 1):
        jobs = jobs_of_another(corpus)
        jobs.take_up()
        assert len(jobs.claim()) == 1
        jobs.lease.stop()
    corpus.jobs.recover()
    assert state(corpus, file) is State.FAILED


def test_a_worker_without_a_lease_claims_nothing(corpus: Corpus, others: tuple[Jobs, Jobs]) -> None:
    one, _ = others
    put(corpus, "a.txt", "Herons eat frogs.")
    one.lease.stop()
    assert one.claim() == []


@pytest.mark.databases("sqlite")
def test_what_an_upload_a_claim_and_a_record_ask_of_the_database(corpus: Corpus) -> None:
    corpus.expiry.stop()
    put(corpus, "first.txt", "Herons.")
    corpus.jobs.claim(1)  # which looks for suspects
    with statements(corpus.database) as uploaded:
        for n in range(3):
            put(corpus, f"{n}.txt", f"Herons {n}.")
    with statements(corpus.database) as claimed:
        jobs = corpus.jobs.claim()
    with statements(corpus.database) as recorded:
        corpus.jobs.record(done(*jobs))
    assert len(jobs) == 3
    assert [len(seen) for seen in (uploaded, claimed, recorded)] == [3 * 6, 4, 3]
