"""The bytes of a project from one place to another, such as from its folder into a bucket and back.

What is there already stays, so a copy that was interrupted goes on. The records are copied afterwards: a bucket with
files of which no record knows is not opened, so half a copy is never taken for the whole.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, select, union_all

from ingest.blobs import Blobs, intact
from ingest.errors import Damaged, TooLarge
from ingest.records import schema
from ingest.records.database import Database
from ingest.upkeep.backup import Copied

AT_ONCE = 8  # a request takes long, and little of it is work


class _Wanted(NamedTuple):
    sha256: str
    bytes: int
    name: str  # of a file with these bytes, or the id of a part


def copy_blobs(database: Database, source: Blobs, destination: Blobs) -> Copied:
    """Copy all blobs that these records need and the destination lacks, each compared with its sha256. Raises
    `StorageFailed`."""
    copied = Copied()
    for place in (source, destination):
        place.check_there()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copy") as pool:
        for prefix, blobs in groupby(_wanted(database), key=lambda blob: blob.sha256[:2]):
            there = destination.list(prefix)
            lacking = [blob for blob in blobs if there.get(blob.sha256) != blob.bytes]
            results = pool.map(lambda blob: _is_copied(blob, source, destination), lacking)
            for blob, is_copied in zip(lacking, results, strict=True):
                copied += Copied(1, blob.bytes) if is_copied else Copied(harmed={blob.sha256: blob.name})
    return copied


def lacking(database: Database, blobs: Blobs) -> Iterator[str]:
    """The sha256 of each blob that these records need and is not there as a whole."""
    for prefix, wanted in groupby(_wanted(database), key=lambda blob: blob.sha256[:2]):
        there = blobs.list(prefix)
        yield from (blob.sha256 for blob in wanted if there.get(blob.sha256) != blob.bytes)


def _wanted(database: Database) -> Iterator[_Wanted]:
    """In the order of their sha256."""
    files, parts = schema.files.c, schema.upload_parts.c
    all_of_them = union_all(
        select(files.sha256, files.bytes, files.filename.label("name")), select(parts.sha256, parts.bytes, parts.id)
    ).subquery()
    blob = all_of_them.c
    query = select(blob.sha256, func.max(blob.bytes), func.min(blob.name)).group_by(blob.sha256).order_by(blob.sha256)
    with database.read() as connection:
        for row in connection.execution_options(yield_per=1000).execute(query):
            yield _Wanted(*row)


def _is_copied(blob: _Wanted, source: Blobs, destination: Blobs) -> bool:
    """False if its bytes are missing or damaged."""
    with destination.draft(blob.bytes) as draft:
        try:
            for piece in intact(source.open(blob.sha256), blob.sha256):
                draft.write(piece)
        except (FileNotFoundError, Damaged, TooLarge):
            return False
        draft.finish()
        destination.keep(draft)
    return True
