"""Takes jobs, runs the pipeline, records how each went; many at a time, since most of a job is waiting."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from haystack import Pipeline
from haystack.core.errors import PipelineRuntimeError

from ingest.blobs import Blobs
from ingest.errors import ConversionFailed, Reason, StorageFailed
from ingest.jobs import Job, Jobs

logger = logging.getLogger(__name__)

# Jobs wait for a conversion process or for the commit that they share: the more of them, the more share one.
CONCURRENT_JOBS = 32
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
        """Work in this thread until no job is left; `on_end` hears of each that ended."""
        with ThreadPoolExecutor(CONCURRENT_JOBS, thread_name_prefix="job") as pool:
            running: dict[Future[None], Job] = {}
            while not self._stopping.is_set():
                for job in self._claim(CONCURRENT_JOBS - len(running)):
                    running[pool.submit(self.run_one, job)] = job
                if not running:
                    return
                for ended in wait(running, timeout=IDLE_S, return_when=FIRST_COMPLETED).done:
                    ended.result()
                    on_end(running.pop(ended))

    def run_one(self, job: Job) -> None:
        """Ingest one file into one store; whatever happens, the job ends or waits for another turn."""
        started = time.monotonic()
        try:
            with self._blobs.local_path(job.sha256) as path:
                outputs = self._pipeline.run(
                    {
                        "converter": {"sources": [str(path)], "meta": _meta(job)},
                        "splitter": {"max_tokens": job.chunk_tokens, "overlap_tokens": job.overlap_tokens},
                    }
                )
            for failure in outputs["converter"]["failures"]:
                raise failure
            written = outputs["writer"]
        except Exception as error:
            self._end_badly(job, error.__cause__ if isinstance(error, PipelineRuntimeError) else error)
        else:
            self._record(
                lambda: self._jobs.done(job, usage_bytes=written["usage_bytes"], converter=written["converter"])
            )
            took = (time.monotonic() - started) * 1000
            logger.info("ingested %s into %s: %d chunks, %.0f ms", job.file_id, job.store_id, written["chunks"], took)

    def _end_badly(self, job: Job, error: BaseException | None) -> None:
        if self._stopping.is_set():
            self._record(lambda: self._jobs.put_back(job))
        elif isinstance(error, ConversionFailed):
            failure = error
            logger.info("failed %s in %s: %s", job.file_id, job.store_id, failure.message)
            self._record(lambda: self._jobs.failed(job, failure))
        elif isinstance(error, StorageFailed):
            logger.error("cannot ingest %s now: %s", job.file_id, error.message)
            self._stopping.wait(RETRY_S)
            self._record(lambda: self._jobs.put_back(job))
        else:
            logger.error("a fault while ingesting %s into %s", job.file_id, job.store_id, exc_info=error)
            sentence = "The server has a fault in reading this file; its log says more. Please report it."
            self._record(lambda: self._jobs.failed(job, ConversionFailed(sentence, Reason.INTERNAL)))

    def _record(self, write: Callable[[], None]) -> None:
        while True:
            try:
                return write()
            except StorageFailed as error:
                logger.error("cannot record how a job went, trying again: %s", error.message)
                if self._stopping.wait(RETRY_S):
                    return  # the row still says that the job is running: the next start takes it up

    def _claim(self, limit: int) -> list[Job]:
        try:
            return self._jobs.claim(limit) if limit else []
        except StorageFailed as error:
            logger.error("cannot take jobs, trying again: %s", error.message)
            self._stopping.wait(RETRY_S)
            return []

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._added.clear()
            self.run_until_idle()
            self._added.wait(IDLE_S)


def _meta(job: Job) -> dict[str, object]:
    return {
        "store_id": job.store_id,
        "file_id": job.file_id,
        "attachment_id": job.id,
        "filename": job.filename,
        "attributes": job.attributes,
    }
