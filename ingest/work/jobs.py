"""The job queue: which files are still to be ingested into which stores. It is kept in the rows of the store files."""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, true, update

from ingest.counted import counted
from ingest.errors import ConversionFailed, Reason
from ingest.records import schema
from ingest.records.attributes import AttributeValue
from ingest.records.cleanup import Cleanup, Kind
from ingest.records.database import Database
from ingest.records.leases import Lease
from ingest.records.store_files import UNFINISHED, State

logger = logging.getLogger(__name__)

# A job that was running when its process died is a suspect. In each process, only one suspect runs at a time, so that
# the file that kills it is not confused with those that were running beside it.
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

CLAIMS = 3  # to try, when another worker was faster


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
    turn: int
    """How often it was claimed: what is written about it counts in its last turn alone."""
    worker: str
    """The lease under which it was claimed."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended; `values` go into its row."""

    job: Job
    values: dict[str, Any]

    @classmethod
    def done(cls, job: Job, *, usage_bytes: int, converter: str, note: str | None = None) -> "Outcome":
        result = {"state": State.DONE, "usage_bytes": usage_bytes, "converter": converter, "crashes": 0}
        return cls(job, {**result, "reason": None, "message": _kept(note)})

    @classmethod
    def failed(cls, job: Job, error: ConversionFailed) -> "Outcome":
        return cls(
            job, {"state": State.FAILED, "reason": error.reason, "message": _kept(error.message), "usage_bytes": 0}
        )

    @classmethod
    def requeue(cls, job: Job) -> "Outcome":
        """It is to be tried again: the process is stopping, or the disk is full."""
        return cls(job, {"state": State.PENDING})

    @property
    def final(self) -> bool:
        return self.values["state"] is not State.PENDING


_rows, _files = schema.store_files.c, schema.files.c
_wanted = _rows.id.in_(bindparam("ids", expanding=True))

# Building them takes as long as running them.
_WAITING = (
    select(
        *(_rows.id, _rows.store_id, _rows.file_id, _files.filename, _files.sha256, _files.bytes),
        *(_rows.attributes, _rows.chunk_tokens, _rows.overlap_tokens, _rows.turn + 1, bindparam("claimant")),
    )
    .join_from(schema.store_files, schema.files)
    .where(_wanted, _rows.state == State.PENDING)
    .with_for_update(of=schema.store_files, skip_locked=True)
)
_CLAIM = (
    update(schema.store_files)
    .where(_wanted)
    .values(state=State.RUNNING, worker=bindparam("claimant"), turn=_rows.turn + 1)
)


