"""What is told on standard output may be cut short by whoever reads it, as `| head -1` does."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_when_closed() -> Iterator[None]:
    """End the process, as other programs end of it, once nobody reads what the block prints."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python, which would try it once more
        sys.exit(128 + signal.SIGPIPE)
