"""What time itself ends, such as files and uploads that expire, is taken away by one thread."""

import logging
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from ingest.errors import StorageFailed

logger = logging.getLogger(__name__)

INTERVAL_S = 5.0


class Expiry:
    """Calls every function in `expiries` at once and then every few seconds, in a thread of its own, within `with`.

    A sweep takes no arguments, looks by an index for what has expired and takes it away; mostly there is nothing.
    Whoever keeps what expires adds one to the list in `corpus`. Readers must not rely on it: they look at the time.
    """

    def __init__(self, expiries: Sequence[Callable[[], None]]) -> None:
        self._expiries = expiries
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="expiry")

    def run(self) -> None:
        """All of it, once, now. One that fails does not keep the others from their turn; its own comes again."""
        for expire in self._expiries:
            try:
                expire()
            except StorageFailed as error:
                logger.error("cannot take away what has expired now: %s", error.message)
            except Exception:
                logger.exception("a fault while taking away what has expired")

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
