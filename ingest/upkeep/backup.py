"""A copy of the data folder, made while a server may be at work in it, and the way back.

A copy is what a power cut would have left, from which every start recovers: all databases as they were at one moment,
and the bytes of every file in their records. Bytes never change, so a second backup copies only what is new. The search
index is not copied, since it can be rebuilt from the chunks.

    backup.json                 written last: names the databases that count, with their checksums
    databases-x7k2ab/           records.db, answers.db, access.db, index/chunks.sqlite
    blobs/ab/abcdef...
    projects/NAME.ID/           all of this for each further project, but for access.db
"""

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from ingest.blobs import Blobs
from ingest.blobs.local import LocalBlobs
from ingest.data_folder import BLOBS, LOCK, MANIFEST, PROJECTS, RECORDS, RESTORING, hold
from ingest.errors import Damaged, DiskFull, Invalid, StorageFailed
from ingest.projects import Folders
from ingest.records import sqlite
from ingest.settings import Settings

_FULL = "The disk is full: free some space there, then start again. What was there before is as it was."
_READ_BYTES = 1 << 20
_SOME = 16
_COPIES = re.compile(r"databases-\w+")
_DATABASE = re.compile(r"(index/)?\w+\.(db|sqlite)")
_BLOBS = "SELECT sha256, filename FROM files UNION ALL SELECT sha256, id FROM upload_parts"

Blob = tuple[str, str]  # its sha256, and the name of a file with these bytes


@dataclass
class Copied:
    """What was copied; `harmed` are files whose bytes are missing or damaged."""

    blobs: int = 0
    bytes: int = 0
    harmed: dict[str, str] = field(default_factory=dict)  # name by sha256

    def __add__(self, other: "Copied") -> "Copied":
        return Copied(self.blobs + other.blobs, self.bytes + other.bytes, self.harmed | other.harmed)


def check_all_is_here(settings: Settings) -> None:
    """Raise `Invalid` if the records or the bytes of files are not in the data folder."""
    if settings.database_url is not None:
        raise Invalid(
            "The records are in PostgreSQL (RAG_DATABASE_URL), and a backup is of a folder alone: copy them with "
            "pg_dump, then the folder or the bucket, as docs/operations.md says under 'PostgreSQL'."
        )
    if settings.blob_url:
        raise Invalid(
            "The bytes of files are at RAG_BLOB_URL, and a backup is of a folder alone: copy the database, then the "
            "bucket, as docs/operations.md says under 'A bucket'."
        )


def backup(folder: Path, destination: Path) -> Copied:
    """Copy a data folder, project by project. Until the copy of one is complete, it stays the backup that it was.
    Raises `Invalid` if there is nothing to copy or the destination is not a backup's, `FolderInUse`, and
    `StorageFailed`."""
    copied = _backup(folder, destination)
    copies = destination / PROJECTS
    others = Folders(folder).ids()[1:]
    for name in others:
        if (folder / PROJECTS / name / RECORDS).exists():
            copied += _backup(folder / PROJECTS / name, copies / name)
        else:  # nobody has opened it yet
            (copies / name).mkdir(parents=True, exist_ok=True)
    for old in copies.glob("*"):
        if old.name not in others:
            shutil.rmtree(old)
    return copied


def _backup(folder: Path, destination: Path) -> Copied:
    if not (folder / RECORDS).exists():
        raise Invalid(f"There are no documents in {str(folder)!r}: set RAG_DATA_DIR to the folder that has them.")
    if destination.resolve().is_relative_to(folder.resolve()):
        raise Invalid("A backup inside the data folder would be lost together with it: name a folder elsewhere.")
    with _in_words(), hold(destination, "name another folder for the backup"):
        if foreign := [path.name for path in destination.iterdir() if not _is_ours(path)]:
            raise Invalid(f"{str(destination)!r} is not a backup, as it holds {foreign[0]!r}: name another folder.")
        blobs, copies_of_blobs = LocalBlobs(folder / BLOBS), LocalBlobs(destination / BLOBS, flush=False)
        for _ in copies_of_blobs.recover():  # drafts of an interrupted backup
            pass
        early = _blobs_of(folder / RECORDS)
        blobs.expect([sha256 for sha256, _ in early[:_SOME]])
        blobs.check_there()
        copied = _copy(early, blobs, copies_of_blobs)  # most of them, before writes are held up
        there = {sha256 for sha256, _ in early} - copied.harmed.keys()
        copies = Path(tempfile.mkdtemp(prefix="databases-", dir=destination))
        with ExitStack() as opened:
            sources = {path: opened.enter_context(sqlite.connection(path)) for path in sqlite.files(folder)}
            # Meanwhile no file in the records is deleted, and none becomes done.
            with sqlite.kept_from_writing(folder / RECORDS):
                for source in sources.values():
                    sqlite.hold_moment(source)
                wanted = _blobs_of(folder / RECORDS)
                late = _copy([blob for blob in wanted if blob[0] not in there], blobs, copies_of_blobs)
            for path, source in sources.items():
                copy = copies / path.relative_to(folder)
                copy.parent.mkdir(exist_ok=True)
                sqlite.copy(source, copy)
        checksums = {str(path.relative_to(copies)): _sha256(path) for path in sqlite.files(copies)}
        new = destination / f"{MANIFEST}.new"
        new.write_bytes(orjson.dumps({"databases": copies.name, "sha256": checksums}))
        os.sync()  # one flush for all copies, before the manifest names them
        new.replace(destination / MANIFEST)
        os.sync()
        _prune(destination, copies, copies_of_blobs, {sha256 for sha256, _ in wanted})
    return Copied(copied.blobs, copied.bytes) + late


