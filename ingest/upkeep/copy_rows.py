"""The rows of a database into another one, of the same dialect or not, and the comparison of both."""

from collections.abc import Iterator

from sqlalchemy import JSON, Connection, LargeBinary, MetaData, RowMapping, Table, delete, insert, select

from ingest.errors import Invalid
from ingest.records.database import Database
from ingest.upkeep.fingerprint import Fingerprint

_AT_ONCE, _LARGE_AT_ONCE = 500, 20  # rows; in one with bytes or JSON there may be some MB


def copy_rows(source: Database, target: Database, metadata: MetaData) -> None:
    """Replace all rows of the target's, in one transaction. Raises `Invalid` and `StorageFailed`."""
    tables = copied(metadata)
    with source.read() as reading, target.write() as writing:
        for table in reversed(tables):
            writing.execute(delete(table))
        for table in tables:
            for rows in _rows(reading, table):
                for row in rows:
                    _check_texts(table, row)
                writing.execute(insert(table), [dict(row) for row in rows])
            if "seq" in table.c:
                target.continue_numbers(writing, table)


def compared(source: Database, target: Database, metadata: MetaData) -> tuple[int, list[str]]:
    """How many rows the target has, and which tables have not the same rows in both. Raises `StorageFailed`."""
    rows, differ = 0, []
    with source.read() as one, target.read() as other:
        for table in copied(metadata):
            found = _fingerprint(other, table)
            rows += found.count
            if found != _fingerprint(one, table):
                differ.append(table.name)
    return rows, differ


def copied(metadata: MetaData) -> list[Table]:
    """Those of which a copy is made, the ones that others refer to first."""
    return [table for table in metadata.sorted_tables if table.info.get("copied", True)]


def _check_texts(table: Table, row: RowMapping) -> None:
    """Raise `Invalid` for a text that SQLite keeps and PostgreSQL does not."""
    for name, value in row.items():
        if isinstance(value, str) and "\0" in value:
            raise Invalid(
                f"PostgreSQL keeps no text with the character NUL (U+0000), and {name} of {row.get('id')!r} in "
                f"{table.name} has one: change or delete that, then run the same command again."
            )


def _rows(connection: Connection, table: Table) -> Iterator[list[RowMapping]]:
    is_large = any(isinstance(column.type, JSON | LargeBinary) for column in table.c)
    at_once = _LARGE_AT_ONCE if is_large else _AT_ONCE
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=at_once)
    for part in connection.execute(query).mappings().partitions():
        yield list(part)


def _fingerprint(connection: Connection, table: Table) -> Fingerprint:
    found = Fingerprint()
    for rows in _rows(connection, table):
        for row in rows:
            found.add(dict(row))
    return found
