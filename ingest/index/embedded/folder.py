"""An index folder in use: its lock, its rows and its full-text index, and how the index follows the rows.

A group of changes is one transaction of the rows, then one commit of the index. The rows record how far the index has
got; after a crash or a failure, everything beyond that is removed from the index and added again.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

from ingest.counted import counted
from ingest.data_folder import hold
from ingest.errors import DiskFull, StorageFailed
from ingest.group_commit import GroupCommit, Pending
from ingest.index.embedded.fulltext import FOLDER, INDEX_VERSION, Broken, FullText, NoRoom, wipe
from ingest.index.embedded.rows import FILE, Change, Result, Rows
from ingest.index.embedded.vectors import Vectors
from ingest.index.embedded.verify import is_intact

logger = logging.getLogger(__name__)

RECOVERS = "recovers"
"""A file that is there while the full-text index may lack rows: other processes go on with the one they have."""

DAMAGED = "damaged"
"""A file by which another process says that a search of its own failed."""

_BATCH = 5000  # rows in one commit of the index, to limit its memory


class ReadFolder(Protocol):
    """What a search needs of a folder."""

    @property
    def rows(self) -> Rows: ...

    @property
    def fulltext(self) -> FullText: ...

    @property
    def vectors(self) -> Vectors | None: ...

    def mend(self, broken: FullText) -> None:
        """Open the full-text index that a search failed in anew, if it is still in use. Raises `StorageFailed`."""


class Folder:
    rows: Rows
    fulltext: FullText

    def __init__(self, path: Path, embedding_model: str | None = None, lag: int = 0) -> None:
        """With a `lag`, searches may miss the last so many rows before `close()`. Raises `FolderInUse` and
        `StorageFailed`."""
        self._path = path
        self._lag = lag
        self.vectors = Vectors(embedding_model) if embedding_model else None
        self._group: GroupCommit[Change[Any]] = GroupCommit(self._commit)
        self._indexed = 0  # the index has all rows up to this one
        self._checkpointed = True  # the rows have recorded that
        self._healthy = False  # whether the index can be written
        self._held = ExitStack()
        self._held.enter_context(hold(path))
        try:
            self.rows = Rows(path / FILE)
            self._held.callback(self.rows.close)
            self._recover(anew=self.rows.progress()[1] != INDEX_VERSION)
            self._follow_vectors()
        except BaseException:
            self._held.close()
            raise

    def write(self, change: Change[Result]) -> Result:
        """Run the change in a transaction shared with other callers; on return, searches see it. Raises
        `StorageFailed`."""
        result: Result = self._group.submit(change)
        return result

    def reindex(self) -> None:
        """Rebuild the full-text index from the rows, while searches go on with the old one. Raises `StorageFailed`."""
        with self._group.turn:
            self._recover(anew=True)

    def load_vectors(self) -> None:
        """Read all vectors again, after rows that were there got new ones."""
        if self.vectors is not None:
            with self._group.turn:
                self.vectors = Vectors(self.vectors.model)
                self._follow_vectors()

    def mend(self, broken: FullText) -> None:
        """Rebuild the full-text index that a search failed in, if it is still in use and its files are damaged. Raises
        `StorageFailed`."""
        with self._group.turn:
            if self.fulltext is broken and not is_intact(self._path / FOLDER):
                self._recover(anew=True)

    def mend_as_told(self) -> None:
        """Rebuild the full-text index if another process has found it damaged, and it is. Raises `StorageFailed`."""
        told = self._path / DAMAGED
        if told.exists():
            told.unlink(missing_ok=True)  # first: whoever finds it damaged after this says so again
            with self._group.turn:
                if not is_intact(self._path / FOLDER):
                    self._recover(anew=True)

    def close(self) -> None:
        with self._group.turn, self._held:
            if self._lag and self._healthy:
                self._catch_up()
            if not self._checkpointed:
                self._checkpoint()
            self.fulltext.close()

    def _commit(self, group: Sequence[Pending[Change[Any]]]) -> None:
        with self.rows.transaction() as transaction:
            if not self._checkpointed:  # its own transaction would cost another flush
                transaction.checkpoint(self._indexed, INDEX_VERSION)
            for pending in group:
                transaction.attempt(pending)
            transaction.promote_copies()
        self._checkpointed = True
        self._follow_vectors()
        if not self._healthy or not self._lag or self.rows.last() - self._indexed >= self._lag:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._healthy:
            try:
                self._follow(self.fulltext, self.rows.removed())
                return
            except Broken as error:
                logger.warning("%s It is opened again: %s", error, self._path)
        self._recover()

    def _follow(self, fulltext: FullText, removed: list[int]) -> None:
        """Remove rows from an index that has all up to `_indexed`, and add those after it."""
        removed = [row for row in removed if row <= self._indexed]
        while True:
            added = self.rows.added_after(self._indexed, _BATCH)
            if removed or added:
                fulltext.update(removed, added)
                self._indexed = added[-1].row if added else self._indexed
                self._checkpointed = False
            if len(added) < _BATCH:
                return
            self._checkpoint()
            removed = []

    def _follow_vectors(self) -> None:
        """Remove the vectors of removed rows, and add those of new ones."""
        if self.vectors is None:
            return
        self.vectors.remove(self.rows.removed())
        while added := self.rows.vectors_after(self.vectors.last_row, self.vectors.model, _BATCH):
            self.vectors.add(added)
            if len(added) < _BATCH:
                return

    def _checkpoint(self) -> None:
        with self.rows.transaction() as transaction:
            transaction.checkpoint(self._indexed, INDEX_VERSION)
        self._checkpointed = True

    def _recover(self, anew: bool = False) -> None:
        """Open the index and bring it up to date, or rebuild it from the rows if that fails.

        A failed add or commit can lose rows silently, so the counts are compared at the end.
        """
        if self._healthy:
            self._healthy = False
            self.fulltext.abandon()
        with suppress(OSError):
            (self._path / RECOVERS).touch()
        for attempt in [True] if anew else [False, True]:
            try:
                self.fulltext = self._complete(anew=attempt)
            except NoRoom as error:
                raise DiskFull(f"{error} Free some space; the next write then goes on.") from error
            except Broken as error:
                logger.warning("%s (%s)", error, self._path)
                problem = error
            else:
                self._healthy = True
                self._checkpoint()
                (self._path / RECOVERS).unlink(missing_ok=True)
                return
        raise StorageFailed(
            f"{problem} The documents are kept in {self._path}, but searches do not find the last ones. Make sure the "
            "disk has space and the folder is writable; the next write or start then mends the index."
        ) from problem

    def _complete(self, anew: bool) -> FullText:
        """The index, with exactly the rows there are."""
        path = self._path / FOLDER
        if anew:
            self._indexed = 0
            self._checkpoint()  # first, so that a half-built index is never taken for complete
            wipe(path)
            if kept := self.rows.count():
                logger.warning("The search index in %s is made anew from %s.", path, counted(kept, "chunk"))
        self._indexed, _ = self.rows.progress()
        fulltext = FullText(path)
        try:
            fulltext.roll_back_to(self._indexed, self.rows.removed())
            self._follow(fulltext, [])
            indexed, kept = fulltext.count(), self.rows.count()
            if indexed != kept:
                raise Broken(f"The search index has {counted(indexed, 'chunk')} instead of {kept}.")
        except BaseException:
            fulltext.abandon()
            raise
        return fulltext
