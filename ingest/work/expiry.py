"""A thread that deletes what has expired, such as files and uploads."""

import logging
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from ingest.errors import StorageFailed

logger = logging.getLogger(__name__)

INTERVAL_S = 5.0


class Expiry:
    """Calls every function in `expiries` at once, and then every few seconds, in a thread of its own, within `with`.

    Such a function uses an index to look for what has expired, and deletes it; usually there is nothing. To add one,
    put it into the list in `corpus`. Readers must check the time themselves, since deletion comes a little late.
    """

    def __init__(self, expiries: Sequence[Callable[[], None]]) -> None:
        self._expiries = expiries
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="expiry")

    def run(self) -> None:
        """Call each function once. One that fails does not keep the others from running, and is called again next
        time."""
        for expire in self._expiries:
            try:
                expire()
            except StorageFailed as error:
                logger.error("what is done every few seconds has to wait: %s", error.message)
            except Exception:
                logger.exception("a fault while deleting what has expired")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self.run()
            self._stopping.wait(INTERVAL_S)
