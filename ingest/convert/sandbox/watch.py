"""The clock of a worker: how long it has used the processor or slept, and whether its time for a call is up."""

import os
import sys
import time
from pathlib import Path

from ingest.convert.sandbox.call import OutOfTime

# How often a call that takes long is looked at, whether its time is up and its answer still wanted.
ASK_SECONDS = 0.4

# Where a worker's clock cannot be read, the kernel ends it by its own; this process waits so many times longer.
WALL_PER_CPU_SECOND = 4.0

# A call that had to share the processor took longer than its time by this factor, and more than a moment.
BUSY = 1.25
MOMENT_S = 0.5

# An answer in pieces may take so many times the time of one of them. Nothing else would end one that never ends.
MOST_TIMES = 4

CPUCLOCK_SCHED = 2
SHORTEST_S = 0.01


def _clock(pid: int) -> float:
    """Seconds for which a process has used the processor. Raises `OSError` if that is not known."""
    return time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)  # as `clock_getcpuclockid` makes it


def _has_clocks() -> bool:
    if sys.platform != "linux":
        return False
    try:
        return _clock(os.getpid()) > 0
    except OSError:
        return False


HAS_CLOCKS = _has_clocks()


class Watch:
    """Whether a worker's time for a call is up."""

    def __init__(self, pid: int, seconds: float) -> None:
        self.seconds = seconds
        self._pid = pid
        self._asleep = 0.0  # as it was seen: seconds that pass unseen are those in which we wait for a processor, too
        self._started = self._used = self._used_by_now()
        self._started_at = time.monotonic()
        self._until, self._all_until = self._started + seconds, self._started + MOST_TIMES * seconds
        self._next_look = self._started_at + ASK_SECONDS

    def renew(self) -> None:
        """For the next piece."""
        self._used = self._used_by_now()
        self._until = min(self._used + self.seconds, self._all_until)

    def used(self) -> float:
        """Since the call began; no time is known of a worker that has ended."""
        return max(self._used_by_now() - self._started, 0.0)

    def left(self) -> float:
        """How long it takes from the last look, at least, until its time is up."""
        return max(self._until - self._used, SHORTEST_S)

    def look(self) -> bool:
        """Raises `OutOfTime`. Looks at how it sleeps, and returns whether it did, only so often."""
        self._used = self._used_by_now()
        if self._used >= self._until:
            took = time.monotonic() - self._started_at
            busy = took > BUSY * (self._used - self._started) + MOMENT_S or os.getloadavg()[0] > (os.cpu_count() or 1)
            raise OutOfTime(f"no answer after {self.seconds:.0f} seconds", busy)
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + ASK_SECONDS
        self._asleep += ASK_SECONDS * _is_asleep(self._pid)
        return True

    def may_have_ended_itself(self) -> bool:
        return not HAS_CLOCKS and time.monotonic() - self._started_at >= self.seconds

    def _used_by_now(self) -> float:
        """Seconds on the processor and asleep; where they cannot be known, those that passed, made fewer."""
        if HAS_CLOCKS:
            try:
                return self._asleep + _clock(self._pid)
            except OSError:  # it has ended
                return 0.0
        return time.monotonic() / WALL_PER_CPU_SECOND


def _is_asleep(pid: int) -> bool:
    """Whether no thread of a process runs, waits for a processor or for a disk."""
    if not HAS_CLOCKS:
        return False
    try:
        stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # it has ended
        return False
    return not any(stat.rpartition(")")[2].split()[0] in {"R", "D"} for stat in stats)
