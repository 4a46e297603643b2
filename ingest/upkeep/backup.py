"""A copy of the data folder, made while a server may be at work in it, and the way back.

The copy is what a power cut at one moment would have left, from which every start recovers: all databases are read as
they were at that moment, and the bytes of every file that their records name are there. Bytes never change, so a
second backup copies only what is new. The search index is not copied: it is made anew from the chunks.

    backup.json                 written last: names the databases that count, with their checksums
    databases-x7k2ab/           records.db, answers.db, index/chunks.sqlite
    blobs/ab/abcdef...
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from ingest.data_folder import hold
from ingest.errors import Invalid, StorageFailed
from ingest.records.database import BUSY_TIMEOUT_S, databases

RECORDS = "records.db"
MANIFEST = "backup.json"
UNFINISHED = "restoring"  # a file in a data folder as long as it is being restored

_READ_BYTES = 1 << 20
_BLOBS = "SELECT sha256, filename FROM files UNION ALL SELECT sha256, id FROM upload_parts"

Blob = tuple[str, str]  # its sha256, and the name of a file that has it


@dataclass
class Copied:
    """What was new; `harmed` are the files whose bytes are missing, or not those that were uploaded."""

    blobs: int = 0
    bytes: int = 0
    harmed: dict[str, str] = field(default_factory=dict)  # by their sha256


def backup(folder: Path, destination: Path) -> Copied:
    """Copy a data folder. Until all of it is there, the destination stays the backup that it was."""
    if not (folder / RECORDS).exists():
        raise Invalid(f"There are no documents in {str(folder)!r}: set RAG_DATA_DIR to the folder that has them.")
    if destination.resolve().is_relative_to(folder.resolve()):
        raise Invalid("A backup inside the data folder would be lost together with it: name a folder elsewhere.")
    with _in_words(), hold(destination, "name another folder for the backup"):
        if foreign := [path.name for path in destination.iterdir() if not _is_ours(path)]:
            raise Invalid(f"{str(destination)!r} is not a backup, as it holds {foreign[0]!r}: name another folder.")
        early = _blobs_of(folder / RECORDS)
        copied = _copy_blobs(early, folder, destination)  # most of them, while nobody has to wait
        there = {sha256 for sha256, _ in early} - copied.harmed.keys()
        copies = Path(tempfile.mkdtemp(prefix="databases-", dir=destination))
        with ExitStack() as opened:
            sources = {path: opened.enter_context(_connection(path)) for path in databases(folder)}
            with _records_unchanged(folder / RECORDS):
                for source in sources.values():
                    source.execute("BEGIN")
                    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment
                wanted = _blobs_of(folder / RECORDS)
                late = _copy_blobs([blob for blob in wanted if blob[0] not in there], folder, destination)
            for path, source in sources.items():
                copy = copies / path.relative_to(folder)
                copy.parent.mkdir(exist_ok=True)
                with closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
        checksums = {str(path.relative_to(copies)): _sha256(path) for path in databases(copies)}
        new = destination / f"{MANIFEST}.new"
        new.write_bytes(orjson.dumps({"databases": copies.name, "sha256": checksums}))
        os.sync()  # one for all that was copied; only then it may be named
        new.replace(destination / MANIFEST)
        os.sync()
        _prune(destination, copies, {sha256 for sha256, _ in wanted})
    return Copied(copied.blobs + late.blobs, copied.bytes + late.bytes, late.harmed)


def restore(source: Path, folder: Path) -> Copied:
    """Make a data folder, which must be empty, of a backup; checks every byte. Begun again, it goes on."""
    if not (source / MANIFEST).exists():
        raise Invalid(f"{str(source)!r} is not a backup: it has no {MANIFEST}, which is written when one is complete.")
    with _in_words(), hold(folder):
        if not (folder / UNFINISHED).exists() and any(path.name != "lock" for path in folder.iterdir()):
            raise Invalid(f"The folder {str(folder)!r} is not empty: set RAG_DATA_DIR to a new one, or empty it.")
        manifest = orjson.loads((source / MANIFEST).read_bytes())
        copies = source / manifest["databases"]
        for name, sha256 in manifest["sha256"].items():
            if _sha256(copies / name) != sha256:
                raise StorageFailed(f"{name} in the backup is damaged: take another backup. Nothing was restored.")
        (folder / UNFINISHED).touch()
        copied = _copy_blobs(_blobs_of(copies / RECORDS, immutable=True), source, folder)
        for name in manifest["sha256"]:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(copies / name, folder / name)
        os.sync()
        (folder / UNFINISHED).unlink()
    return copied


def check_restored(folder: Path) -> None:
    """Raise `StorageFailed` for a data folder that holds only a part of what a backup has."""
    if (folder / UNFINISHED).exists():
        raise StorageFailed(f"The folder {str(folder)!r} was not restored to the end: run `rag-ingest restore` again.")


def _copy_blobs(blobs: Iterable[Blob], source: Path, destination: Path) -> Copied:
    """Those that the destination has not; what is not as it was uploaded stays behind."""
    copied = Copied()
    for sha256, name in blobs:
        place = Path("blobs", sha256[:2], sha256)
        try:
            with (source / place).open("rb") as original:
                size = os.fstat(original.fileno()).st_size
                target = destination / place
                if target.exists() and target.stat().st_size == size:
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(f"{sha256}.part")
                hash = hashlib.sha256()
                with part.open("wb") as copy:
                    while data := original.read(_READ_BYTES):
                        hash.update(data)
                        copy.write(data)
        except FileNotFoundError:
            copied.harmed[sha256] = name
            continue
        if hash.hexdigest() != sha256:
            part.unlink()
            copied.harmed[sha256] = name
            continue
        part.replace(target)
        copied.blobs += 1
        copied.bytes += size
    return copied


def _blobs_of(records: Path, *, immutable: bool = False) -> list[Blob]:
    with _connection(records, "?immutable=1" if immutable else "") as connection:
        return connection.execute(_BLOBS).fetchall()


@contextmanager
def _connection(path: Path, options: str = "") -> Iterator[sqlite3.Connection]:
    uri = f"{path.resolve().as_uri()}{options}"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _records_unchanged(records: Path) -> Iterator[None]:
    """Nobody writes to the records during the block: no file that they name is deleted, none becomes done."""
    with _connection(records) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def _prune(destination: Path, databases: Path, wanted: set[str]) -> None:
    """What the backup before had, and this one has not."""
    for old in destination.glob("databases-*"):
        if old != databases:
            shutil.rmtree(old)
    for blob in destination.glob("blobs/*/*"):
        if blob.name not in wanted:
            blob.unlink()


def _is_ours(path: Path) -> bool:
    return path.name in ("lock", "blobs", MANIFEST, f"{MANIFEST}.new") or path.name.startswith("databases-")


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageFailed(f"A database could not be copied ({error}): `rag-ingest check` says more.") from error
    except OSError as error:
        raise StorageFailed(f"Not all could be copied ({error}): see to it, then begin again.") from error
