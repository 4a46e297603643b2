"""A listing: the files of stores that can be found, with what a person knows them by: name, size and date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, Select, func, select

from ingest.records import schema
from ingest.records.attributes import AttributeValue
from ingest.records.database import Database
from ingest.records.store_files import State


@dataclass(frozen=True)
class ListedFile:
    store_file_id: str
    store_id: str
    file_id: str
    attributes: dict[str, AttributeValue]
    filename: str
    bytes: int
    sha256: str
    created_at: int


_rows, _files, _counts = schema.store_files.c, schema.files.c, schema.store_counts.c
_COLUMNS = {
    "store_file_id": _rows.id,
    "store_id": _rows.store_id,
    "file_id": _rows.file_id,
    "attributes": _rows.attributes,
    "filename": _files.filename,
    "bytes": _files.bytes,
    "sha256": _files.sha256,
    "created_at": _files.created_at,
}
_LISTED: Select[Any] = (
    select(_rows.seq, *(_COLUMNS[field.name] for field in fields(ListedFile)))
    .join(schema.files, _rows.file_id == _files.id)
    .where(_rows.state == State.DONE)
)


class Listing:
    """Methods raise `StorageFailed`. A file that is in several of the stores counts in each, and is listed once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, store_ids: Sequence[str]) -> int:
        query = select(func.sum(_counts.files)).where(_counts.store_id.in_(store_ids), _counts.state == State.DONE)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def newest(self, store_ids: Sequence[str], limit: int) -> list[ListedFile]:
        """At most `limit` files, the newest first; each store is read from an index, in that order."""
        found: list[Row[Any]] = []
        with self._database.read() as connection:
            for store_id in dict.fromkeys(store_ids):
                here = _LISTED.where(_rows.store_id == store_id).order_by(_rows.seq.desc()).limit(limit)
                found += connection.execute(here).all()
        found.sort(key=lambda row: row[0], reverse=True)
        return _once(found)[:limit]

    def of(self, store_file_ids: Iterable[str]) -> dict[str, ListedFile]:
        """Those of these store files that can still be found, by their ids."""
        with self._database.read() as connection:
            found: list[Row[Any]] = list(connection.execute(_LISTED.where(_rows.id.in_(list(store_file_ids)))))
        return {file.store_file_id: file for file in map(_file, found)}

    def of_file(self, file_id: str) -> ListedFile | None:
        """A file as it is in one of its stores, if it can be found in any."""
        with self._database.read() as connection:
            row = connection.execute(_LISTED.where(_rows.file_id == file_id).limit(1)).first()
        return None if row is None else _file(row)


def _file(row: Row[Any]) -> ListedFile:
    return ListedFile(*tuple(row)[1:])


def _once(rows: Iterable[Row[Any]]) -> list[ListedFile]:
    by_file: dict[str, ListedFile] = {}
    for file in map(_file, rows):
        by_file.setdefault(file.file_id, file)
    return list(by_file.values())