class Jobs:
    """The worker claims jobs and records how they ended: done, failed or requeued. None is ever lost. Methods raise
    `StorageFailed`.

    Several processes may do so with the same rows. A job belongs to the lease under which it was claimed; when that is
    over, another takes it up, and whatever the first one still says of it is refused.
    """

    def __init__(self, database: Database, cleanup: Cleanup, lease: Lease) -> None:
        self.lease = lease
        self.listening = database.listening
        self._database = database
        self._cleanup = cleanup
        # Small files that are claimed alone. It is known here only: to find it out once more costs another worker a
        # second at most, and to write it down would cost all of them a statement.
        self._slow: set[str] = set()
        self._put_off: dict[str, float] = {}  # and files that are claimed last, with when they need not wait longer
        self._suspects = False  # whether there may be any
        self._from_oldest = False

    def recover(self) -> None:
        """Requeue the jobs of workers that are gone, and of this one, which runs none now."""
        rows = schema.store_files.c
        self._requeue(true() if self.lease.alone else rows.worker.in_({*self._gone_workers(), self.lease.id}))

    def take_up(self) -> None:
        """Requeue the jobs of other workers that are gone."""
        self._suspects = True  # others may have taken some up
        if gone := self._gone_workers():  # usually there are none, and looking should not cost a write
            self._requeue(schema.store_files.c.worker.in_(gone))
        self._cleanup.run_committed(Kind.LATE_CHUNKS)

    def _gone_workers(self) -> set[str]:
        worker = schema.store_files.c.worker
        running = select(worker).where(schema.store_files.c.state == State.RUNNING).distinct()
        with self._database.read() as connection:
            workers = connection.scalars(running).all()
        return self.lease.over(filter(None, workers))

    def _requeue(self, condition: ColumnElement[bool]) -> None:
        rows = schema.store_files
        self._suspects = True
        gave_up = {
            "state": State.FAILED,
            "reason": Reason.INTERNAL,
            "message": f"The server died more than {MAX_DEATHS} times while it ingested this file, so it was given up. "
            "If the file is sound, attach it again.",
        }

        def requeue(connection: Connection) -> int:
            running = update(rows).where(rows.c.state == State.RUNNING, condition)
            connection.execute(running.values(crashes=rows.c.crashes + 1))
            lost = running.where(rows.c.crashes > MAX_DEATHS).values(**gave_up).returning(rows.c.id)
            self._cleanup.add(connection, Kind.CHUNKS, list(connection.scalars(lost)))
            return connection.execute(running.values(state=State.PENDING)).rowcount

        # Which frees nothing, but without it nothing starts on a full disk.
        requeued = self._database.free(requeue)
        if requeued and not self.lease.alone:
            logger.warning("took up %s of processes that are gone", counted(requeued, "file"))
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
            self._database.ring(connection)
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
        for _ in range(CLAIMS if self.lease.held else 0):
            with self._database.read() as connection:  # usually there are none, and looking should not cost a write
                wanted = self._next(connection, limit, large, batches)
            if not wanted:
                break
            if jobs := self._claim(wanted):
                return jobs
        return []

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
        """False once the job was cancelled, its file deleted, or its lease over."""
        rows = schema.store_files.c
        here = (rows.id == job.store_file_id) & (rows.state == State.RUNNING) & (rows.turn == job.turn)
        if not self.lease.holds(job.worker):
            return False
        with self._database.read() as connection:
            return bool(connection.scalar(select(exists().where(here))))

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Write how jobs ended, in one transaction, unless they were taken away or taken up meanwhile."""
        rows = schema.store_files
        by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        turns = {outcome.job.store_file_id: outcome.job.turn for outcome in outcomes}
        present = select(rows.c.id, rows.c.state, rows.c.turn).where(rows.c.id.in_(turns)).with_for_update()
        with self._database.write() as connection:
            found = {id: (state, turn) for id, state, turn in connection.execute(present)}
            running = {id for id, turn in turns.items() if found.get(id) == (State.RUNNING, turn)}
            for outcome in outcomes:
                if outcome.job.store_file_id in running:
                    by_columns[tuple(outcome.values)].append({"job": outcome.job.store_file_id, **outcome.values})
            for values in by_columns.values():
                connection.execute(update(rows).where(rows.c.id == bindparam("job")), values)
            if not all(outcome.final for outcome in outcomes):
                self._database.ring(connection)  # others may be able to do what this process is not
            # They may have chunks from an earlier run, of another converter for example.
            failed = [
                each.job.store_file_id
                for each in outcomes
                if each.job.store_file_id in running and each.values["state"] is State.FAILED
            ]
            self._cleanup.add(connection, Kind.CHUNKS, failed)
            # Deleted, cancelled or given up meanwhile: so are the chunks just written. Whoever took a job up writes the
            # same ones.
            ended = turns.keys() - running
            late = [id for id in ended if id not in found or found[id][0] in (State.CANCELLED, State.FAILED)]
            self._cleanup.add_late(connection, dict.fromkeys(late, self.lease.id))
        for outcome in outcomes:
            if outcome.final:
                self._slow.discard(outcome.job.store_file_id)
                self._put_off.pop(outcome.job.store_file_id, None)
        if failed:
            self._cleanup.run_committed(Kind.CHUNKS)
        if taken_up := len(ended) - len(late):
            logger.warning(
                "what was read here of %s is dropped: others took it up meanwhile", counted(taken_up, "file")
            )
        for store_file_id in late:
            self._cleanup.run(Kind.LATE_CHUNKS, store_file_id)

    def _claim(self, wanted: Sequence[str]) -> list[Job]:
        """Those of these jobs that nobody else has claimed meanwhile, in this order."""
        named = {"ids": wanted, "claimant": self.lease.id}
        self._database.reserve.check()
        with self._database.write() as connection:
            jobs = [Job(*job) for job in connection.execute(_WAITING, named)]
            connection.execute(_CLAIM, named | {"ids": [job.store_file_id for job in jobs]})
        place = {id: place for place, id in enumerate(wanted)}
        return sorted(jobs, key=lambda job: place[job.store_file_id])

    def _next(self, connection: Connection, limit: int, large: bool, batches: bool) -> list[str]:
        rows, files = schema.store_files.c, schema.files.c
        suspect = rows.crashes > 0
        waiting = select(rows.id, files.bytes, rows.batch_id).join_from(schema.store_files, schema.files)
        waiting = waiting.where(rows.state == State.PENDING)
        if self._put_off:
            if large and (last := self._next_put_off(connection)):
                return [last]
            waiting = waiting.where(rows.id.not_in(list(self._put_off)))
        own = (rows.state == State.RUNNING) & (rows.worker == self.lease.id)
        if self._suspects and not connection.scalar(select(exists().where(own, suspect))):
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
        own = (rows.state == State.RUNNING) & (rows.worker == self.lease.id)
        others = exists().where((rows.state == State.PENDING) | own, ~put_off)
        running = exists().where(own, put_off)
        overdue = rows.id.in_([id for id, until in self._put_off.items() if until < time.monotonic()])
        waiting = select(rows.id).where(put_off, rows.state == State.PENDING, overdue | ~(others | running))
        return connection.scalar(waiting.order_by(rows.seq).limit(1))

    def _is_large(self, id: str, bytes: int) -> bool:
        return bytes > GROUP_BYTES or id in self._slow


def _kept(message: str | None) -> str | None:
    """A name in a file may have a NUL in it, which not every database can keep."""
    return message and message.replace("\0", "\ufffd")


def is_full(group: Sequence[Job], limit: int) -> bool:
    """Whether waiting for more files would hardly make the group larger."""
    return len(group) == limit or sum(job.bytes for job in group) > GROUP_BYTES / 2
