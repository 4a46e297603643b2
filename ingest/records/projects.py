"""Which projects there are, where the records are: folders beside SQLite's files, or schemas in PostgreSQL, which all
servers have in common."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text

from ingest.data_folder import RECORDS
from ingest.errors import NotFound, StorageFailed
from ingest.ids import new_id
from ingest.projects import DEFAULT, Folders, Projects, check_id, check_name, find, is_the_folder, no_project
from ingest.records import postgres
from ingest.records.database import Database, DatabaseSettings
from ingest.records.reserve import Reserve

_TURN = "rag_projects"
_DELETED = "deleted "

_TOLD = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname LIKE 'rag\\_%\\_records'")


@contextmanager
def open_projects(settings: DatabaseSettings) -> Iterator[Projects]:
    """The projects of an installation, by the settings of its project `default`. Raises `StorageFailed`."""
    if settings.database_url is None:
        yield Folders(settings.data_dir)
        return
    dialect = postgres.Dialect(postgres.url(settings.database_url.get_secret_value(), _TURN))
    database = Database(dialect.engine(), dialect, Reserve())
    try:
        yield Schemas(database, Folders(settings.data_dir))
    finally:
        database.close()


class Schemas:
    """The projects of a database: those that have a schema for their records, with their id as its comment. What is not
    in the database has a folder on this machine."""

    def __init__(self, database: Database, folders: Folders) -> None:
        self._database = database
        self._folders = folders

    def ids(self) -> list[str]:
        with self._database.read() as connection:
            return [DEFAULT, *sorted(_ids(connection))]

    def check(self, project: str) -> None:
        if project not in self.ids():
            raise no_project(project)

    def make(self, name: str) -> str:
        check_name(name)
        with suppress(NotFound):
            return find(self, name)
        with self._database.write() as connection:
            postgres.check_usable(connection)
            others = [project for project in _ids(connection) if project.partition(".")[0] == name]
            if others:  # another process was faster
                return others[0]
            project = new_id(f"{name}.")
            _make(connection, project)
        return project

    def add(self, project: str) -> None:
        check_id(project)
        with self._database.write() as connection:
            postgres.check_usable(connection)
            _make(connection, project)

    def delete(self, project: str) -> None:
        if project == DEFAULT:
            raise is_the_folder()
        with self._database.write() as connection:
            if project not in _ids(connection):
                raise no_project(project)
            _tell(connection, project, _DELETED + project)  # at once gone for who looks for it
        with self._database.read() as connection:
            told = list(connection.scalars(_TOLD))
        for left in told:  # of a deletion that was interrupted, too
            if left and left.startswith(_DELETED):
                self._drop(left.removeprefix(_DELETED))
        with suppress(NotFound):
            self._folders.delete(project)

    def _drop(self, project: str) -> None:
        try:
            with self._database.write() as connection:
                for schema in postgres.schemas_of(project):
                    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        except StorageFailed as error:
            name = project.partition(".")[0]
            raise StorageFailed(f"Not all of the project {name!r} could be deleted: {error.message}") from error


def _ids(connection: Connection) -> list[str]:
    return [each for each in connection.scalars(_TOLD) if each and not each.startswith(_DELETED)]


def _make(connection: Connection, project: str) -> None:
    for schema in postgres.schemas_of(project):
        postgres.make_schema(connection, schema)
    _tell(connection, project, project)


def _tell(connection: Connection, project: str, comment: str) -> None:
    # Ids have no quotes in them.
    connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{postgres.schema_of(project, RECORDS)}\" IS '{comment}'")
