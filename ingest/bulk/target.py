"""Where files are put: a store, in the data folder or behind a server's API; and what stores there are."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, TypeVar

from ingest.bulk.gather import Found
from ingest.bulk.origins import Attributes, Kept, Origin
from ingest.errors import Invalid, NotFound
from ingest.records.store_files import State

READ_BYTES = 1 << 20
GONE = "gone before it could be read"
TAKEN_OUT = "it was taken out of the store before it could be found"
CALLED_OFF = "it was called off"

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """A file that is to be in the store: with new bytes, or as the file that it is there already."""

    found: Found
    what: str  # is done with it, in a word for the one who asked
    attributes: Attributes
    file_id: str | None = None  # of one that the store has
    replaces: str | None = None  # the file with its earlier bytes

    def attributes_with(self, origin: Origin) -> Attributes:
        return self.attributes | origin.attributes()


@dataclass(eq=False)
class Group:
    """Files that were put into the store together; those that have not ended are in `waiting`, by their id."""

    id: str = ""
    waiting: dict[str, Wanted] = field(default_factory=dict)
    refused: list[tuple[Wanted, str]] = field(default_factory=list)


class Target(Protocol):
    """One store. Methods raise `IngestError` when nothing more can be done there; what cannot be done with one file
    is said of that file."""

    poll_s: float
    """How often to ask what has ended."""

    def kept(self) -> Iterator[Kept]:
        """The files that came from somewhere, the oldest first."""

    def add(self, wanted: Sequence[Wanted]) -> Group:
        """Put files into the store; when this returns, they are safe there."""

    def ended(self, group: Group) -> dict[str, str | None]:
        """Which of those waiting have ended: None when it can be found, else why it cannot."""

    def update(self, attributes: Mapping[str, Attributes]) -> None:
        """Replace the attributes of files."""

    def delete(self, file_ids: Sequence[str]) -> None:
        """Delete files; those that are gone already are no error."""


@dataclass(frozen=True)
class Overview:
    """A store, and how many of its files are in each state; those that run count as pending, as no server tells."""

    id: str
    name: str
    files: Mapping[State, int]
    usage_bytes: int


class Stores(Protocol):
    """All stores of a place; methods raise `IngestError` when it cannot be asked."""

    def choose(self, wanted: str) -> str | None:
        """The id of the store with this id or name, if there is one."""

    def add(self, name: str) -> str:
        """The id of a new store."""

    def open(self, store_id: str, stopping: threading.Event) -> Target:
        """One store, to put files into."""

    def all(self) -> Iterator[Overview]:
        """The oldest first, read as one asks for more of them."""

    def get(self, store_id: str) -> Overview: ...

    def failed(self, store_id: str, limit: int) -> Iterator[tuple[str, str]]:
        """The first files that failed, and why."""


class Reading:
    """A file being read, which ends when the run is to be stopped."""

    def __init__(self, file: BinaryIO, stopping: threading.Event) -> None:
        self._file = file
        self._stopping = stopping

    def read(self, size: int = READ_BYTES) -> bytes:
        if self._stopping.is_set():
            raise KeyboardInterrupt  # as in the thread that heard of it: nothing takes it for a failure of the file
        return self._file.read(size)


def check_unchanged(found: Found, size: int) -> None:
    """Raise `Invalid` if what was read, so many bytes, may be half of one version and half of another."""
    if size != found.size or os.stat(found.file).st_mtime_ns != found.mtime_ns:
        raise Invalid("it changed while it was read: run this again when nothing writes to it")


def find_store(wanted: str, stores: Iterable[tuple[str, str]]) -> str | None:
    """The id of the store with this id or name, of all ids and names. Raises `Invalid` if the name could be several,
    and `NotFound` if it can only be an id."""
    named = []
    for id, name in stores:
        if id == wanted:
            return id
        if name == wanted:
            named.append(id)
    if len(named) > 1:
        raise Invalid(f"{len(named)} stores have the name {wanted!r}: give the id of one, {' or '.join(named[:5])}.")
    if not named and wanted.startswith("vs_"):
        raise NotFound(f"No vector store with the id {wanted!r} exists.")
    return named[0] if named else None


def side_by_side(pool: ThreadPoolExecutor, do: Callable[[Item], Result], items: Iterable[Item]) -> list[Future[Result]]:
    """Do it with all, and return when all have ended, one way or the other: nothing goes on behind an exception."""
    futures = [pool.submit(do, item) for item in items]
    wait(futures)
    return futures
