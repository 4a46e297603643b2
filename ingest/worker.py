"""Takes jobs, runs the pipeline, records how each went; many at a time, since most of a job is waiting."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError

from ingest.attributes import index_fields
from ingest.blobs import Blobs
from ingest.errors import ConversionFailed, Reason, StorageFailed
from ingest.jobs import Job, Jobs, Outcome

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

# Jobs wait for a conversion process or for the commit that they share: the more of them, the more share one.
CONCURRENT_JOBS = 32
# How long to let more jobs come and end: they are then claimed and recorded in one transaction each, and arrive at the
# index together, which commits for all of them at once.
GATHER_S = 0.03
IDLE_S = 5.0  # how long to sleep when nobody says that there is work
GRACE_S = 5.0  # how long running jobs may go on when the server stops
RETRY_S = 1.0  # how long to wait for a full disk or a locked database to get better


class Worker:
    """A loop in a thread of its own. `run_one` is the whole of a job; the loop only decides which and when."""

    def __init__(
        self, jobs: Jobs, blobs: Blobs, pipeline: Pipeline, added: threading.Event, cut_off: Callable[[], None]
    ) -> None:
        self._cut_off = cut_off
        self._jobs = jobs
        self._blobs = blobs
        self._pipeline = pipeline
        self._added = added
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="ingest")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs, and wait for those that run: they are finished, or put back if that takes too long."""
        self._stopping.set()
        self._added.set()
        self._thread.join(GRACE_S)
        if self._thread.is_alive():
            self._cut_off()
            self._thread.join()

    def run_until_idle(self, on_end: Callable[[Job], None] = lambda job: None) -> None:
        """Work in this thread until no job is left; `on_end` hears of each whose end is on record."""
        running: dict[Future[Outcome], Job] = {}
        with ThreadPoolExecutor(CONCURRENT_JOBS, thread_name_prefix="job") as pool:
            while True:
                if not self._stopping.is_set():
                    for job in self._in_any_case(lambda: self._jobs.claim(CONCURRENT_JOBS - len(running))) or []:
                        running[pool.submit(self.run_one, job)] = job
                if not running:
                    return
                wait(running, return_when=FIRST_COMPLETED)
                time.sleep(GATHER_S)
                ended = wait(running, timeout=0).done
                outcomes = [future.result() for future in ended]
                self._in_any_case(lambda outcomes=outcomes: self._jobs.record(outcomes))  # type: ignore[misc]
                for future in ended:
                    on_end(running.pop(future))

    def run_one(self, job: Job) -> Outcome:
        """Ingest one file into one store; whatever happens, there is an outcome."""
        started = time.monotonic()
        try:
            with self._blobs.local_path(job.sha256) as path:
                outputs = self._pipeline.run(
                    {
                        "converter": {"sources": [str(path)], "meta": _meta(job)},
                        "splitter": {"max_tokens": job.chunk_tokens, "overlap_tokens": job.overlap_tokens},
                    }
                )
        except Exception as error:
            return self._fault(job, error.__cause__ if isinstance(error, PipelineRuntimeError) else error)
        for failure in outputs["converter"]["failures"]:
            return self._failure(job, failure)
        written = outputs["writer"]
        took = (time.monotonic() - started) * 1000
        logger.info("ingested %s into %s: %d chunks, %.0f ms", job.file_id, job.store_id, written["chunks"], took)
        return Outcome.done(job, usage_bytes=written["usage_bytes"], converter=written["converter"])

    def _failure(self, job: Job, failure: ConversionFailed) -> Outcome:
        if self._stopping.is_set():  # it may have been cut off
            return Outcome.put_back(job)
        logger.info("failed %s in %s: %s", job.file_id, job.store_id, failure.message)
        return Outcome.failed(job, failure)

    def _fault(self, job: Job, error: BaseException | None) -> Outcome:
        if self._stopping.is_set():
            return Outcome.put_back(job)
        if isinstance(error, StorageFailed):
            logger.error("cannot ingest %s now: %s", job.file_id, error.message)
            self._stopping.wait(RETRY_S)
            return Outcome.put_back(job)
        logger.error("a fault while ingesting %s into %s", job.file_id, job.store_id, exc_info=error)
        sentence = "The server has a fault in reading this file; its log says more. Please report it."
        return Outcome.failed(job, ConversionFailed(sentence, Reason.INTERNAL))

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
            self._added.wait(IDLE_S)


def _meta(job: Job) -> dict[str, object]:
    return {
        "store_id": job.store_id,
        "file_id": job.file_id,
        "attachment_id": job.id,
        "filename": job.filename,
        "attributes": index_fields(job.attributes),
    }
