"""What deletions still have to take away, at once or after a crash: chunks from the index, bytes from the blobs."""

from collections.abc import Sequence
from enum import StrEnum

from haystack.document_stores.types import DocumentStore
from sqlalchemy import Connection, delete, func, insert, select

from ingest import schema
from ingest.blobs import Blobs
from ingest.database import Database

BATCH = 500  # how many attachments one deletion from the index names


class Kind(StrEnum):
    CHUNKS = "chunks"  # of an attachment
    LATE_CHUNKS = "late_chunks"  # of an attachment that was being ingested: its chunks may come after its end
    BLOB = "blob"  # that no file has any more


class Removals:
    """Rows in the transaction that deletes, struck out once carried out: carrying out twice does no harm."""

    def __init__(self, database: Database, blobs: Blobs, chunks: DocumentStore) -> None:
        self._database = database
        self._blobs = blobs
        self._chunks = chunks

    def add(self, connection: Connection, kind: Kind, keys: Sequence[str]) -> None:
        if keys:
            connection.execute(insert(schema.removals), [{"kind": kind, "key": key} for key in keys])

    def carry_out(self, kind: Kind, key: str | None = None) -> None:
        """Do what is left to do of a kind, or of one key alone."""
        of_kind = schema.removals.c.kind == kind
        wanted = of_kind if key is None else of_kind & (schema.removals.c.key == key)
        while True:
            with self._database.read() as connection:
                query = select(schema.removals.c.seq, schema.removals.c.key).where(wanted).limit(BATCH)
                rows = connection.execute(query).all()
            if not rows:
                return
            if kind is Kind.BLOB:
                self._remove_blobs([row.key for row in rows])
            else:
                self._remove_chunks([row.key for row in rows])
            with self._database.write() as connection:
                done = schema.removals.c.seq.in_([row.seq for row in rows])
                connection.execute(delete(schema.removals).where(done))

    def carry_out_all(self) -> None:
        """What a crash left undone."""
        for kind in Kind:
            self.carry_out(kind)

    def _remove_chunks(self, attachments: list[str]) -> None:
        condition = {"field": "meta.attachment_id", "operator": "in", "value": attachments}
        self._chunks.delete_by_filter(condition)  # type: ignore[attr-defined]  # beyond the protocol, in every backend

    def _remove_blobs(self, keys: list[str]) -> None:
        for key in keys:
            with self._database.read() as connection:
                still_used = select(func.count()).where(schema.files.c.sha256 == key)
                if connection.scalar(still_used) == 0:
                    self._blobs.delete(key)
