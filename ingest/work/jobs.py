"""The job queue: which files are still to be ingested into which stores. It is kept in the rows of the store files."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, update

from ingest.errors import ConversionFailed, Reason
from ingest.records import schema
from ingest.records.attributes import AttributeValue
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.store_files import UNFINISHED, State

# A job that was running when the process died is a suspect. Only one suspect runs at a time, so that the file that
# kills the process is not confused with those that were running beside it.
MAX_DEATHS = 3

# Small files are claimed and ingested in groups of so many files, more while they are quick, and so many bytes. A
# larger file, or one that turned out to be slow, is claimed alone.
GROUP_FILES = 32
GROUP_BYTES = 512 * 1024

# How long a file at most waits until there is nothing else to do.
PUT_OFF_S = 600.0

# Among how many of the oldest or newest jobs to look for small files, or for files added one by one: a few more than
# the largest batch has.
WINDOW = 2500

SOME = 8


@dataclass(frozen=True)
class Job:
    store_file_id: str
    store_id: str
    file_id: str
    filename: str
    sha256: str
    bytes: int
    attributes: dict[str, AttributeValue]
    chunk_tokens: int
    overlap_tokens: int


@dataclass(frozen=True)
class Outcome:
    """How a job ended; `values` go into its row."""

    job: Job
    values: dict[str, Any]

    @classmethod
    def done(cls, job: Job, *, usage_bytes: int, converter: str, note: str | None = None) -> "Outcome":
        result = {"state": State.DONE, "usage_bytes": usage_bytes, "converter": converter, "crashes": 0}
        return cls(job, {**result, "reason": None, "message": note})

    @classmethod
    def failed(cls, job: Job, error: ConversionFailed) -> "Outcome":
        return cls(job, {"state": State.FAILED, "reason": error.reason, "message": error.message, "usage_bytes": 0})

    @classmethod
    def requeue(cls, job: Job) -> "Outcome":
        """It is to be tried again: the process is stopping, or the disk is full."""
        return cls(job, {"state": State.PENDING})

    @property
    def final(self) -> bool:
        return self.values["state"] is not State.PENDING


class Jobs:
    """The worker claims jobs and records how they ended: done, failed or requeued. None is ever lost. Methods raise
    `StorageFailed`."""

    def __init__(self, database: Database, cleanup: Cleanup) -> None:
        self._database = database
        self._cleanup = cleanup
        self._slow: set[str] = set()  # small files that are claimed alone
        self._put_off: dict[str, float] = {}  # and files that are claimed last, with when they need not wait longer
        self._suspects = False  # whether there may be any
        self._from_oldest = False

    def recover(self) -> None:
        """Requeue the jobs that were running when the process died."""
        rows = schema.store_files
        self._suspects = True
        gave_up = {
            "state": State.FAILED,
            "reason": Reason.INTERNAL,
            "message": f"The server died more than {MAX_DEATHS} times while it ingested this file, so it was given up. "
            "If the file is sound, attach it again.",
        }

        def requeue(connection: Connection) -> None:
            running = update(rows).where(rows.c.state == State.RUNNING)
            connection.execute(running.values(crashes=rows.c.crashes + 1))
            lost = running.where(rows.c.crashes > MAX_DEATHS).values(**gave_up).returning(rows.c.id)
            self._cleanup.add(connection, Kind.CHUNKS, list(connection.scalars(lost)))
            connection.execute(running.values(state=State.PENDING))

        self._database.free(requeue)  # which frees nothing, but without it nothing starts on a full disk
        self._cleanup.run_committed(Kind.CHUNKS)

    def some_done(self) -> list[str]:
        """Some of the store files that have chunks, the oldest and the newest."""
        rows = schema.store_files.c
        done = select(rows.id).where(rows.state == State.DONE, rows.usage_bytes > 0).limit(SOME)
        with self._database.read() as connection:
            return [*connection.scalars(done.order_by(rows.seq)), *connection.scalars(done.order_by(rows.seq.desc()))]

    def any_left(self) -> bool:
        """Whether a file is still to be ingested."""
        rows = schema.store_files.c
        with self._database.read() as connection:
            return bool(connection.scalar(select(exists().where(rows.state.in_(UNFINISHED)))))

    def again(self, condition: ColumnElement[bool]) -> int:
        """Ingest files that are done and meet the condition again; until then, searches find their present chunks."""
        rows = schema.store_files
        done = (rows.c.state == State.DONE) & condition
        with self._database.write() as connection:
            return connection.execute(update(rows).where(done).values(state=State.PENDING)).rowcount

    def claim(self, limit: int = GROUP_FILES, *, large: bool = True, batches: bool = True) -> list[Job]:
        """Pending jobs, which count as running from now on: either small ones, at most `limit` and together at most
        `GROUP_BYTES`, or a single large one. Without `batches`, only files that were added one by one.

        Oldest and newest jobs are claimed in turn, and among the newest, files added one by one come first. So a single
        file does not wait for a batch of ten thousand, nor such a batch for all that comes after it. The jobs are in
        this order, too: a group may come to its end before all of it is read. Suspects come before all others, one at a
        time, those that are slow last.
        """
        self._from_oldest = not self._from_oldest and batches
        with self._database.read() as connection:  # usually there are none, and looking should not cost a write
            wanted = self._next(connection, limit, large, batches)
        if not wanted:
            return []
        rows, files = schema.store_files, schema.files
        columns = [rows.c.id, rows.c.store_id, rows.c.file_id, files.c.filename, files.c.sha256, files.c.bytes]
        columns += [rows.c.attributes, rows.c.chunk_tokens, rows.c.overlap_tokens]
        waiting = rows.c.id.in_(wanted) & (rows.c.state == State.PENDING)
        self._database.reserve.check()
        with self._database.write() as connection:
            jobs = connection.execute(select(*columns).join_from(rows, files).where(waiting)).all()
            connection.execute(update(rows).where(waiting).values(state=State.RUNNING))
        place = {id: place for place, id in enumerate(wanted)}
        return sorted((Job(*job) for job in jobs), key=lambda job: place[job.store_file_id])

    def is_large(self, job: Job) -> bool:
        return self._is_large(job.store_file_id, job.bytes)

    def mark_slow(self, job: Job) -> None:
        """Claim this job by itself from now on: it took too long in a group."""
        self._slow.add(job.store_file_id)

    def put_off(self, job: Job) -> bool:
        """Claim this job once more, when there is nothing else to do: it took too long on a busy machine. False if it
        has been put off before."""
        if job.store_file_id in self._put_off:
            return False
        self._put_off[job.store_file_id] = time.monotonic() + PUT_OFF_S
        self.mark_slow(job)
        return True

    def still_wanted(self, job: Job) -> bool:
        """False once the job was cancelled or its file deleted."""
        here = (schema.store_files.c.id == job.store_file_id) & (schema.store_files.c.state == State.RUNNING)
        with self._database.read() as connection:
            return bool(connection.scalar(select(exists().where(here))))

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Write how jobs ended, in one transaction."""
        rows = schema.store_files
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        with self._database.write() as connection:
            ids = [outcome.job.store_file_id for outcome in outcomes]
            running = set(
                connection.scalars(select(rows.c.id).where(rows.c.id.in_(ids), rows.c.state == State.RUNNING))
            )
            for outcome in outcomes:
                if outcome.job.store_file_id in running:
                    by_columns[tuple(outcome.values)].append({"job": outcome.job.store_file_id, **outcome.values})
            for values in by_columns.values():
                connection.execute(update(rows).where(rows.c.id == bindparam("job")), values)
            # They may have chunks from an earlier run, of another converter for example.
            failed = [
                each.job.store_file_id
                for each in outcomes
                if each.job.store_file_id in running and each.values["state"] is State.FAILED
            ]
            self._cleanup.add(connection, Kind.CHUNKS, failed)
        for outcome in outcomes:
            if outcome.final:
                self._slow.discard(outcome.job.store_file_id)
                self._put_off.pop(outcome.job.store_file_id, None)
        if failed:
            self._cleanup.run_committed(Kind.CHUNKS)
        for store_file_id in sorted(set(ids) - running):  # deleted meanwhile: so are the chunks just written
            self._cleanup.run(Kind.LATE_CHUNKS, store_file_id)

    def _next(self, connection: Connection, limit: int, large: bool, batches: bool) -> list[str]:
        rows, files = schema.store_files.c, schema.files.c
        suspect = rows.crashes > 0
        waiting = select(rows.id, files.bytes, rows.batch_id).join_from(schema.store_files, schema.files)
        waiting = waiting.where(rows.state == State.PENDING)
        if self._put_off:
            if large and (last := self._next_put_off(connection)):
                return [last]
            waiting = waiting.where(rows.id.not_in(list(self._put_off)))
        if self._suspects and not connection.scalar(select(exists().where(rows.state == State.RUNNING, suspect))):
            suspects = connection.execute(waiting.where(suspect).order_by(rows.crashes, rows.seq)).all()
            if suspects:
                first = min(suspects, key=lambda job: job.id in self._slow)
                return [first.id] if large or not self._is_large(first.id, first.bytes) else []
            self._suspects = False
        if self._from_oldest:
            ordered = waiting.where(~suspect).order_by(rows.seq)
        else:
            newest = select(rows.seq).where(rows.state == State.PENDING).order_by(rows.seq.desc()).limit(WINDOW)
            ordered = waiting.where(rows.seq.in_(newest), ~suspect)
            ordered = ordered.order_by(rows.batch_id.is_not(None), rows.seq.desc())
        group: list[str] = []
        size = 0
        for id, bytes, batch_id in connection.execute(ordered.limit(limit if large else WINDOW)):
            if batch_id is not None and not batches:
                break
            if not group and not self._from_oldest:
                batches = batch_id is not None
            if self._is_large(id, bytes):
                if large and not group:
                    return [id]
            elif len(group) < limit and size + bytes <= GROUP_BYTES:
                group.append(id)
                size += bytes
        return group

    def _next_put_off(self, connection: Connection) -> str | None:
        rows = schema.store_files.c
        put_off = rows.id.in_(list(self._put_off))
        others = exists().where(rows.state.in_([State.PENDING, State.RUNNING]), ~put_off)
        running = exists().where(rows.state == State.RUNNING, put_off)
        overdue = rows.id.in_([id for id, until in self._put_off.items() if until < time.monotonic()])
        waiting = select(rows.id).where(put_off, rows.state == State.PENDING, overdue | ~(others | running))
        return connection.scalar(waiting.order_by(rows.seq).limit(1))

    def _is_large(self, id: str, bytes: int) -> bool:
        return bytes > GROUP_BYTES or id in self._slow


def is_full(group: Sequence[Job], limit: int) -> bool:
    """Whether waiting for more files would hardly make the group larger."""
    return len(group) == limit or sum(job.bytes for job in group) > GROUP_BYTES / 2
