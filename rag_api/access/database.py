"""`access.db`: the keys, what was done with them, and the secret that links are signed with; and which projects they
are for."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import insert, select

from ingest.blobs import open_blobs
from ingest.data_folder import ACCESS, KEYS_NEEDED
from ingest.projects import DEFAULT, Projects
from ingest.records.database import Database, DatabaseSettings, open_database
from ingest.records.projects import open_projects
from ingest.records.reserve import Reserve
from ingest.settings import Settings
from ingest.work.expiry import Expiry
from rag_api.access import schema
from rag_api.access.audit import Audit
from rag_api.access.keys import Keys
from rag_api.access.links import Links
from rag_api.access.rate_limits import RateLimits


@dataclass(frozen=True)
class Access:
    keys: Keys
    audit: Audit
    links: Links

    projects: Projects
    limits: RateLimits

    def delete_project(self, settings: Settings, project: str) -> None:
        """Delete everything of a project, its keys first, and last what says that it exists: so it can be tried again.
        Raises `NotFound`, and `Invalid` for `default`."""
        if project != DEFAULT:
            self.projects.check(project)
            self.keys.revoke_all(project)
            from ingest.index.backend import drop_index  # brings Haystack along, which the other commands do without

            drop_index(settings.of_project(project))
            if settings.blob_url:
                open_blobs(settings.of_project(project)).delete_all()
        self.projects.delete(project)


@contextmanager
def open_access(settings: DatabaseSettings, reserve: Reserve | None = None) -> Iterator[Access]:
    """Open `access.db` of an installation, beside any process that has it open. Raises `StorageFailed`, also if the
    keys that were in it are lost."""
    database = open_database(settings, ACCESS, reserve)
    needed = None if settings.database_url else settings.data_dir / KEYS_NEEDED
    try:
        keys = Keys(database, needed)
        keys.check_not_lost()
        with open_projects(settings) as projects:
            access = Access(keys, Audit(database), Links(_secret(database, "links")), projects, RateLimits())
        expiries = [access.audit.write, access.keys.write, access.audit.expire]
        if database.shared:
            expiries.append(partial(access.limits.share, database))
        with Expiry(expiries) as writing:
            yield access
        writing.run()
        access.audit.close()
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
