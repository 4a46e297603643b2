"""Small blobs that may not be on the disk yet, with their bytes in the records.

To have a blob on disk takes two flushes, one of its bytes and one of its name, and its record takes a third. So the
bytes of a small one are written in the transaction of its record, too, and the blob is flushed with others a moment
later. What a process leaves here when it dies, the next one writes once more.

Where several processes have the records, nothing is left here: one cannot flush what another has written on another
machine.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection, delete, insert, select

from ingest.blobs import Blobs, Draft
from ingest.records import schema
from ingest.records.database import Database

SMALL_BYTES = 64 << 10
MOST_BYTES = 4 << 20  # of all together, about: the file of the records does not get smaller again
AT_ONCE = 200

_rows = schema.unflushed_blobs.c
_INSERT = insert(schema.unflushed_blobs).inline()


class UnflushedBlobs:
    """Methods raise `StorageFailed`."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
        self._bytes = 0  # since they were flushed last
        self._restored = False

    def prepare(self, draft: Draft) -> None:
        """Finish a draft that may not become a blob unfinished."""
        if self._database.shared or draft.size > SMALL_BYTES or self._bytes + draft.size > MOST_BYTES:
            draft.finish()

    def take(self, draft: Draft) -> bool:
        """Whether a draft becomes a blob unfinished, so that `add` has to be told of it. Where there is a blob of these
        bytes, it may be another file's: it is not replaced by what a power cut may leave empty."""
        if not draft.finished and self._blobs.size(draft.sha256) is not None:
            draft.finish()
        if draft.finished:
            return False
        self._bytes += draft.size
        return True

    def add(self, connection: Connection, unfinished: Sequence[Draft]) -> None:
        """In the transaction that records what these drafts are."""
        if unfinished:
            rows = [{"sha256": draft.sha256, "content": draft.content()} for draft in unfinished]
            connection.execute(_INSERT, rows)

    def flush(self) -> None:
        self._bytes = 0
        oldest = select(_rows.seq, _rows.sha256).order_by(_rows.seq).limit(AT_ONCE)
        while True:
            with self._database.read() as connection:  # usually there are none
                sha256s = {seq: sha256 for seq, sha256 in connection.execute(oldest)}
            if not sha256s:
                return
            self._blobs.flush(*{*sha256s.values()})
            self._remove(sha256s)

    @contextmanager
    def restoring(self) -> Iterator[list[str]]:
        """Write those once more that the last process may not have had on disk when it died, unless this was done.
        Yields their sha256: some may not be needed any more, and are to be deleted in the block, as nobody knows of
        them after it."""
        if self._restored:
            yield []
            return
        with self._database.read() as connection:
            left = {seq: sha256 for seq, sha256 in connection.execute(select(_rows.seq, _rows.sha256))}
        for seq in left:
            with self._database.read() as connection:
                content: bytes = connection.scalars(select(_rows.content).where(_rows.seq == seq)).one()
            with self._blobs.draft(len(content)) as draft:
                draft.write(content)
                draft.finish()
                self._blobs.keep(draft)
        yield [*left.values()]
        self._remove(left)
        self._restored = True

    def _remove(self, seqs: Iterable[int]) -> None:
        if done := [*seqs]:
            rows = delete(schema.unflushed_blobs).where(_rows.seq.in_(done))
            self._database.free(partial(Connection.execute, statement=rows))
