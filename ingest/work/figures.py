"""Figures of a corpus: how many files are in it, how many of them still wait, and how large its index is."""

import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ingest.index.backend import ChunkStore, Kept
from ingest.records import schema
from ingest.records.database import Database
from ingest.records.store_files import UNFINISHED, State


@dataclass(frozen=True)
class Figures:
    files: Counter[str] = field(default_factory=lambda: Counter({state.value: 0 for state in State}))
    """In stores, by state; one that is in two stores counts twice."""
    oldest_job_s: float = 0
    chunks: int = 0
    index_bytes: int = 0

    @property
    def jobs(self) -> dict[str, int]:
        return {state.value: self.files[state] for state in State if state in UNFINISHED}

    def __add__(self, other: "Figures") -> "Figures":
        files = self.files.copy()
        files.update(other.files)  # `+` would leave out those that are 0
        return Figures(
            files,
            max(self.oldest_job_s, other.oldest_job_s),
            self.chunks + other.chunks,
            self.index_bytes + other.index_bytes,
        )


def count(database: Database, chunks: ChunkStore) -> Figures:
    """Count, in some milliseconds for each hundred thousand chunks. Raises `StorageFailed`."""
    counts, rows = schema.store_counts.c, schema.store_files.c
    figures = Figures()
    with database.read() as connection:
        by_state = select(counts.state, func.sum(counts.files)).group_by(counts.state)
        figures.files.update({state: files for state, files in connection.execute(by_state)})
        oldest = [
            connection.scalar(select(rows.created_at).where(rows.state == state).order_by(rows.seq).limit(1))
            for state in UNFINISHED
        ]
    waits = [max(0.0, time.time() - created_at) for created_at in oldest if created_at is not None]
    size = chunks.size_bytes() if isinstance(chunks, Kept) else 0
    return Figures(figures.files, max(waits, default=0), chunks.count_documents(), size)
