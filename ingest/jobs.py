"""Which files are still to be ingested into which stores; the rows of the store files are the queue and the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from ingest import schema
from ingest.attributes import AttributeValue
from ingest.database import Database
from ingest.errors import ConversionFailed, Reason
from ingest.removals import Kind, Removals
from ingest.store_files import State

# A job that was running when the process died is a suspect, and from then on runs as the only suspect: so a file that
# takes the process down is told from those that were merely running beside it.
MAX_DEATHS = 3


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


@dataclass(frozen=True)
class Outcome:
    """How a job went; `values` are those of its row."""

    job: Job
    values: dict[str, Any]

    @classmethod
    def done(cls, job: Job, *, usage_bytes: int, converter: str) -> "Outcome":
        result = {"state": State.DONE, "usage_bytes": usage_bytes, "converter": converter, "suspicion": 0}
        return cls(job, {**result, "reason": None, "message": None})

    @classmethod
    def failed(cls, job: Job, error: ConversionFailed) -> "Outcome":
        return cls(job, {"state": State.FAILED, "reason": error.reason, "message": error.message, "usage_bytes": 0})

    @classmethod
    def put_back(cls, job: Job) -> "Outcome":
        """For another day: the process is about to stop, or the disk is full."""
        return cls(job, {"state": State.PENDING})


class Jobs:
    """Claimed by the worker, then done, failed or put back: a job is never forgotten."""

    def __init__(self, database: Database, removals: Removals) -> None:
        self._database = database
        self._removals = removals

    def recover(self, *, index_is_empty: bool) -> None:
        """Put back what was running when the process died and, if the index was not kept, what was done."""
        rows = schema.store_files
        put_back = [State.RUNNING, State.DONE] if index_is_empty else [State.RUNNING]
        gave_up = {
            "state": State.FAILED,
            "reason": Reason.INTERNAL,
            "message": f"The server died {MAX_DEATHS} times while it ingested this file, so it was given up. "
            "If the file is sound, attach it again.",
        }
        with self._database.write() as connection:
            running = update(rows).where(rows.c.state == State.RUNNING)
            connection.execute(running.values(suspicion=rows.c.suspicion + 1))
            connection.execute(running.where(rows.c.suspicion > MAX_DEATHS).values(**gave_up))
            connection.execute(update(rows).where(rows.c.state.in_(put_back)).values(state=State.PENDING))

    def claim(self, limit: int) -> list[Job]:
        """The oldest jobs that wait, now running: at most `limit`, and one suspect unless one is running."""
        with self._database.read() as connection:  # most often there is none, and looking must not cost a write
            wanted = _next(connection, limit)
        if not wanted:
            return []
        rows, files = schema.store_files, schema.files
        columns = [rows.c.id, rows.c.store_id, rows.c.file_id, files.c.filename, files.c.sha256]
        columns += [rows.c.attributes, rows.c.chunk_tokens, rows.c.overlap_tokens]
        waiting = rows.c.seq.in_(wanted) & (rows.c.state == State.PENDING)
        with self._database.write() as connection:
            jobs = connection.execute(select(*columns).join_from(rows, files).where(waiting).order_by(rows.c.seq)).all()
            connection.execute(update(rows).where(waiting).values(state=State.RUNNING))
        return [Job(*job) for job in jobs]

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Write down how jobs went, all in one transaction."""
        rows = schema.store_files
        gone: list[str] = []
        with self._database.write() as connection:
            for outcome in outcomes:
                running = (rows.c.id == outcome.job.id) & (rows.c.state == State.RUNNING)
                if not connection.execute(update(rows).where(running).values(**outcome.values)).rowcount:
                    gone.append(outcome.job.id)
        for attachment in gone:  # deleted meanwhile: its chunks, just written, go too
            self._removals.carry_out(Kind.LATE_CHUNKS, attachment)


def _next(connection: Connection, limit: int) -> list[int]:
    rows = schema.store_files
    suspect = rows.c.suspicion > 0
    waiting = select(rows.c.seq).where(rows.c.state == State.PENDING)
    wanted = list(connection.scalars(waiting.where(~suspect).order_by(rows.c.seq).limit(limit)))
    if len(wanted) < limit and not connection.scalar(
        select(func.count()).where((rows.c.state == State.RUNNING) & suspect)
    ):
        wanted += connection.scalars(waiting.where(suspect).order_by(rows.c.suspicion, rows.c.seq).limit(1))
    return wanted
