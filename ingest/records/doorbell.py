"""A doorbell between the processes that share a PostgreSQL: who wrote something for others rings, and they look at once
instead of some seconds later."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, func, select

CHANNEL = "rag"
STOP_WITHIN_S = 0.5
RETRY_S = 5.0  # as often, those who wait look unasked

logger = logging.getLogger(__name__)


def ring(connection: Connection, name: str) -> None:
    """For those who listen for this name, once the transaction is committed."""
    connection.execute(select(func.pg_notify(CHANNEL, name)))


class Doorbell:
    """Listens on one connection for the whole process, as long as anyone wants to hear."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        """`connect` makes a connection of psycopg's, in the mode `autocommit`."""
        self._connect = connect
        self._rung: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def listening(self, name: str, rung: Callable[[], None]) -> Iterator[None]:
        """Within the block, `rung` is called when somebody rings."""
        with self._lock:
            self._rung[name].append(rung)
            if not self._thread:
                self._stopping = threading.Event()
                self._thread = threading.Thread(target=self._loop, args=[self._stopping], name="doorbell")
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._rung[name].remove(rung)
                thread = self._thread
                is_last = not any(self._rung.values())
                if is_last:
                    self._stopping.set()
                    self._thread = None
            if is_last and thread:
                thread.join()

    def _loop(self, stopping: threading.Event) -> None:
        from psycopg import Error  # an extra: only where there is such a database

        while not stopping.is_set():
            try:
                with closing(self._connect()) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    for name in list(self._rung):  # somebody may have rung before
                        self._ring(name)
                    while not stopping.is_set():
                        for heard in connection.notifies(timeout=STOP_WITHIN_S):
                            self._ring(heard.payload)
            except Error as error:  # those who wait look unasked meanwhile
                said = " ".join(str(error).split())  # in several lines, at times
                logger.warning("what other processes add is noticed only after some seconds: %s", said)
                stopping.wait(RETRY_S)
            except Exception:
                logger.exception("a fault while listening for what other processes add, which goes on")
                stopping.wait(RETRY_S)

    def _ring(self, name: str) -> None:
        with self._lock:
            heard = list(self._rung.get(name, ()))
        for rung in heard:
            rung()
