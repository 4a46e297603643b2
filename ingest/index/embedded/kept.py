"""An index folder that another process of this machine keeps: this one reads what that one writes."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from ingest.errors import StorageFailed
from ingest.index.embedded.folder import DAMAGED, RECOVERS, Folder, ReadFolder
from ingest.index.embedded.fulltext import FOLDER, Broken, FullText
from ingest.index.embedded.rows import FILE, Rows
from ingest.index.embedded.store import EmbeddedDocumentStore

OPENED_WITHIN_S = 10.0  # by the other process, if the project was made just now

_COMMITTED = "meta.json"
"""Tantivy replaces it with each commit, as the last step."""

_Commit = tuple[int, int]


class KeptDocumentStore(EmbeddedDocumentStore):
    """It finds a document as soon as the other process has written it. What would write raises `StorageFailed`."""

    def __init__(self, folder: str) -> None:
        """Raises `StorageFailed`."""
        super().__init__(folder)
        self._kept = _KeptFolder(self._path)

    def close(self) -> None:
        self._kept.rows.close()

    @property
    def _read(self) -> ReadFolder:
        return self._kept

    @property
    def _folder(self) -> Folder:
        raise StorageFailed(f"Another process writes the index in {self._path}.")


class _KeptFolder:
    vectors = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._opened, self._seen = self._first()
        self.rows = Rows(path / FILE, writes=False)

    @property
    def fulltext(self) -> FullText:
        """As it was committed last; while the other process recovers it, as it was before. To look for that takes a
        few microseconds."""
        if self._has_changed():
            with self._turn, suppress(Broken):  # until it is mended, searches go on with what is open
                while self._has_changed():
                    if last := self._last():
                        self._opened, self._seen = last
        return self._opened

    def mend(self, broken: FullText) -> None:
        """Open it again, and have the other process look whether it is damaged, which makes it anew then."""
        self._tell_damaged()
        with self._turn:
            if self._opened is broken and (last := self._last()):
                self._opened, self._seen = last

    def _first(self) -> tuple[FullText, _Commit]:
        until = time.monotonic() + OPENED_WITHIN_S
        while not (first := self._last()):
            if time.monotonic() > until:
                raise StorageFailed(
                    f"The process that keeps {self._path} has not opened it yet, or makes it anew: try again."
                )
            time.sleep(0.05)
        return first

    def _last(self) -> tuple[FullText, _Commit] | None:
        """What was committed last, opened; None if that may lack rows. It is known only afterwards: at any moment the
        other process may begin to recover the index, or end."""
        committed = self._committed()
        if committed is None:
            return None
        try:
            opened = FullText(self._path / FOLDER, writes=False)
        except Broken:
            if self._recovers() or self._committed() != committed:
                return None
            self._tell_damaged()
            raise
        return None if self._recovers() or self._committed() != committed else (opened, committed)

    def _tell_damaged(self) -> None:
        with suppress(OSError):
            (self._path / DAMAGED).touch()

    def _has_changed(self) -> bool:
        return self._committed() not in (None, self._seen) and not self._recovers()

    def _recovers(self) -> bool:
        return (self._path / RECOVERS).exists()

    def _committed(self) -> _Commit | None:
        """Which commit is the last; None if there is none."""
        try:
            found = (self._path / FOLDER / _COMMITTED).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
