"""Takes jobs, runs the pipeline, records how each went; small files many at a time."""

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

from ingest.blobs import Blobs
from ingest.convert.file_converter import Source
from ingest.convert.sandbox import NotStarted
from ingest.errors import ConversionFailed, EmbeddingsFailed, Reason, StorageFailed
from ingest.records.attributes import index_fields
from ingest.work.jobs import GROUP_FILES, Job, Jobs, Outcome, is_full

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

# While files come one by one, how long to let more come for each that came last, and at most: they share a run of the
# pipeline, two commits of the records, and one of the index, which merges in the background what was committed apart,
# for much longer than writing it took.
GATHER_PER_FILE_S = 0.01
GATHER_S = 0.5
MOST_FILES = 512  # in a group, while they take so little time that nobody waits long for its end
LITTLE_S = 1.0
IDLE_S = 5.0  # how long to sleep when nobody says that there is work
GRACE_S = 5.0  # how long running jobs may go on when the server stops
SWITCH_INTERVAL_S = (
    0.0005  # how long a thread may keep the interpreter from others, who answer: a tenth of Python's default
)
RETRY_S = 1.0  # how long to wait for a full disk or a locked database to get better
TRANSIENT = (StorageFailed, NotStarted, EmbeddingsFailed)  # not the files' fault: they are put back and tried again


class Worker:
    """A loop in a thread of its own. `run` is the whole of some jobs; the loop only decides which and when.

    `slots` large files are read at once. There is one place more for small ones, which so never wait for a large one,
    nor those that came by themselves for large groups of a batch.
    """

    def __init__(
        self,
        jobs: Jobs,
        blobs: Blobs,
        pipeline: Pipeline,
        added: threading.Event,
        slots: int,
        abort: Callable[[], None],
    ) -> None:
        self._slots = slots
        self._abort = abort
        self._jobs = jobs
        self._blobs = blobs
        self._pipeline = pipeline
        self._added = added
        self._group_files = GROUP_FILES  # how many small files are claimed at a time
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="ingest")

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs, and wait for those that run: they are finished, or put back if that takes too long."""
        self._stopping.set()
        self._added.set()
        self._thread.join(GRACE_S)
        if self._thread.is_alive():
            self._abort()
            self._thread.join()

    def run_until_idle(self, on_end: Callable[[Job], None] = lambda job: None) -> None:
        """Work until no job is left; `on_end` hears, in this thread, of each whose end is on record."""
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
        """Ingest one file into one store, however long it takes; whatever happens, there is an outcome."""
        [outcome] = self.run([job], quick=False)
        return outcome

    def run(self, jobs: Sequence[Job], *, quick: bool) -> list[Outcome]:
        """Ingest files together; whatever happens, there is an outcome for each.

        When it is to be `quick`, those that take long are put back, to be tried alone.
        """
        started = time.monotonic()
        try:
            with ExitStack() as opened:
                paths = [opened.enter_context(self._blobs.local_path(job.sha256)) for job in jobs]
                outputs = self._pipeline.run(
                    {
                        "converter": {
                            "sources": [Source(path, _meta(job)) for path, job in zip(paths, jobs, strict=True)],
                            "quick": quick,
                            "still_wanted": lambda: any(self._jobs.still_wanted(job) for job in jobs),
                        }
                    }
                )
        except Exception as error:
            cause = error.__cause__ if isinstance(error, PipelineRuntimeError) else error
            if len(jobs) == 1 or isinstance(cause, TRANSIENT):
                return self._fault(jobs, cause)
            return [outcome for job in jobs for outcome in self.run([job], quick=quick)]  # whose fault is it?
        by_id = {job.store_file_id: job for job in jobs}
        outcomes: list[Outcome] = []
        for failure in outputs["converter"]["failures"]:
            outcomes.append(self._failure(by_id.pop(failure.meta["store_file_id"]), failure.error))
        for each in outputs["writer"]["written"] if "writer" in outputs else []:
            job = by_id.pop(each.store_file_id)
            logger.info("ingested %s into %s: %d chunks", job.file_id, job.store_id, each.chunks)
            outcomes.append(Outcome.done(job, usage_bytes=each.usage_bytes, converter=each.converter))
        for meta in outputs["converter"]["late"]:
            self._jobs.mark_slow(by_id[meta["store_file_id"]])
        outcomes += map(Outcome.requeue, by_id.values())
        logger.info("%d jobs, %.0f ms", len(jobs), (time.monotonic() - started) * 1000)
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
        if not all(outcome.final for outcome in outcomes):
            self._group_files = max(self._group_files // 2, GROUP_FILES)
        elif len(jobs) >= self._group_files and time.monotonic() - started < LITTLE_S:
            self._group_files = min(self._group_files * 2, MOST_FILES)
        return outcomes

    def _failure(self, job: Job, failure: ConversionFailed) -> Outcome:
        if self._stopping.is_set():  # it may have been cut off
            return Outcome.requeue(job)
        logger.info("failed %s in %s: %s", job.file_id, job.store_id, failure.message)
        return Outcome.failed(job, failure)

    def _fault(self, jobs: Sequence[Job], error: BaseException | None) -> list[Outcome]:
        if self._stopping.is_set():
            return [Outcome.requeue(job) for job in jobs]
        names = ", ".join(job.file_id for job in jobs)
        if isinstance(error, TRANSIENT):
            logger.error("cannot ingest %s now: %s", names, error)
            self._stopping.wait(RETRY_S)
            return [Outcome.requeue(job) for job in jobs]
        if isinstance(error, FileNotFoundError):  # or it was deleted meanwhile, and nobody reads this
            sentence = "The bytes of this file are missing from the data folder: upload it again, or restore a backup."
            return [Outcome.failed(job, ConversionFailed(sentence)) for job in jobs]
        logger.error("a fault while ingesting %s", names, exc_info=error)
        sentence = "The server has a fault in reading this file; its log says more. Please report it."
        return [Outcome.failed(job, ConversionFailed(sentence, Reason.INTERNAL)) for job in jobs]

    def _in_any_case(self, use: Callable[[], Result]) -> Result | None:
        """Use the database, however long it takes to be usable; None if the worker is told to stop before.

        What was running then still is by its row, and the next start takes it up.
        """
        while True:
            try:
                return use()
            except StorageFailed as error:
                logger.error("the records cannot be used now: %s", error.message)
                if self._stopping.wait(RETRY_S):
                    return None

    def _loop(self) -> None:
        after_fault = False
        while not self._stopping.is_set():
            self._added.clear()
            try:
                if after_fault:
                    self._jobs.recover(index_is_empty=False)
                    after_fault = False
                self.run_until_idle()
            except Exception:
                after_fault = True
                logger.exception("a fault in the worker, which goes on; what was running is taken up again")
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
