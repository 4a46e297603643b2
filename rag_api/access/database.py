"""`access.db`: the keys, and what was done with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.data_folder import ACCESS
from ingest.records import sqlite
from ingest.records.database import Database
from ingest.records.reserve import Reserve
from rag_api.access.audit import Audit
from rag_api.access.keys import Keys


@dataclass(frozen=True)
class Access:
    keys: Keys
    audit: Audit


@contextmanager
def open_access(folder: Path, reserve: Reserve | None = None) -> Iterator[Access]:
    """Open `access.db` in a data folder, beside any process that has it open. Raises `StorageFailed`."""
    database = Database.open(sqlite.url(folder / ACCESS), "rag_api.access:migrations", reserve)
    try:
        audit = Audit(database)
        with audit.running():
            yield Access(Keys(database), audit)
    finally:
        database.close()
