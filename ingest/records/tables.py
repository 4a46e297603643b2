"""What tables are made of in each database: numbers beyond 2^31, keys that are never used again, indexes on some rows
only, texts in JSON, and triggers."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

BIG = BigInteger().with_variant(Integer, "sqlite")
"""For a number that may grow beyond 2^31. SQLite's INTEGER does, and its keys count up by themselves in no other
type."""

NEVER_TWICE: dict[str, Any] = {"sqlite_autoincrement": True}
"""For a table whose keys are never used again, not even after its last row was deleted. PostgreSQL does so unasked."""

NOT_COPIED: dict[str, Any] = {"info": {"copied": False}}
"""For a table that tells what processes are doing now, or that triggers fill: a copy of the records is made without
it."""


def only_where(condition: str) -> dict[str, Any]:
    """For an index on these rows only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def total(column: ColumnElement[int]) -> ColumnElement[int]:
    """The sum, 0 of no rows. PostgreSQL's own of large numbers has another type, which Python knows as a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BIG)


class json_each(GenericFunction[Any]):
    """A row for each member of an object in JSON, with its `key` and, if that is a text, its `value`."""

    inherit_cache = True


@compiles(json_each, "postgresql")
def _json_each_text(element: json_each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each_text({compiler.process(element.clauses, **options)})"


def trigger(dialect: str, name: str, happens: str, table: str, statements: str) -> list[str]:
    """What makes a trigger that runs these statements for each row of the table to which it `happens`, as in `INSERT`;
    they know the row as `new` and `old`, and end in semicolons."""
    if dialect == "postgresql":
        return [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statements} RETURN NULL; END $$",
            f"CREATE TRIGGER {name} AFTER {happens} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
    return [f"CREATE TRIGGER {name} AFTER {happens} ON {table} BEGIN {statements} END"]
