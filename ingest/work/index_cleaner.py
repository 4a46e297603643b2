"""The thread in which the process that keeps a data folder for several servers clears its index of what they delete."""

import logging
import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from ingest.errors import StorageFailed
from ingest.records.cleanup import Cleanup
from ingest.records.database import Database

LOOK_AGAIN_S = 5.0  # unasked: a ring may not be heard

logger = logging.getLogger(__name__)


class IndexCleaner:
    """Runs within `with`, and looks whenever another process rings."""

    def __init__(self, database: Database, cleanup: Cleanup) -> None:
        self._database = database
        self._cleanup = cleanup
        self._rung = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="index-cleaner")
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        self._opened.enter_context(self._database.listening(self._rung.set))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._rung.set()
        self._thread.join()
        self._opened.close()

    def _loop(self) -> None:
        while not self._stopping:
            try:
                self._cleanup.run_left()
            except StorageFailed as error:
                logger.error("what was deleted is taken out of the index later: %s", error.message)
            except Exception:
                logger.exception("a fault while taking out of the index what was deleted")
            self._rung.wait(LOOK_AGAIN_S)
            self._rung.clear()
