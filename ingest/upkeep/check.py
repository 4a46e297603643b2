"""Checks of the data folder: databases, blobs, records, chunks and index, each against the others.

They stream: memory does not grow with the folder.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ingest.blobs import Blobs, intact
from ingest.corpus import Corpus
from ingest.counted import counted
from ingest.data_folder import ACCESS, ANSWERS, KEYS_NEEDED, RECORDS, has_documents
from ingest.errors import Damaged, Reason, StorageFailed
from ingest.index.backend import Checked, StoredChunks
from ingest.records import schema, sqlite
from ingest.records.database import Database
from ingest.records.files import some_kept
from ingest.records.kept_blobs import kept_blobs
from ingest.records.store_files import UNFINISHED, State
from ingest.records.tables import total

_RESTORE = "Restore a backup into another folder; this one keeps what can be read."
_AT_ONCE = 1000  # rows fetched together


@dataclass(frozen=True)
class Finding:
    """A fault. `repair` fixes it, unless `remedy` says what is left for a person to do."""

    what: str
    repair: Callable[[], object] | None = None
    remedy: str = ""
    database: Path | None = None
    """The one that cannot be used."""


def damaged_databases(folder: Path, *, has_records: bool = True) -> Iterator[Finding]:
    """Have every database of a data folder that nobody uses check itself."""
    there = sqlite.files(folder)
    records = folder / RECORDS
    if has_records and records not in there and has_documents(folder):
        yield Finding(f"{RECORDS} is missing, though there are files", None, _RESTORE, records)
    for path in there:
        try:
            fault = sqlite.fault(path)
        except OSError as error:
            what = f"{path.relative_to(folder)} cannot be read ({error.strerror})"
            yield Finding(what, None, "Check that it is a file, and its permissions", path)
            continue
        except StorageFailed as error:
            yield Finding(error.message, database=path)
            continue
        if not fault and path == records and has_documents(folder) and sqlite.is_empty(path):
            fault = "it is empty, though there are files"
        if fault:
            what = f"{path.relative_to(folder)} is damaged: {' '.join(fault.split())}"
            if path == folder / ANSWERS:
                what += "; --repair sets it aside, and the next start begins with no conversations"
                yield Finding(what, partial(_set_aside, path), database=path)
            elif path.parent == folder:  # documents, or the keys without which everybody could do everything
                yield Finding(f"{what}; it cannot be repaired", None, _RESTORE, path)
            else:
                what += "; --repair sets it aside, and its chunks are made anew from the files"
                yield Finding(what, partial(_set_aside, path.parent), database=path)
        elif has_records and path == folder / ACCESS:
            yield from _lost_keys(folder)
    if has_records and folder / ACCESS not in there:
        yield from _lost_keys(folder)


def _lost_keys(folder: Path) -> Iterator[Finding]:
    if (folder / KEYS_NEEDED).exists() and not sqlite.has_rows(folder / ACCESS, "keys"):
        what = f"{ACCESS} is missing, or has lost its keys; it cannot be repaired, and the server does not start"
        yield Finding(what, None, _RESTORE, folder / ACCESS)


def findings(corpus: Corpus) -> Iterator[Finding]:
    """The faults of an open corpus whose worker does not run, except those that opening it repaired."""
    corpus.expiry.stop()  # what it deletes during the check would seem to be missing
    yield from findings_of_records(corpus.database, corpus.blobs)
    store = corpus.index.store
    if corpus.index.durable and isinstance(store, Checked):
        yield from _as_far_as_possible("the chunks", _chunks(corpus, store))
        faults = (Finding(f"the search index is damaged: {fault}", store.reindex) for fault in store.faults())
        yield from _as_far_as_possible("the search index", faults)


def findings_of_records(database: Database, blobs: Blobs) -> Iterator[Finding]:
    """Those of `findings` for which no index is needed."""
    blobs.expect(some_kept(database))
    try:
        blobs.check_there()
        kept_blobs(database, blobs).check_known()  # else all of them would belong to no file
        blobs.list("00")
    except StorageFailed as error:
        yield Finding(f"no file can be read: {error.message}")
    else:
        for number in range(256):
            yield from _as_far_as_possible(f"blobs/{number:02x}", _blobs(database, blobs, f"{number:02x}"))
    yield from _as_far_as_possible("the counts", miscounted(database))


def _as_far_as_possible(what: str, found: Iterator[Finding]) -> Iterator[Finding]:
    """What was found, and perhaps that no more could be."""
    try:
        yield from found
    except (StorageFailed, sqlite.Error, OSError, SQLAlchemyError) as error:
        yield Finding(f"{what} cannot be checked: {' '.join(str(error).split())}")


def _set_aside(path: Path) -> None:
    """Rename a folder, or a database with the files that SQLite keeps beside it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for beside in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + beside).rename(aside.with_name(aside.name + beside))


