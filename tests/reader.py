"""A converter that takes no time, for tests of what is done with what it reads."""

import threading
from collections.abc import Callable
from typing import Any

from haystack import Document, component

from ingest.convert.file_converter import Failure, Source
from ingest.errors import ConversionFailed


class Panic(BaseException):
    """As libraries in Rust raise it, which is no `Exception`."""


@component
class Reader:
    """A converter that reads as its tests say, each file as one chunk: those called `slow` until they are let go, or no
    longer still_wanted."""

    def __init__(self) -> None:
        self.groups: list[int] = []  # how many files it was given together
        self.slow_ones = threading.Semaphore(0)  # those that it has begun to read
        self.go = threading.Event()
        self.called_off = threading.Event()
        self.before: Callable[[], None] = lambda: None  # they are read

    @component.output_types(
        documents=list[Document], read=list[Source], failures=list[Failure], late=list[dict[str, Any]]
    )
    def run(self, sources: list[Source], quick: bool, still_wanted: Callable[[], bool]) -> dict[str, list[Any]]:
        self.groups.append(len(sources))
        self.before()
        found: dict[str, list[Any]] = {"documents": [], "read": [], "failures": [], "late": []}
        for source in sources:
            name = source.meta["filename"]
            if "poison" in name:
                raise RuntimeError("a fault of the pipeline")
            if "panic" in name:
                raise Panic("a fault of a library")
            if "slow" in name and quick:
                found["late"].append(source.meta)
            elif "slow" in name and not self._read_slowly(still_wanted):
                found["failures"].append(Failure(source.meta, ConversionFailed("It was called off.")))
            else:
                found["read"].append(Source(source.path, source.meta | {"converter": "reader"}))
                chunk = Document(content=source.path.read_text(), meta=source.meta | {"position": 0})
                found["documents"].append(chunk)
        return found

    def _read_slowly(self, still_wanted: Callable[[], bool]) -> bool:
        self.slow_ones.release()
        while not self.go.wait(0.01):
            if not still_wanted():
                self.called_off.set()
                return False
        return True
