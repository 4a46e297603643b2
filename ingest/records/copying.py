"""An installation in PostgreSQL that is being copied, or is a copy itself: nobody else may use it before that is
complete.

Who copies has a lock, which ends with the process. What is copied to is marked by a schema until all of it is there: so
after an interruption no server takes a part for the whole.
"""

import hashlib
from typing import Any

from sqlalchemy import Connection, text

from ingest.errors import StorageFailed

MARK = "rag_copying"

_KEY = int.from_bytes(hashlib.sha256(MARK.encode()).digest()[:8], signed=True)
_SOURCE = f"obj_description(to_regnamespace('{MARK}'), 'pg_namespace')"
_NOBODY_COPIES = text(f"SELECT pg_try_advisory_xact_lock_shared({_KEY})")


def check_complete(connection: Connection) -> None:
    """Raise `StorageFailed` while somebody copies, and after a copy that was interrupted."""
    if not connection.scalar(_NOBODY_COPIES):
        raise StorageFailed("The database in RAG_DATABASE_URL is being copied by `rag-ingest copy`: wait for its end.")
    if source := unfinished(connection):
        raise StorageFailed(
            f"What the database in RAG_DATABASE_URL has was not copied to the end from {source}: run `rag-ingest copy` "
            "again."
        )


def lock(connection: Any) -> bool:
    """Keep all others away as long as this connection of the driver's is open; whether nobody else does."""
    [free] = connection.execute(f"SELECT pg_try_advisory_lock({_KEY})").fetchone()
    return bool(free)


def unfinished(connection: Connection) -> str | None:
    """What was being copied to here when that was interrupted."""
    found: str | None = connection.scalar(text(f"SELECT {_SOURCE}"))
    return found


def begin(connection: Connection, source: str) -> None:
    """Mark what is to be a copy of `source`."""
    told = source.replace("'", "''")
    connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{MARK}"')
    connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{MARK}\" IS '{told}'".replace("%", "%%"))


def end(connection: Connection) -> None:
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{MARK}"')
