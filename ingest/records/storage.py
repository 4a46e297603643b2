"""How much a project keeps, and how much it may: files, and their bytes as they were uploaded.

The quotas are the project's, not a key's: keys come and go, and what one of them uploaded another can delete. Uploads
in parts count with the bytes that they announced from their beginning on, so that nobody sends a large file in vain.
"""

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlalchemy import Connection, func, select, update

from ingest.data_folder import RECORDS
from ingest.errors import QuotaExceeded
from ingest.records import schema
from ingest.records.database import DatabaseSettings, open_database
from ingest.records.tables import total

# Every upload runs this query twice, and building it takes longer than running it.
_STORED = select(*(schema.storage.c[name] for name in ("files", "bytes", "max_files", "max_bytes")))

PENDING = "pending"  # the state of an upload that takes parts


class Quotas(TypedDict, total=False):
    max_files: int | None
    max_bytes: int | None


@dataclass(frozen=True)
class Storage:
    files: int
    bytes: int
    max_files: int | None = None
    max_bytes: int | None = None

    def and_file(self, size: int) -> "Storage":
        return Storage(self.files + 1, self.bytes + size, self.max_files, self.max_bytes)

    @property
    def is_limited(self) -> bool:
        return self.max_files is not None or self.max_bytes is not None

    def check(self) -> None:
        """Raise `QuotaExceeded` if it is more than may be."""
        for name, kept, most in (("files", self.files, self.max_files), ("bytes", self.bytes, self.max_bytes)):
            if most is not None and kept > most:
                raise QuotaExceeded(
                    f"The quota of this project is {most:,} {name}, and with this upload it would keep {kept:,}, those "
                    "of uploads that are not complete among them: delete files, or have an administrator raise it with "
                    "`rag-api projects limit`."
                )


def stored(connection: Connection) -> Storage:
    """What is kept as this transaction sees it."""
    return Storage(*connection.execute(_STORED).one())


def wanted(connection: Connection) -> Storage:
    """What is kept, with what was announced by uploads that are not complete."""
    kept, uploads = stored(connection), schema.uploads.c
    if not kept.is_limited:
        return kept
    announced = select(func.count(), total(uploads.bytes))
    announced = announced.where(uploads.expires_at > int(time.time()), uploads.state == PENDING)
    files, size = connection.execute(announced).one()
    return Storage(kept.files + files, kept.bytes + size, kept.max_files, kept.max_bytes)


def storage_in(settings: DatabaseSettings) -> Storage:
    """What the project of the settings keeps, beside whoever has it open. Raises `StorageFailed`."""
    if settings.database_url is None and not (settings.data_dir / RECORDS).exists():  # nobody has used it yet
        return Storage(0, 0)
    with closing(open_database(settings)) as database, database.read() as connection:
        return stored(connection)


def limit(settings: DatabaseSettings, **quotas: Unpack[Quotas]) -> Storage:
    """Set the quotas that are named, from now on, also while a server runs; None lifts one. Raises `StorageFailed`."""
    with closing(open_database(settings)) as database, database.write() as connection:
        if quotas:
            connection.execute(update(schema.storage).values(**quotas))
        return stored(connection)
