"""An index folder in use: its lock, its rows and its full-text index, and how the last follows the rows.

Every group of changes is one transaction of rows and then one commit of the index. The rows remember how far the
index had got; after a crash or a failure what it may lack is taken out of it and put in again.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ingest.data_folder import hold
from ingest.errors import StorageFailed
from ingest.group_commit import GroupCommit, Pending
from ingest.index.embedded.fulltext import FOLDER, INDEX_VERSION, Broken, FullText, wipe
from ingest.index.embedded.rows import FILE, Change, Result, Rows
from ingest.index.embedded.vectors import Vectors
from ingest.index.embedded.verify import is_intact

logger = logging.getLogger(__name__)

_BATCH = 5000  # rows a commit when many are to be indexed; bounds the memory that takes


class Folder:
    rows: Rows
    fulltext: FullText

    def __init__(self, path: Path, embedding_model: str | None = None, lag: int = 0) -> None:
        """With a `lag`, searches may not see the last so many rows before `close()`."""
        self._path = path
        self._lag = lag
        self.vectors = Vectors(embedding_model) if embedding_model else None
        self._group: GroupCommit[Change[Any]] = GroupCommit(self._commit)
        self._indexed = 0  # the index has the rows up to this one
        self._checkpointed = True  # the rows know it
        self._healthy = False  # the index can be written
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
        """Runs the change in a transaction shared with other callers; when this returns, searches see it."""
        result: Result = self._group.submit(change)
        return result

    def reindex(self) -> None:
        """Makes the full-text index anew from the rows; searches go on with the old one meanwhile."""
        with self._group.turn:
            self._recover(anew=True)

    def load_vectors(self) -> None:
        """Reads all vectors anew: older rows have got some."""
        if self.vectors is not None:
            with self._group.turn:
                self.vectors = Vectors(self.vectors.model)
                self._follow_vectors()

    def mend(self, broken: FullText) -> None:
        """Makes anew a full-text index that a search failed in, if its files are damaged and it is still in use."""
        with self._group.turn:
            if self.fulltext is broken and not is_intact(self._path / FOLDER):
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
            if not self._checkpointed:  # here, since a transaction of its own would cost another flush of the disk
                transaction.checkpoint(self._indexed, INDEX_VERSION)
            for pending in group:
                transaction.attempt(pending)
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
        """Takes removed rows out of an index that has all rows up to `_indexed`, and puts in those above."""
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
        """Takes those of removed rows out, and puts those of new ones in."""
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
        """Opens the index and brings it up to date; one that cannot be, is made anew from the rows.

        A failed add or commit can lose rows without a word, so the counts are compared in the end.
        """
        if self._healthy:
            self._healthy = False
            self.fulltext.abandon()
        for attempt in [True] if anew else [False, True]:
            try:
                self.fulltext = self._complete(anew=attempt)
            except Broken as error:
                logger.warning("%s (%s)", error, self._path)
                problem = error
            else:
                self._healthy = True
                self._checkpoint()
                return
        raise StorageFailed(
            f"{problem} The documents are kept in {self._path}, but searches do not find the last ones. Make sure the "
            "disk has space and the folder is writable; the next write or start then mends the index."
        ) from problem

    def _complete(self, anew: bool) -> FullText:
        """The index with all rows in it, and no others."""
        path = self._path / FOLDER
        if anew:
            self._indexed = 0
            self._checkpoint()  # before the index is gone: what is half made must not be taken for complete
            wipe(path)
            if kept := self.rows.count():
                logger.warning("The search index in %s is made anew from %d chunks.", path, kept)
        self._indexed, _ = self.rows.progress()
        fulltext = FullText(path)
        try:
            fulltext.roll_back_to(self._indexed, self.rows.removed())
            self._follow(fulltext, [])
            indexed, kept = fulltext.count(), self.rows.count()
            if indexed != kept:
                raise Broken(f"The search index has {indexed} chunks, and {kept} are kept.")
        except BaseException:
            fulltext.abandon()
            raise
        return fulltext
