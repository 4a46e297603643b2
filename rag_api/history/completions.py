"""A stored chat completion, with the messages it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Unpack

from sqlalchemy import Connection, delete, exists, insert, select, update

from ingest.errors import NotFound
from ingest.records.database import Database
from ingest.records.paging import Page, Paging, page_of
from ingest.records.tables import json_each
from rag_api.history.schema import completions


@dataclass(frozen=True)
class Completion:
    id: str
    created_at: int
    model: str
    metadata: dict[str, str]
    body: dict[str, Any]
    messages: list[dict[str, Any]]


_COLUMNS = [completions.c[field.name] for field in fields(Completion)]


class Completions:
    """All stored completions. Methods raise `StorageFailed`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, completion: Completion) -> None:
        with self._database.write() as connection:
            connection.execute(insert(completions).values(**vars(completion)))

    def get(self, completion_id: str) -> Completion:
        """Raises `NotFound`."""
        with self._database.read() as connection:
            return _get(connection, completion_id)

    def list(self, *, model: str | None, metadata: Mapping[str, str], **paging: Unpack[Paging]) -> Page[Completion]:
        """Those of a model, with all of these pairs in their metadata. Raises `Invalid` for a cursor that is not in the
        list."""
        query = select(*_COLUMNS)
        if model is not None:
            query = query.where(completions.c.model == model)
        for key, value in metadata.items():
            pairs = json_each(completions.c.metadata).table_valued("key", "value")
            query = query.where(exists().where(pairs.c.key == key, pairs.c.value == value))
        with self._database.read() as connection:
            return page_of(connection, completions, query, Completion, large_rows=True, **paging)

    def update(self, completion_id: str, metadata: Mapping[str, str]) -> Completion:
        """Replace the metadata. Raises `NotFound`."""
        here = completions.c.id == completion_id
        with self._database.write() as connection:
            connection.execute(update(completions).where(here).values(metadata=dict(metadata)))
            return _get(connection, completion_id)

    def delete(self, completion_id: str) -> None:
        """Raises `NotFound`."""

        def delete_one(connection: Connection) -> None:
            if connection.execute(delete(completions).where(completions.c.id == completion_id)).rowcount == 0:
                raise _no_completion(completion_id)

        self._database.free(delete_one)


def _get(connection: Connection, completion_id: str) -> Completion:
    row = connection.execute(select(*_COLUMNS).where(completions.c.id == completion_id)).first()
    if row is None:
        raise _no_completion(completion_id)
    return Completion(*row)


def _no_completion(completion_id: str) -> NotFound:
    return NotFound(f"No chat completion with the id {completion_id!r} is stored.")
