"""Installations as they are copied: one in a folder of this machine, and one that servers share in PostgreSQL,
OpenSearch and a bucket. Each keeps others away meanwhile, and is marked as long as it is only a part of a copy."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, Table, false, select, true

from ingest.blobs import open_blobs
from ingest.data_folder import ACCESS, ANSWERS, COPYING, KEYS_NEEDED, LOCK, RECORDS, check_restored, hold
from ingest.errors import FolderInUse, Invalid, NotFound, StorageFailed
from ingest.index.backend import open_index
from ingest.projects import DEFAULT, Folders
from ingest.records import copying, postgres, schema, sqlite
from ingest.records.database import Database, open_database, tables
from ingest.records.projects import open_projects
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings, of_file
from ingest.upkeep.copy_rows import copied

DATABASES = RECORDS, ANSWERS, ACCESS

_ELSEWHERE = [name for name in Settings.model_fields if name.startswith("opensearch_")]
_OTHERWISE = "name another folder"


class Installation(Protocol):
    """Methods raise `StorageFailed`."""

    settings: Settings
    name: str
    """For messages, and so that a copy that was interrupted goes on from the same one."""

    def check_there(self) -> None:
        """Raise `NotFound` if there is none."""

    def held(self) -> AbstractContextManager[None]:
        """Nobody else has it within the block. Raises `FolderInUse`."""

    def unfinished(self) -> str | None:
        """The name of what was being copied to it when that was interrupted."""

    def check_empty(self) -> None:
        """Raise `Invalid` if there is anything in it."""

    def begin(self, source: str) -> None:
        """Mark it as a part of a copy of that."""

    def complete(self) -> None:
        """Take the mark away."""


@contextmanager
def installation(named: str, base: Settings) -> Iterator[Installation]:
    """That of a data folder, or of the settings in a file, which say where it is and nothing else does. Raises
    `Invalid`."""
    path = Path(named)
    if path.is_file():
        settings = of_file(path)
    elif not path.exists() and (path.suffix == ".env" or path.name.startswith(".env")):
        raise Invalid(f"There is no file {named!r}: name one with the settings of an installation, or a data folder.")
    else:
        defaults = {name: Settings.model_fields[name].default for name in _ELSEWHERE}
        here = {"data_dir": path, "database_url": None, "blob_url": "", "index_backend": "embedded"}
        settings = base.model_copy(update=defaults | here)
    if settings.database_url is None:
        yield InFolder(settings)
        return
    with tempfile.TemporaryDirectory(prefix="rag-copy-") as scratch:
        yield Shared(settings.model_copy(update={"data_dir": Path(scratch)}))


class InFolder:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = f"the folder {str(settings.data_dir.resolve())!r}"
        self._folder = settings.data_dir

    def check_there(self) -> None:
        if not (self._folder / RECORDS).exists():
            raise NotFound(f"There are no documents in {self.name}: name a data folder, or a file of settings.")

    @contextmanager
    def held(self) -> Iterator[None]:
        with ExitStack() as held:
            if held.enter_context(hold(self._folder, _OTHERWISE)):
                sqlite.tell_lost_log(self._folder / RECORDS)
            for project in Folders(self._folder).ids()[1:]:
                held.enter_context(hold(self.settings.of_project(project).data_dir, _OTHERWISE))
            yield

    def unfinished(self) -> str | None:
        mark = self._folder / COPYING
        if mark.exists():
            return mark.read_text()
        check_restored(self._folder)
        return None

    def check_empty(self) -> None:
        if any(path.name != LOCK for path in self._folder.iterdir()):
            raise Invalid(f"There is something in {self.name}: name a new one, or empty it.")

    def begin(self, source: str) -> None:
        (self._folder / COPYING).write_text(source)

    def complete(self) -> None:
        with closing(open_database(self.settings, ACCESS, copying=True)) as database, database.read() as connection:
            if connection.execute(select(tables(ACCESS).tables["keys"]).limit(1)).first():
                (self._folder / KEYS_NEEDED).touch()
        os.sync()
        (self._folder / COPYING).unlink()


class Shared:
    def __init__(self, settings: Settings) -> None:
        assert settings.database_url
        self.settings = settings
        self._server = postgres.server(settings.database_url.get_secret_value())
        self.name = f"the database {self._server.database!r} at {self._server.host}:{self._server.port or 5432}"

    def check_there(self) -> None:
        """A database without tables has no documents, as has one with empty tables."""

    @contextmanager
    def held(self) -> Iterator[None]:
        with open_projects(self.settings) as projects:
            ids = projects.ids()
        with closing(postgres.new_connection(self._server)) as connection:
            if not copying.lock(connection):
                raise FolderInUse(f"Another process copies {self.name}: wait for its end.")
            for project in ids:
                with closing(open_database(self.settings.of_project(project), copying=True)) as database:
                    self._check_unused(database)
            yield

    def unfinished(self) -> str | None:
        with closing(self._records()) as database, database.read() as connection:
            return copying.unfinished(connection)

    def check_empty(self) -> None:
        if self._has_rows() or self._has_chunks() or not open_blobs(self.settings).is_empty():
            raise Invalid(
                f"There is something in {self.name}, its index or its bucket: name others, or empty all three."
            )

    def begin(self, source: str) -> None:
        with closing(self._records()) as database, database.write() as connection:
            copying.begin(connection, source)

    def complete(self) -> None:
        with closing(self._records()) as database, database.write() as connection:
            copying.end(connection)

    def _records(self) -> Database:
        return open_database(self.settings, copying=True)

    def _check_unused(self, database: Database) -> None:
        workers = schema.workers.c
        with database.read() as connection:
            living = select(workers.pid, workers.host).where(workers.lease_until > database.now)
            if found := connection.execute(living).first():
                raise FolderInUse(
                    f"Process {found.pid} on {found.host} uses {self.name}: stop all servers and workers there, then "
                    "start again. One that was killed is forgotten when its lease is over (RAG_LEASE_S)."
                )

    def _has_rows(self) -> bool:
        with open_projects(self.settings) as projects:
            if projects.ids() != [DEFAULT]:
                return True
        for name in DATABASES:
            with closing(open_database(self.settings, name, copying=True)) as database, database.read() as connection:
                for table in copied(tables(name)):
                    found = select(table).where(~_is_made_by_a_start(table)).limit(1)
                    if connection.execute(found).first():
                        return True
        return False

    def _has_chunks(self) -> bool:
        index = open_index(self.settings)
        try:
            return index.store.count_documents() > 0
        finally:
            index.close()


def _is_made_by_a_start(table: Table) -> ColumnElement[bool]:
    """A server may have been tried there."""
    if table is schema.stores:
        return table.c.id == DEFAULT_STORE
    return true() if table.name == "secrets" else false()


def check_differ(source: Installation, target: Installation) -> None:
    """Raise `Invalid` if both are of one kind, for which there are other ways."""
    if isinstance(source, InFolder) and isinstance(target, InFolder):
        raise Invalid("Both are folders: `rag-ingest backup` and `rag-ingest restore` make one of another.")
    if isinstance(source, Shared) and isinstance(target, Shared):
        raise Invalid(
            "Both are shared by servers: copy the database by pg_dump, and the bucket, as docs/operations.md says "
            "under 'Backup of several servers'."
        )


def check_complete(source: Installation) -> None:
    """Raise `StorageFailed` if it is only a part of a copy."""
    if of := source.unfinished():
        raise StorageFailed(f"What is in {source.name} was not copied to the end from {of}: complete that first.")
