"""Functions that the tests let the sandbox call."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import ConversionFailed


def echo(value: object) -> object:
    return value


def count_to(number: int, pause: float) -> Iterator[int]:
    for n in range(number):
        time.sleep(pause)
        yield n


def fail_after(number: int) -> Iterator[int]:
    yield from range(number)
    raise ConversionFailed("It ends here.")


def pid() -> int:
    return os.getpid()


def abort() -> None:
    os.abort()


def fail() -> None:
    raise ValueError("a fault of ours")


def abort_at_sevens(number: int) -> int:
    if number and number % 7 == 0:
        os.abort()
    return number


def spin_for(seconds: float) -> float:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return seconds


def spin_on_the_processor_for(seconds: float) -> str:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "done"


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    signal.pause()


def pieces_without_end() -> Iterator[int]:
    while True:
        yield 0


def allocate(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


def environment() -> list[str]:
    return list(os.environ.values())


def write(path: str) -> None:
    with open(path, "w") as file:
        file.write("x")


def open_files() -> list[str]:
    links = [Path(f"/proc/self/fd/{number}") for number in range(64)]
    return [os.readlink(link) for link in links if os.path.lexists(link)]


def wait_for(path: str) -> str:
    while not os.path.exists(path):
        time.sleep(0.01)
    return "came"
