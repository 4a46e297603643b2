"""Where each file of a store came from: kept in its attributes, so that the store itself says what is in it."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

from ingest.records.attributes import AttributeValue
from ingest.records.store_files import State

PATH = "source"
VERSION = "source_version"
RESERVED = frozenset({PATH, VERSION})
MAX_VALUE = 512  # characters of an attribute, as in the API
BATCH = 500

Attributes = dict[str, AttributeValue]


@dataclass(frozen=True)
class Origin:
    """A file on disk or in an archive, as it was when it was taken in."""

    path: str
    size: int
    mtime_ns: int
    sha256: str

    def attributes(self) -> Attributes:
        return {PATH: key(self.path), VERSION: f"{self.size} {self.mtime_ns} {self.sha256}"}

    @classmethod
    def of(cls, attributes: Mapping[str, Any]) -> Self | None:
        path, version = path_of(attributes), str(attributes.get(VERSION)).split()
        if path is None or len(version) != 3 or not (version[0] + version[1]).isdecimal():
            return None
        return cls(path, int(version[0]), int(version[1]), version[2])


def path_of(attributes: Mapping[str, Any]) -> str | None:
    """Where the file came from, as far as is known."""
    path = attributes.get(PATH)
    return path if isinstance(path, str) else None


@dataclass(frozen=True)
class Kept:
    """A file of the store that has an origin."""

    file_id: str
    origin: Origin
    state: State
    attributes: Attributes  # all of them


def key(path: str) -> str:
    """The path if it is short enough for an attribute, else its beginning and its hash."""
    if len(path) <= MAX_VALUE:
        return path
    digest = hashlib.sha256(path.encode()).hexdigest()
    return f"{path[: MAX_VALUE - len(digest) - 1]}~{digest}"


class Origins:
    """The files of the store, and which were seen in this run: on disk, since there may be a million."""

    def __init__(self, kept: Iterable[Kept]) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)  # a nameless temporary file
        self._rows.execute(
            "CREATE TABLE origins (path TEXT PRIMARY KEY, size INTEGER, file_id TEXT, state TEXT, "
            "attributes TEXT, seen INTEGER NOT NULL DEFAULT 0)"
        )
        self._rows.execute("CREATE INDEX by_size ON origins (size)")
        self._rows.execute("BEGIN")
        self.superseded: list[str] = []
        """Files that were replaced in a run that ended before it could delete them."""
        for each in kept:
            if earlier := self._find(each.origin.path):
                self.superseded.append(earlier.file_id)
            self._rows.execute(
                "INSERT OR REPLACE INTO origins (path, size, file_id, state, attributes) VALUES (?, ?, ?, ?, ?)",
                (each.origin.path, each.origin.size, each.file_id, each.state, json.dumps(each.attributes)),
            )

    def close(self) -> None:
        self._rows.close()

    def see(self, path: str) -> tuple[Kept | None, bool]:
        """The file with this path, if the store has it, and whether this is the first time in this run."""
        path = key(path)
        kept = self._find(path)
        marked = self._rows.execute(
            "INSERT INTO origins (path, seen) VALUES (?, 1) ON CONFLICT (path) DO UPDATE SET seen = 1 WHERE seen = 0",
            (path,),
        )
        return kept, marked.rowcount == 1

    def gone(self, name: str, size: int) -> Iterator[Kept]:
        """Files of this name and size that no longer exist at their path, and were not seen elsewhere."""
        query = "SELECT path FROM origins WHERE size = ? AND seen = 0 AND file_id IS NOT NULL"
        with closing(self._rows.execute(query, (size,))) as found:
            for (path,) in found:
                if os.path.basename(path) == name and not os.path.lexists(path) and (kept := self._find(path)):
                    yield kept

    def spare(self, path: str) -> None:
        """Count everything at and below the path as seen, since it could not be looked at."""
        self._rows.execute(f"UPDATE origins SET seen = 1 WHERE path = ? OR {BELOW}", (path, *_below(path)))

    def seen_below(self, folder: str) -> bool:
        query = f"SELECT EXISTS (SELECT 1 FROM origins WHERE seen = 1 AND {BELOW})"
        return bool(self._rows.execute(query, _below(folder)).fetchone()[0])

    def unseen_below(self, folder: str) -> list[tuple[str, str]]:
        """Path and id of some files that were not seen. They are forgotten, so that the next call returns others."""
        query = f"SELECT path, file_id FROM origins WHERE seen = 0 AND file_id IS NOT NULL AND {BELOW} LIMIT {BATCH}"
        found: list[tuple[str, str]] = self._rows.execute(query, _below(folder)).fetchall()
        self._rows.executemany("DELETE FROM origins WHERE path = ?", [(path,) for path, _ in found])
        return found

    def forget(self, path: str) -> None:
        self._rows.execute("DELETE FROM origins WHERE path = ?", (key(path),))

    def _find(self, path: str) -> Kept | None:
        query = "SELECT file_id, state, attributes FROM origins WHERE path = ? AND file_id IS NOT NULL"
        row = self._rows.execute(query, (path,)).fetchone()
        if row is None:
            return None
        attributes = json.loads(row[2])
        origin = Origin.of(attributes)
        assert origin is not None  # it came from a `Kept`
        return Kept(row[0], origin, State(row[1]), attributes)


BELOW = "path > ? AND path < ?"


def _below(folder: str) -> tuple[str, str]:
    folder = folder.rstrip("/")
    return f"{folder}/", f"{folder}0"  # "0" comes right after "/"