def restore(source: Path, folder: Path) -> Copied:
    """Make a data folder, which must be empty, from a backup, and check every byte; an interrupted restore goes on.
    Raises `Invalid` if there is no backup or the folder is not empty, `FolderInUse`, and `StorageFailed`."""
    if not os.path.lexists(source / MANIFEST):
        raise Invalid(f"{str(source)!r} is not a backup: it has no {MANIFEST}, which is written when one is complete.")
    with _in_words(), hold(folder):
        if not (folder / RESTORING).exists() and any(path.name != LOCK for path in folder.iterdir()):
            raise Invalid(f"The folder {str(folder)!r} is not empty: set RAG_DATA_DIR to a new one, or empty it.")
        _check_files(source)
        others = Folders(source).ids()[1:]
        places = {source: folder} | {source / PROJECTS / name: folder / PROJECTS / name for name in others}
        # Those without a manifest had not been opened yet.
        databases = {copy: _databases(copy) for copy in places if (copy / MANIFEST).exists()}
        (folder / RESTORING).touch()
        copied = Copied()
        for copy, place in places.items():
            place.mkdir(parents=True, exist_ok=True)
            if copy in databases:
                copied += _restore(copy, *databases[copy], place)
        os.sync()
        (folder / RESTORING).unlink()
    return copied


def _check_files(folder: Path) -> None:
    """Raise `Invalid` for what is neither a file nor a folder: it might lead anywhere, or be read for ever."""
    folders = [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif not entry.is_file(follow_symlinks=False):
                    raise Invalid(f"{entry.path!r} in the backup is no file: take another one. Nothing was restored.")


def _databases(source: Path) -> tuple[Path, list[str]]:
    """The folder of the databases that count in a backup, and their names. Raises `StorageFailed` if any is damaged."""
    try:
        manifest = orjson.loads((source / MANIFEST).read_bytes())
        copies, checksums = source / manifest["databases"], dict(manifest["sha256"])
        if not all(map(_DATABASE.fullmatch, checksums)) or not _COPIES.fullmatch(copies.name):
            raise ValueError("a path that is not one of a backup, and could lead anywhere")
        copies = source / copies.name
    except (ValueError, KeyError, TypeError) as error:
        raise StorageFailed(
            f"{MANIFEST} in the backup is damaged: take another backup. Nothing was restored."
        ) from error
    for name, sha256 in checksums.items():
        if _sha256(copies / name) != sha256 or not sqlite.has_tables_alone(copies / name):
            raise StorageFailed(f"{name} in the backup is damaged: take another backup. Nothing was restored.")
    return copies, list(checksums)


def _restore(source: Path, databases: Path, names: Iterable[str], folder: Path) -> Copied:
    wanted = _blobs_of(databases / RECORDS, unchanging=True)
    copied = _copy(wanted, LocalBlobs(source / BLOBS), LocalBlobs(folder / BLOBS, flush=False))
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(databases / name, folder / name)
    return copied


def _copy(blobs: Iterable[Blob], source: Blobs, destination: Blobs) -> Copied:
    """Copy what the destination does not have, without damaged blobs."""
    copied = Copied()
    for sha256, name in blobs:
        size = source.size(sha256)
        if size is None:
            copied.harmed[sha256] = name
        elif destination.size(sha256) != size:
            if _copy_blob(sha256, size, source, destination):
                copied.blobs += 1
                copied.bytes += size
            else:
                copied.harmed[sha256] = name
    return copied


def _copy_blob(sha256: str, size: int, source: Blobs, destination: Blobs) -> bool:
    """False if the bytes are missing or damaged."""
    try:
        original = source.open(sha256)
    except (FileNotFoundError, Damaged):
        return False
    with original, destination.draft(size) as draft:
        while data := original.read(_READ_BYTES):
            draft.write(data)
        if draft.sha256 != sha256:
            return False
        draft.finish()
        destination.keep(draft)
    return True


def _blobs_of(records: Path, *, unchanging: bool = False) -> list[Blob]:
    with sqlite.connection(records, unchanging=unchanging) as connection:
        return connection.execute(_BLOBS).fetchall()


def _prune(destination: Path, databases: Path, blobs: Blobs, wanted: set[str]) -> None:
    """Delete what only earlier backups needed."""
    for old in destination.glob("databases-*"):
        if old != databases:
            shutil.rmtree(old)
    for number in range(256):
        for sha256 in blobs.list(f"{number:02x}"):
            if sha256 not in wanted:
                blobs.delete(sha256)


def _is_ours(path: Path) -> bool:
    return path.name in (LOCK, BLOBS, PROJECTS, MANIFEST, f"{MANIFEST}.new") or path.name.startswith("databases-")


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite.Error as error:
        if "full" in str(error):
            raise DiskFull(_FULL) from error
        raise StorageFailed(f"A database could not be copied ({error}): `rag-ingest check` says more.") from error
    except DiskFull as error:
        raise DiskFull(_FULL) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(_FULL) from error
        raise StorageFailed(f"Not everything could be copied ({error}): fix that, then start again.") from error
