"""Leases: which of the processes that share a database are there. Each renews its own, and whoever finds one that is
over takes up what its process was doing."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import delete, insert, select, update

from ingest.errors import StorageFailed
from ingest.ids import new_id
from ingest.records import schema
from ingest.records.database import Database

RENEWALS = 3  # in the time of a lease, so that one may come late
RETRY_S = 1.0

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # which goes on while a machine sleeps

logger = logging.getLogger(__name__)

_rows = schema.workers.c


class Lease:
    """The lease of this process, once it was started. `alone`, nobody else can have the database open: then there is
    nothing to renew, and all that is in another's name was left by a process that is gone.

    One that is over is never renewed. There is another one then, with another id, as what was done under the old one
    may have been taken up.
    """

    def __init__(self, database: Database, *, alone: bool, seconds: float = 30) -> None:
        self.alone = alone
        self.id = new_id("worker_")
        self._database = database
        self._seconds = seconds
        self._held_since = self._until = 0.0
        self._when_others_end: list[Callable[[], None]] = []
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> bool:
        return self.alone or time.clock_gettime(_CLOCK) < self._until

    def holds(self, id: str) -> bool:
        """Whether that is its id, and it is not over."""
        return id == self.id and self.held

    def over(self, ids: Iterable[str]) -> set[str]:
        """Those of these ids, read before, whose leases are over. Raises `StorageFailed`."""
        others = set(ids) - {self.id}
        if self.alone or not others:
            return others
        living = select(_rows.id).where(_rows.id.in_(others), _rows.lease_until > self._database.now)
        with self._database.read() as connection:
            return others - set(connection.scalars(living))

    @contextmanager
    def telling(self, take_up: Callable[[], None]) -> Iterator[None]:
        """Within the block, this is called after each renewal: it looks for what belongs to leases that are over."""
        with self._telling:
            self._when_others_end.append(take_up)
        try:
            yield
        finally:
            with self._telling:
                self._when_others_end.remove(take_up)

    def start(self) -> None:
        """Renew it from now on, until `stop`. Raises `StorageFailed`."""
        if not self.alone and not self._thread:
            self._renew()
            self._thread = threading.Thread(target=self._loop, name="lease")
            self._thread.start()

    def stop(self) -> None:
        """End it, so that others need not wait for that."""
        if not self._thread:
            return
        self._stopping.set()
        self._thread.join()
        self._until = 0.0
        try:
            with self._database.write(waits=False) as connection:
                connection.execute(delete(schema.workers).where(_rows.id == self.id))
        except StorageFailed as error:
            logger.error("others learn only in %.0f s that this process has ended: %s", self._seconds, error.message)

    def _loop(self) -> None:
        pause = self._seconds / RENEWALS
        while not self._stopping.wait(pause):
            if not self.held:
                self._give_up()
            try:
                self._renew()
            except StorageFailed as error:
                logger.error("the lease of this process cannot be renewed now: %s", error.message)
                pause = min(RETRY_S, self._seconds / RENEWALS)
                continue
            pause = self._seconds / RENEWALS
            # After an outage all leases are over, and those who are there need time to say so.
            if time.clock_gettime(_CLOCK) > self._held_since + self._seconds:
                self._take_up()

    def _take_up(self) -> None:
        over = delete(schema.workers).where(_rows.lease_until < self._database.now)
        try:
            with self._database.write(waits=False) as connection:
                ended = connection.execute(over.returning(_rows.host, _rows.pid)).all()
            for host, pid in ended:
                logger.warning("nothing was heard of process %d on %s for %.0f s: it is gone", pid, host, self._seconds)
            with self._telling:
                for take_up in self._when_others_end:
                    take_up()
        except StorageFailed as error:
            logger.error("what others left is taken up later: %s", error.message)
        except Exception:
            logger.exception("a fault while taking up what others left")

    def _renew(self) -> None:
        now = self._database.now
        until = now + self._seconds
        with self._database.write(waits=False) as connection:
            sent = time.clock_gettime(_CLOCK)
            own = update(schema.workers).where(_rows.id == self.id, _rows.lease_until > now)
            if connection.execute(own.values(lease_until=until)).rowcount == 0:
                self._give_up()  # it may have been over before this write had its turn
                place = {"host": socket.gethostname(), "pid": os.getpid()}
                connection.execute(insert(schema.workers).values(id=self.id, lease_until=until, **place))
        if not self._until:
            self._held_since = sent
        self._until = sent + self._seconds

    def _give_up(self) -> None:
        if self._until:
            logger.error("the lease of this process was not renewed for %.0f s: its files are given up", self._seconds)
            self.id = new_id("worker_")
            self._until = 0.0
