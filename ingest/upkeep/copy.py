"""A whole installation from one place to another: from a folder to PostgreSQL, OpenSearch and a bucket, or back.

All ids stay, and the secret that links are signed with: what clients remember is right afterwards. Of each project come
first the bytes, then the chunks, then the records that name both; last the keys. Then each is compared. Until all of it
is there and compared, the target is marked, so that no server takes it for the whole; the same command goes on with it.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from sqlalchemy import select, update

from ingest.blobs import Blobs, open_blobs
from ingest.counted import counted
from ingest.data_folder import ACCESS, ANSWERS, RECORDS
from ingest.errors import Invalid, StorageFailed
from ingest.index.backend import ChunkStore, drop_index, open_index
from ingest.projects import DEFAULT, name_of
from ingest.records import schema
from ingest.records.database import Database, open_database, tables
from ingest.records.files import some_kept
from ingest.records.kept_blobs import kept_blobs
from ingest.records.projects import open_projects
from ingest.records.storage import stored
from ingest.records.unflushed_blobs import UnflushedBlobs
from ingest.settings import Settings
from ingest.upkeep.check import miscounted
from ingest.upkeep.copy_blobs import copy_blobs, lacking
from ingest.upkeep.copy_chunks import copy_chunks, fingerprint
from ingest.upkeep.copy_rows import compared, copy_rows
from ingest.upkeep.installations import Installation, check_complete, check_differ


@dataclass(frozen=True)
class ProjectCopied:
    """What a project has in both places, each compared."""

    project: str
    files: int
    bytes: int
    chunks: int
    rows: int
    harmed: dict[str, str] = field(default_factory=dict)
    """The names of files whose bytes are missing or damaged where they came from, by their sha256."""


def copy(source: Installation, target: Installation) -> Generator[ProjectCopied, None, None]:
    """Copy one into the other, which is empty or where this was interrupted; yields each project that is there. Nobody
    else may have either meanwhile. Raises `Invalid`, `NotFound`, `FolderInUse` and `StorageFailed`."""
    check_differ(source, target)
    source.check_there()
    with source.held(), target.held():
        check_complete(source)
        before = target.unfinished()
        if before is None:
            target.check_empty()
            target.begin(source.name)
        elif before != source.name:
            raise Invalid(f"There is a part of a copy of {before} in {target.name}: go on with that, or empty it.")
        with open_projects(source.settings) as projects:
            ids = projects.ids()
        with open_projects(target.settings) as projects:
            for surplus in set(projects.ids()) - set(ids):  # deleted since the copy was interrupted
                drop_index(target.settings.of_project(surplus))
                open_blobs(target.settings.of_project(surplus)).delete_all()
                projects.delete(surplus)
            for project in ids[1:]:
                projects.add(project)
        for project in ids:
            yield _copy_project(project, source.settings.of_project(project), target.settings.of_project(project))
        _copy_database(source.settings, target.settings, ACCESS)
        target.complete()


@dataclass(frozen=True)
class _Opened:
    settings: Settings
    records: Database
    blobs: Blobs
    chunks: ChunkStore


def _opened(settings: Settings, opened: ExitStack) -> _Opened:
    settings.data_dir.mkdir(parents=True, exist_ok=True)  # of a scratch folder
    records = opened.enter_context(closing(open_database(settings, copying=True)))
    index = open_index(settings, searched=False)
    opened.callback(index.close)
    if not index.durable:
        raise Invalid(f"The index backend {settings.index_backend!r} keeps nothing that could be copied.")
    return _Opened(settings, records, open_blobs(settings), index.store)


def _copy_project(project: str, source: Settings, target: Settings) -> ProjectCopied:
    with ExitStack() as opened:
        here, there = (_opened(settings, opened) for settings in (source, target))
        here.blobs.expect(some_kept(here.records))
        with UnflushedBlobs(here.records, here.blobs).restoring() as restored:  # no start since a power cut, perhaps
            kept_blobs(here.records, here.blobs).remove(restored)
        harmed = copy_blobs(here.records, here.blobs, there.blobs).harmed
        copied = copy_chunks(here.chunks, there.chunks, lambda ids: _turns(here.records, ids))
        rows = _copy_database(source, target, RECORDS) + _copy_database(source, target, ANSWERS)
        with here.records.read() as connection:
            kept = stored(connection)
        with there.records.write() as connection:
            connection.execute(update(schema.storage).values(max_files=kept.max_files, max_bytes=kept.max_bytes))
        faults = [finding.what for finding in miscounted(there.records)]
        if lost := sum(sha256 not in harmed for sha256 in lacking(there.records, there.blobs)):
            faults.append(f"the bytes of {counted(lost, 'file')} are missing")
        if fingerprint(there.chunks) != copied:
            faults.append("the chunks are not the same")
        _check(project, faults)
    return ProjectCopied(name_of(project), kept.files, kept.bytes, copied.count, rows, harmed)


def _copy_database(source: Settings, target: Settings, name: str) -> int:
    """The number of rows."""
    with ExitStack() as opened:
        here, there = (
            opened.enter_context(closing(open_database(settings, name, copying=True))) for settings in (source, target)
        )
        if here.is_newer(name) or there.is_newer(name):
            raise StorageFailed("The tables are of a newer version of this program: use that one to copy them.")
        copy_rows(here, there, tables(name))
        rows, differ = compared(here, there, tables(name))
        _check(source.project, [f"the rows of {', '.join(differ)} are not the same"] if differ else [])
        return rows


def _turns(database: Database, store_file_ids: list[str]) -> Mapping[str, int]:
    rows = schema.store_files.c
    with database.read() as connection:
        found = connection.execute(select(rows.id, rows.turn).where(rows.id.in_(store_file_ids)))
        return {id: turn for id, turn in found}


def _check(project: str, faults: Sequence[str]) -> None:
    if faults:
        where = "" if project == DEFAULT else f" of the project {name_of(project)!r}"
        raise StorageFailed(
            f"What was copied{where} is not what was there: {'; '.join(faults)}. See that nobody uses either place, "
            "then run the same command again."
        )
