"""`access.db`: the keys, what was done with them, and the secret that links are signed with."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select

from ingest import projects
from ingest.data_folder import ACCESS, KEYS_NEEDED
from ingest.records import sqlite
from ingest.records.database import Database
from ingest.records.reserve import Reserve
from ingest.work.expiry import Expiry
from rag_api.access import schema
from rag_api.access.audit import Audit
from rag_api.access.keys import Keys
from rag_api.access.links import Links


@dataclass(frozen=True)
class Access:
    keys: Keys
    audit: Audit
    links: Links

    def delete_project(self, data_dir: Path, project: str) -> None:
        """Delete everything of a project, its keys first. Raises `NotFound`, and `Invalid` for `default`."""
        if project != projects.DEFAULT:
            projects.folder_of(data_dir, project)
            self.keys.revoke_all(project)
        projects.delete(data_dir, project)


@contextmanager
def open_access(folder: Path, reserve: Reserve | None = None) -> Iterator[Access]:
    """Open `access.db` in a data folder, beside any process that has it open. Raises `StorageFailed`, also if the keys
    that were in it are lost."""
    database = Database.open(sqlite.url(folder / ACCESS), "rag_api.access:migrations", reserve)
    try:
        keys = Keys(database, folder / KEYS_NEEDED)
        keys.check_not_lost()
        access = Access(keys, Audit(database), Links(_secret(database, "links")))
        with Expiry([access.audit.write, access.keys.write, access.audit.expire]) as writing:
            yield access
        writing.run()
    finally:
        database.close()


def _secret(database: Database, name: str) -> bytes:
    """A secret of that name, made when it is first wanted."""
    here = select(schema.secrets.c.value).where(schema.secrets.c.name == name)
    with database.read() as connection:
        found: bytes | None = connection.scalar(here)
    if found is None:
        with database.write() as connection:
            found = connection.scalar(here)  # another process may have been faster
            if found is None:
                found = secrets.token_bytes(32)
                connection.execute(insert(schema.secrets).values(name=name, value=found))
    return found
