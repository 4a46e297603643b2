"""Which files are still to be ingested into which stores; the rows of the store files are the queue and the record."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from ingest import schema
from ingest.database import Database
from ingest.errors import ConversionFailed, Reason
from ingest.removals import Kind, Removals
from ingest.stores import AttributeValue, State

MAX_ATTEMPTS = 3  # a job that was running each time the process died is not tried a fourth time


@dataclass(frozen=True)
class Job:
    id: str  # the attachment's
    store_id: str
    file_id: str
    filename: str
    sha256: str
    attributes: dict[str, AttributeValue]
    chunk_tokens: int
    overlap_tokens: int


class Jobs:
    """Claimed by the worker, then done, failed or put back: a job is never forgotten."""

    def __init__(self, database: Database, removals: Removals) -> None:
        self._database = database
        self._removals = removals

    def recover(self, *, index_is_empty: bool) -> None:
        """Put back what was running when the process died and, if the index was not kept, what was done."""
        rows = schema.store_files
        put_back = [State.RUNNING, State.DONE] if index_is_empty else [State.RUNNING]
        worn_out = (rows.c.state == State.RUNNING) & (rows.c.attempts >= MAX_ATTEMPTS)
        gave_up = (
            f"The server stopped {MAX_ATTEMPTS} times while this file was being ingested, so it was given up. "
            "If the file is sound, attach it again."
        )
        with self._database.write() as connection:
            failed = {"state": State.FAILED, "reason": Reason.INTERNAL, "message": gave_up}
            connection.execute(update(rows).where(worn_out).values(**failed))
            connection.execute(update(rows).where(rows.c.state.in_(put_back)).values(state=State.PENDING))

    def claim(self, limit: int) -> list[Job]:
        """The oldest jobs that wait, at most `limit`, now running."""
        rows, files = schema.store_files, schema.files
        oldest = select(rows.c.seq).where(rows.c.state == State.PENDING).order_by(rows.c.seq).limit(limit)
        with (
            self._database.read() as connection
        ):  # most often there is none, and looking must not cost a write
            wanted = list(connection.scalars(oldest))
        if not wanted:
            return []
        waiting = rows.c.seq.in_(wanted) & (rows.c.state == State.PENDING)
        columns = [rows.c.id, rows.c.store_id, rows.c.file_id, files.c.filename, files.c.sha256]
        columns += [rows.c.attributes, rows.c.chunk_tokens, rows.c.overlap_tokens]
        with self._database.write() as connection:
            jobs = connection.execute(
                select(*columns).join_from(rows, files).where(waiting).order_by(rows.c.seq)
            ).all()
            running = {"state": State.RUNNING, "attempts": rows.c.attempts + 1}
            connection.execute(update(rows).where(waiting).values(**running))
        return [Job(*job) for job in jobs]

    def done(self, job: Job, *, usage_bytes: int, converter: str) -> None:
        result = {"state": State.DONE, "usage_bytes": usage_bytes, "converter": converter, "attempts": 0}
        self._record(job, **result, reason=None, message=None)

    def failed(self, job: Job, error: ConversionFailed) -> None:
        self._record(job, state=State.FAILED, reason=error.reason, message=error.message, usage_bytes=0)

    def put_back(self, job: Job) -> None:
        """For another day: the process is about to stop. Does not count as an attempt."""
        self._record(job, state=State.PENDING, attempts=schema.store_files.c.attempts - 1)

    def _record(self, job: Job, **values: Any) -> None:
        rows = schema.store_files
        with self._database.write() as connection:
            running = (rows.c.id == job.id) & (rows.c.state == State.RUNNING)
            recorded = connection.execute(update(rows).where(running).values(**values)).rowcount
        if not recorded:  # deleted meanwhile: its chunks, just written, go too
            self._removals.carry_out(Kind.LATE_CHUNKS, job.id)
