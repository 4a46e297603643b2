"""Which converters have read the files here, and what older ones have read."""

import logging
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select

from ingest.convert import CONVERTERS, PICTURES
from ingest.convert.steps import named
from ingest.counted import counted
from ingest.records import schema
from ingest.records.database import Database
from ingest.records.store_files import State

logger = logging.getLogger(__name__)

CONVERTERS_HERE = {format.converter for format in (CONVERTERS | PICTURES).values()}
SHOWN = 5  # at most so many are named in one sentence

_rows = schema.store_files.c


def files_by_converter(database: Database) -> Counter[str]:
    """How many files that can be found each converter has read. Libraries are left out: a converter with another
    version of one is the same."""
    # The state is looked at here, as SQLite would rather find all rows of a state than use the index by converter.
    query = select(_rows.converter, _rows.state, func.count()).where(_rows.converter.is_not(None))
    files: Counter[str] = Counter()
    with database.read() as connection:
        for converter, state, number in connection.execute(query.group_by(_rows.converter, _rows.state)):
            if state == State.DONE:
                files[converter.partition(" (")[0]] += number
    return files


def outdated(database: Database, steps: str = "") -> Counter[str]:
    """The same of those that are not in use any more: other converters, or other steps after them than this version of
    them."""
    current = {named(each, steps) for each in CONVERTERS_HERE}
    return Counter({name: files for name, files in files_by_converter(database).items() if name not in current})


def read_by(*converters: str) -> ColumnElement[bool]:
    """The files that any of them has read; without its version, a name stands for all of them."""
    either = [
        (_rows.converter == name) | _rows.converter.startswith(f"{name} ", autoescape=True) for name in converters
    ]
    return or_(*either)


def listed(files: Mapping[str, int]) -> str:
    """As in `docx 1: 7 files, pdf 1: 12 files`."""
    named = [f"{name}: {counted(number, 'file')}" for name, number in sorted(files.items())]
    more = [f"and {len(named) - SHOWN} more"] if len(named) > SHOWN else []
    return ", ".join(named[:SHOWN] + more)


def advice(files: Mapping[str, int]) -> str:
    """What to do about files that are outdated."""
    number = sum(files.values())
    were = "was read by an older converter" if number == 1 else "were read by older converters"
    were += ", or with other steps" if any("/" in name for name in files) else ""
    them = "it" if number == 1 else "them"
    return f"{counted(number, 'file')} {were} ({listed(files)}): rag-ingest reindex --outdated reads {them} again"


def tell_outdated(database: Database, steps: str = "") -> None:
    """Log the advice, if there is any to give."""
    if files := outdated(database, steps):
        logger.warning("%s", advice(files))
