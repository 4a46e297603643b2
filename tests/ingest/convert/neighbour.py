"""A process that leaves others little of a processor."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def beside_a_busy_neighbour(worker: int) -> Iterator[None]:
    """This worker of a sandbox shares a processor with another process, which gets ten times as much of it."""
    processor = min(os.sched_getaffinity(0))
    busy = f"import os; os.sched_setaffinity(0, [{processor}]); print(flush=True)\nwhile True: pass"
    os.sched_setaffinity(worker, [processor])
    with subprocess.Popen([sys.executable, "-S", "-c", busy], stdout=subprocess.PIPE) as neighbour:
        try:
            assert neighbour.stdout is not None
            neighbour.stdout.readline()
            yield
        finally:
            neighbour.kill()
