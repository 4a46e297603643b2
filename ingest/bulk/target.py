"""The protocols of what files are put into: a store in the data folder or behind a server's API, and the list of
stores."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import BinaryIO, NamedTuple, Protocol, TypeVar

from ingest.bulk.gather import Found
from ingest.bulk.origins import Attributes, Kept, Origin
from ingest.errors import Invalid, NotFound
from ingest.records.store_files import State

READ_BYTES = 1 << 20
GONE = "gone before it could be read"
TAKEN_OUT = "it was taken out of the store before it could be found"
CANCELLED = "it was cancelled"

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """A file that the store should have: new, or as the file `file_id` that is there already."""

    found: Found
    what: str  # what is done with it, as a word for the report
    attributes: Attributes
    file_id: str | None = None  # if the store has it already
    replaces: str | None = None  # the id of its earlier version

    def attributes_with(self, origin: Origin) -> Attributes:
        return self.attributes | origin.attributes()

    def taken(self) -> "Wanted":
        """What is still to be told of it, once its bytes were read: an archive stays open as long as one of its files
        can be."""
        return replace(self, found=replace(self.found, open=_taken))


@dataclass(eq=False)
class Group:
    """Files that were put into the store together; `waiting` has those whose ingestion has not ended, by id."""

    id: str = ""
    waiting: dict[str, Wanted] = field(default_factory=dict)
    refused: list[tuple[Wanted, str]] = field(default_factory=list)


class Ended(NamedTuple):
    """How the ingestion of a file has ended: why it failed, or what of it was not read."""

    failure: str | None = None
    note: str | None = None


class Target(Protocol):
    """A store. Methods raise `IngestError` if nothing more can be done there; what concerns a single file is reported
    for that file."""

    poll_s: float
    """How long to wait before asking again what has ended."""

    @property
    def files_read(self) -> int:
        """How many files were read in this process, the last of which are not searchable yet."""

    def kept(self) -> Iterator[Kept]:
        """The files that have an origin, the oldest first."""

    def add(self, wanted: Sequence[Wanted]) -> Group:
        """Put files into the store; they are safe there when this returns."""

    def ended(self, group: Group) -> dict[str, Ended]:
        """The files of the group whose ingestion has ended, by id."""

    def update(self, attributes: Mapping[str, Attributes]) -> None:
        """Replace the attributes of these files."""

    def delete(self, file_ids: Sequence[str]) -> None:
        """Delete files; those that are already gone are no error."""


@dataclass(frozen=True)
class Overview:
    """A store, and how many of its files are in each state. Running files count as pending, since a server does not
    tell them apart."""

    id: str
    name: str
    files: Mapping[State, int]
    usage_bytes: int


class Stores(Protocol):
    """All stores of a data folder or server. Methods raise `IngestError` if it cannot be reached."""

    def choose(self, wanted: str) -> str | None:
        """The id of the store with this id or name, if there is one. Raises `Invalid` if several have the name, and
        `NotFound` if there is none with such an id."""

    def add(self, name: str) -> str:
        """Make a store, and return its id."""

    def open(self, store_id: str, stopping: threading.Event) -> Target:
        """The store with this id, to put files into."""

    def all(self) -> Iterator[Overview]:
        """All of them, the oldest first, fetched as they are iterated over."""

    def get(self, store_id: str) -> Overview: ...

    def failed(self, store_id: str, limit: int) -> Iterator[tuple[str, str]]:
        """Name and error of the first files that failed."""

    def noted(self, store_id: str, limit: int) -> tuple[list[tuple[str, str]], int]:
        """Name and note of the first files of which something was not read, and how many there are."""

    def outdated(self) -> Mapping[str, int]:
        """How many files each converter has read that is not in use any more; nothing where that cannot be asked."""


class Reading:
    """A file being read; stopping the run ends it."""

    def __init__(self, file: BinaryIO, stopping: threading.Event) -> None:
        self._file = file
        self._stopping = stopping

    def read(self, size: int = READ_BYTES) -> bytes:
        if self._stopping.is_set():
            raise KeyboardInterrupt  # as in the main thread; it must not count as a failure of the file
        return self._file.read(size)


def _taken() -> BinaryIO:
    raise AssertionError("its bytes were read")


def check_unchanged(found: Found, file: BinaryIO, size: int) -> None:
    """Raise `Invalid` if a file may have changed while these `size` bytes of it were read."""
    if size != found.size or found.now(file) != found:
        raise Invalid("it changed while it was read: run this again when nothing writes to it")


def find_store(wanted: str, stores: Iterable[tuple[str, str]]) -> str | None:
    """The id of the store with this id or name, among these ids and names. Raises `Invalid` if several have the name,
    and `NotFound` if it looks like an id that no store has."""
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
    """Do it for all items in parallel, and return when all have ended: even after an exception, nothing runs on."""
    futures = [pool.submit(do, item) for item in items]
    wait(futures)
    return futures
