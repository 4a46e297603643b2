"""Lines of the log that anybody on the network can cause: each kind comes once a minute, with a count."""

import logging
import time

from ingest.counted import counted

PAUSE_S = 60.0


class Seldom:
    """Writes the first warning, and after a minute the next one, with the number of those between."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._silent_until = 0.0
        self._unsaid = 0

    def warning(self, message: str, *values: object) -> None:
        now = time.monotonic()
        if now < self._silent_until:
            self._unsaid += 1
            return
        if self._unsaid:
            message += f" (and {counted(self._unsaid, 'time')} since the last such line)"
        self._silent_until, self._unsaid = now + PAUSE_S, 0
        self._logger.warning(message, *values)