def _blobs(database: Database, blobs: Blobs, prefix: str) -> Iterator[Finding]:
    files, parts = schema.files.c, schema.upload_parts.c
    there = blobs.list(prefix)
    kept = kept_blobs(database, blobs)
    doomed = kept.doomed(prefix)  # before the records: what is kept meanwhile is no longer doomed, and has one
    with database.read() as connection:
        here = files.sha256.between(prefix, prefix + "g")
        records = connection.execute(select(files.sha256, files.bytes, files.id, files.filename).where(here)).all()
        here = parts.sha256.between(prefix, prefix + "g")
        pieces = connection.execute(select(parts.sha256, parts.bytes).where(here)).all()
    wanted = {row.sha256: row.bytes for row in [*records, *pieces]}
    harmed = {sha256: harm for sha256, size in wanted.items() if (harm := _harm(blobs, sha256, size, there))}
    for record in records:
        if harm := harmed.get(record.sha256):
            yield Finding(
                f"the bytes of {record.id} ({record.filename}) are {harm}",
                partial(_give_up, database, record.id),
                "Upload the same file again, which mends it, or restore a backup. Until then it cannot be "
                "downloaded; where it was ingested before, it is found as it was.",
            )
    for sha256 in sorted(harmed.keys() - {record.sha256 for record in records}):
        what = f"the bytes of a part of an upload ({sha256}) are {harmed[sha256]}"
        yield Finding(what, remedy="Begin that upload anew.")
    for sha256 in sorted(there.keys() - wanted.keys() - doomed):
        yield Finding(f"the blob {sha256} belongs to no file", partial(kept.remove, [sha256]))


def _harm(blobs: Blobs, sha256: str, size: int, there: Mapping[str, int]) -> str | None:
    """Where others keep blobs, too, one may have come after the list was made; and a bucket answers for what it has, so
    that not all of it is fetched."""
    if blobs.shared:
        found = there[sha256] if sha256 in there else blobs.size(sha256)
        return "missing" if found is None else None if found == size else "not those that were uploaded"
    if sha256 not in there:
        return "missing"
    try:
        for _ in intact(blobs.open(sha256), sha256):
            pass
    except FileNotFoundError:
        return "missing"
    except Damaged as error:
        return error.message
    return None


def _give_up(database: Database, file_id: str) -> None:
    rows = schema.store_files.c
    failed = {
        "state": State.FAILED,
        "reason": Reason.INVALID,
        "message": "The bytes of this file were damaged on the server's disk: upload it again.",
    }
    unfinished = update(schema.store_files).where(rows.file_id == file_id, rows.state.in_(UNFINISHED))
    with database.write() as connection:
        connection.execute(unfinished.values(**failed))


def _chunks(corpus: Corpus, store: Checked) -> Iterator[Finding]:
    """The chunks of each store file against its record, both in the order of ids."""
    rows = schema.store_files.c
    query = select(rows.id, rows.store_id, rows.file_id, rows.state, rows.usage_bytes).order_by(rows.id)
    by_id = attrgetter("id")
    with corpus.database.read() as connection:
        records = connection.execution_options(yield_per=_AT_ONCE).execute(query)
        for id, pair in groupby(merge(records, store.stored(), key=by_id), key=by_id):
            match list(pair):
                case [Row() as record]:
                    if record.state == State.DONE and record.usage_bytes:
                        yield _wrong_chunks(corpus, record, "has no chunks, though it is done")
                case [Row() as record, StoredChunks() as chunks]:
                    if record.state in (State.FAILED, State.CANCELLED):
                        what = f"{record.file_id} has chunks in {record.store_id}, though it is {record.state}"
                        yield Finding(what, partial(_remove_chunks, corpus, id))
                    elif record.state == State.DONE and not _are_of(record, chunks):
                        yield _wrong_chunks(corpus, record, "has not the chunks that were written")
                case [StoredChunks() as chunks]:
                    number = counted(chunks.chunks, "chunk")
                    what = f"no file is there for {number} of {chunks.file_id} in {chunks.store_id}"
                    yield Finding(what, partial(_remove_chunks, corpus, id))


def _are_of(record: Row[Any], chunks: StoredChunks) -> bool:
    whose = (chunks.store_id, chunks.file_id, chunks.usage_bytes)
    return chunks.gapless and whose == (record.store_id, record.file_id, record.usage_bytes)


def _wrong_chunks(corpus: Corpus, record: Row[Any], fault: str) -> Finding:
    what = f"{record.file_id} in {record.store_id} {fault}; it is ingested again when the server next runs"
    return Finding(what, partial(corpus.jobs.again, schema.store_files.c.id == record.id))


def _remove_chunks(corpus: Corpus, store_file_id: str) -> None:
    theirs = {"field": "meta.store_file_id", "operator": "==", "value": store_file_id}
    corpus.index.store.delete_by_filter(theirs)


def miscounted(database: Database) -> Iterator[Finding]:
    """Where triggers have not counted right."""
    rows, counts = schema.store_files.c, schema.store_counts.c
    by_state = select(rows.store_id, rows.state, func.count(), total(rows.usage_bytes))
    counted = by_state.group_by(rows.store_id, rows.state)
    kept = select(counts.store_id, counts.state, counts.files, counts.usage_bytes).where(counts.files != 0)

    def recount() -> None:
        columns = ["store_id", "state", "files", "usage_bytes"]
        with database.write() as connection:
            connection.execute(delete(schema.store_counts))
            connection.execute(insert(schema.store_counts).from_select(columns, counted))

    all_files = select(func.count(), total(schema.files.c.bytes))

    def recount_files() -> None:
        with database.write() as connection:
            files, size = connection.execute(all_files).one()
            connection.execute(update(schema.storage).values(files=files, bytes=size))

    with database.read() as connection:
        differ = set(map(tuple, connection.execute(kept))) ^ set(map(tuple, connection.execute(counted)))
    with database.read() as connection:
        storage = connection.execute(select(schema.storage.c.files, schema.storage.c.bytes)).one()
        if tuple(storage) != tuple(connection.execute(all_files).one()):
            yield Finding("the count of what is kept is not that of the files", recount_files)
    if stores := sorted({store_id for store_id, *_ in differ}):
        yield Finding(f"the counts of {', '.join(stores)} are not those of their files", recount)
