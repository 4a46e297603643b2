"""The worker: claims jobs, runs the pipeline and records how they ended; small files are ingested in groups."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError
from haystack.tracing.tracer import tracer
from sqlalchemy import true

from ingest.blobs import Blobs
from ingest.convert.file_converter import Source
from ingest.convert.sandbox.call import NotStarted
from ingest.counted import counted
from ingest.errors import ConversionFailed, Damaged, EmbeddingsFailed, Reason, StorageFailed
from ingest.records.attributes import index_fields
from ingest.work.jobs import GROUP_FILES, Job, Jobs, Outcome, is_full

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

# While files come in one by one, how long to wait for more: per file just claimed, and at most. Files ingested together
# share a run of the pipeline, two commits of the records and one of the index, which would spend much more time on
# merging many small commits than on writing them.
GATHER_PER_FILE_S = 0.01
GATHER_S = 0.5
MOST_FILES = 512  # in a group, as long as a group takes less than LITTLE_S
LITTLE_S = 1.0
IDLE_S = 5.0  # after which to look for work unasked
GRACE_S = 3.0  # how long running jobs may go on when the server stops
# How long a thread may keep the interpreter from those that answer requests: a tenth of Python's default.
SWITCH_INTERVAL_S = 0.0005
RETRY_S = 1.0  # before trying again with a full disk or a locked database; others may have better luck meanwhile
TRANSIENT = (StorageFailed, NotStarted, EmbeddingsFailed)  # not the files' fault: they are requeued


class Worker:
    """A loop in a thread of its own decides which jobs run and when; `run` does them.

    `slots` large files are read at once. One more slot is for small files, so that they never wait for a large one, nor
    single files for a large batch.
    """

    def __init__(
        self,
        jobs: Jobs,
        blobs: Blobs,
        pipeline: Pipeline,
        added: threading.Event,
        slots: int,
        abort: Callable[[], None],
        index_is_empty: bool = False,
    ) -> None:
        """With `index_is_empty`, what is done is ingested again when the worker first works."""
        self._slots = slots
        self._abort = abort
        self._jobs = jobs
        self._blobs = blobs
        self._pipeline = pipeline
        self._added = added
        self._index_is_empty = index_is_empty
        self._group_files = GROUP_FILES  # how many small files are claimed at a time
        self._rest_until = 0.0  # no more is claimed, as what was could not be ingested
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="ingest")

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._thread.start()

    def stop(self) -> None:
        """Claim no more jobs and wait for those that run; after `GRACE_S` they are aborted and requeued."""
        if not self._thread.ident:
            return  # it was never started
        self._stopping.set()
        self._added.set()
        self._thread.join(GRACE_S)
        if self._thread.is_alive():
            self._abort()
            self._thread.join()

    def run_until_idle(self, on_end: Callable[[Job], None] = lambda job: None) -> None:
        """Work until no job is left; calls `on_end` in this thread with each job whose end was recorded."""
        self._in_any_case(self._jobs.lease.start)
        if self._index_is_empty:  # not sooner: who only opens the corpus to look changes nothing
            self._jobs.again(true())
            self._index_is_empty = False
        running: dict[Future[list[Outcome]], list[Job]] = {}
        next_claim = time.monotonic()
        with ThreadPoolExecutor(self._slots + 1, thread_name_prefix="job") as pool:
            while True:
                self._added.clear()
                for future in [future for future in running if future.done()]:
                    del running[future]
                    for outcome in future.result():
                        if outcome.final:
                            on_end(outcome.job)
                next_claim = 0.0 if self._stopping.is_set() else max(next_claim, self._rest_until)
                none_left = False
                while len(running) <= self._slots and not none_left and time.monotonic() >= next_claim:
                    jobs = self._claim(running.values())
                    if not is_full(jobs, self._group_files):
                        next_claim = time.monotonic() + min(len(jobs) * GATHER_PER_FILE_S, GATHER_S)
                    if jobs:
                        future = pool.submit(self._run_and_record, jobs)
                        running[future] = jobs
                        future.add_done_callback(lambda _: self._added.set())
                    none_left = not jobs
                if none_left and not running:
                    return
                gathering = next_claim - time.monotonic()
                self._added.wait(gathering if gathering > 0 else GATHER_S)

    def run_one(self, job: Job) -> Outcome:
        """Ingest one file into one store, however long it takes. There is always an outcome, never an exception."""
        [outcome] = self.run([job], quick=False)
        return outcome

    def run(self, jobs: Sequence[Job], *, quick: bool) -> list[Outcome]:
        """Ingest files together. There is an outcome for each, never an exception.

        With `quick`, files that take long are requeued, to be ingested alone.
        """
        started = time.monotonic()
        outcomes: list[Outcome] = []
        sources: list[Source] = []
        try:
            self._blobs.fetch([job.sha256 for job in jobs])
            with ExitStack() as opened:
                for job in jobs:
                    try:
                        path = opened.enter_context(self._blobs.local_path(job.sha256))
                        sources.append(Source(path, _meta(job)))
                    except (FileNotFoundError, Damaged) as error:
                        outcomes.append(self._damaged(job, error))
                with tracer.trace("ingestion jobs", {"rag.file_ids": [job.file_id for job in jobs]}):
                    outputs = self._pipeline.run(
                        {
                            "converter": {
                                "sources": sources,
                                "quick": quick,
                                "still_wanted": lambda: any(self._jobs.still_wanted(job) for job in jobs),
                            },
                            "writer": {
                                "may_write": lambda: self._jobs.lease.holds(jobs[0].worker),
                                "turns": {job.store_file_id: job.turn for job in jobs},
                            },
                        }
                    )
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            # A library in Rust that gives up raises what is no `Exception`.
            cause = error.__cause__ if isinstance(error, PipelineRuntimeError) else error
            if len(jobs) == 1 or isinstance(cause, TRANSIENT):
                return self._fault(jobs, cause)
            # One by one, to find the file at fault.
            return [outcome for job in jobs for outcome in self.run([job], quick=quick)]
        by_id = {job.store_file_id: job for job in jobs}
        for damaged in outcomes:
            del by_id[damaged.job.store_file_id]
        for failure in outputs["converter"]["failures"]:
            job = by_id.pop(failure.meta["store_file_id"])
            if failure.busy and self._jobs.put_off(job):
                logger.info("%s took too long on a busy machine: it is tried again last", job.file_id)
                outcomes.append(Outcome.requeue(job))
            else:
                outcomes.append(self._failure(job, failure.error))
        for each in outputs["writer"]["written"] if "writer" in outputs else []:
            job = by_id.pop(each.store_file_id)
            logger.info("ingested %s into %s: %s", job.file_id, job.store_id, counted(each.chunks, "chunk"))
            if each.note:
                logger.info("not all of %s was read: %s", job.file_id, each.note)
            outcomes.append(Outcome.done(job, usage_bytes=each.usage_bytes, converter=each.converter, note=each.note))
        for meta in outputs["converter"]["late"]:
            self._jobs.mark_slow(by_id[meta["store_file_id"]])
        outcomes += map(Outcome.requeue, by_id.values())
        logger.info("%s, %.0f ms", counted(len(jobs), "job"), (time.monotonic() - started) * 1000)
        return outcomes

    def _claim(self, running: Iterable[Sequence[Job]]) -> list[Job]:
        if self._stopping.is_set():
            return []
        running = list(running)
        large = sum(self._jobs.is_large(job) for jobs in running for job in jobs) < self._slots
        batches = sum(len(jobs) > GROUP_FILES for jobs in running) < self._slots
        claim = partial(self._jobs.claim, self._group_files, large=large, batches=batches)
        return self._in_any_case(claim) or []

    def _run_and_record(self, jobs: Sequence[Job]) -> list[Outcome]:
        started = time.monotonic()
        outcomes = self.run(jobs, quick=not self._jobs.is_large(jobs[0]))
        self._in_any_case(lambda: self._jobs.record(outcomes))
        took = time.monotonic() - started
        if took > 2 * LITTLE_S or not all(outcome.final for outcome in outcomes):
            self._group_files = max(self._group_files // 2, GROUP_FILES)
        elif len(jobs) >= self._group_files and took < LITTLE_S:
            self._group_files = min(self._group_files * 2, MOST_FILES)
        return outcomes

    def _failure(self, job: Job, failure: ConversionFailed) -> Outcome:
        if self._stopping.is_set() or not self._jobs.lease.holds(job.worker):  # it may have been aborted
            return Outcome.requeue(job)
        logger.info("failed %s in %s: %s", job.file_id, job.store_id, failure.message)
        return Outcome.failed(job, failure)

    def _damaged(self, job: Job, error: FileNotFoundError | Damaged) -> Outcome:
        harm = error.message if isinstance(error, Damaged) else "missing"
        if self._jobs.still_wanted(job):  # else it was deleted meanwhile
            logger.error("the bytes of %s are %s", job.file_id, harm)
        sentence = f"The bytes of this file are {harm} on the server's disk: upload it again, or restore a backup."
        return Outcome.failed(job, ConversionFailed(sentence))

    def _fault(self, jobs: Sequence[Job], error: BaseException | None) -> list[Outcome]:
        if self._stopping.is_set():
            return [Outcome.requeue(job) for job in jobs]
        names = ", ".join(job.file_id for job in jobs)
        if isinstance(error, TRANSIENT):
            logger.error("cannot ingest %s now: %s", names, error)
            self._rest_until = time.monotonic() + RETRY_S
            return [Outcome.requeue(job) for job in jobs]
        if isinstance(error, FileNotFoundError):  # deleted after it was compared
            return [self._damaged(job, error) for job in jobs]
        logger.error("a fault while ingesting %s", names, exc_info=error)
        sentence = "The server has a fault in reading this file; its log says more. Please report it."
        return [Outcome.failed(job, ConversionFailed(sentence, Reason.INTERNAL)) for job in jobs]

    def _in_any_case(self, use: Callable[[], Result]) -> Result | None:
        """Use the database, and wait while it cannot be used; None if the worker is stopped meanwhile.

        Jobs that were running then stay so in their rows, and the next start requeues them.
        """
        while True:
            try:
                return use()
            except StorageFailed as error:
                logger.error("the records cannot be used now: %s", error.message)
                if self._stopping.wait(RETRY_S):
                    return None

    def _loop(self) -> None:
        with self._jobs.listening(self._added.set):
            self._work()

    def _work(self) -> None:
        after_fault = False
        while not self._stopping.is_set():
            self._added.clear()
            try:
                if after_fault:
                    self._jobs.recover()
                    after_fault = False
                self.run_until_idle()
            except BaseException:  # see `run`
                after_fault = True
                logger.exception("a fault in the worker, which goes on; jobs that were running are requeued")
            if not self._stopping.is_set():
                self._added.wait(IDLE_S)


def _meta(job: Job) -> dict[str, object]:
    return {
        "store_id": job.store_id,
        "file_id": job.file_id,
        "store_file_id": job.store_file_id,
        "filename": job.filename,
        "attributes": index_fields(job.attributes),
        "chunk_tokens": job.chunk_tokens,
        "overlap_tokens": job.overlap_tokens,
    }
