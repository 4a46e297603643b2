"""`rag-ingest check`: find faults of the data folder, and repair them."""

import argparse
import sys
from collections.abc import Iterable
from contextlib import closing, suppress

from sqlalchemy import func, select

from ingest.blobs import open_blobs
from ingest.convert import confinement
from ingest.corpus import open_corpus
from ingest.counted import counted
from ingest.data_folder import ACCESS, ANSWERS, RECORDS, check_there, hold
from ingest.errors import StorageFailed
from ingest.index.backend import ChunkStore
from ingest.printable import printable
from ingest.records import schema, sqlite
from ingest.records.database import Database, open_database
from ingest.settings import Settings
from ingest.upkeep.check import Finding, damaged_databases, findings, findings_of_records


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Returns 1 if there are faults that were not repaired."""
    folder = settings.data_dir
    report = _Report(arguments.repair)
    if settings.database_url is None:  # else it may have nothing of its own
        check_there(folder)
    _tell_sandbox(settings)
    with hold(folder) as was_killed:
        if was_killed:
            sqlite.tell_lost_log(folder / RECORDS)
        report.tell(damaged_databases(folder, has_records=settings.database_url is None))
    unusable = {finding.database.name for finding in report.left if finding.database} - {ANSWERS, ACCESS}
    if RECORDS in unusable:
        print(f"The files and their chunks cannot be checked without {RECORDS}.")
        return 1
    if not unusable:
        try:
            with open_corpus(settings) as corpus:
                report.tell(findings(corpus))
                report.sum_up(corpus.database, corpus.index.store)
                return 1 if report.left else 0
        except StorageFailed as error:
            report.tell([Finding(error.message)])
    with hold(folder), suppress(StorageFailed), closing(open_database(settings)) as database:
        report.tell(findings_of_records(database, open_blobs(settings)))
        report.sum_up(database)
    print("The rest cannot be checked before that is repaired.")
    return 1


class _Report:
    """How many faults there were, and those that are `left`."""

    def __init__(self, repair: bool) -> None:
        self.left: list[Finding] = []
        self._repair = repair
        self._wrong = 0

    def tell(self, found: Iterable[Finding]) -> None:
        """Print each fault, and repair it if asked."""
        for finding in found:
            self._wrong += 1
            if self._is_repaired(finding):
                print(printable(f"repaired  {finding.what}"))
            else:
                self.left.append(finding)
                print(printable(f"wrong     {finding.what}. {finding.remedy}".rstrip(". ") + "."))

    def sum_up(self, database: Database, chunks: ChunkStore | None = None) -> None:
        with database.read() as connection:
            files = connection.scalar(select(func.count()).select_from(schema.files))
        wrong, left = self._wrong, len(self.left)
        print(f"{counted(files or 0, 'file')}, ", end="")
        print(f"{counted(chunks.count_documents(), 'chunk')}: " if chunks else "", end="")
        told = f"{counted(wrong, 'fault')}, {wrong - left:,} repaired, {left:,} left"
        print(told if wrong else "all is well")

    def _is_repaired(self, finding: Finding) -> bool:
        if not self._repair or not finding.repair:
            return False
        try:
            finding.repair()
        except (OSError, StorageFailed) as error:
            print(printable(f"What follows could not be repaired: {error}"))
            return False
        return not finding.remedy


def _tell_sandbox(settings: Settings) -> None:
    """It is no fault of the folder, and nothing to repair."""
    if settings.sandbox == "off":
        print("By RAG_SANDBOX=off, the processes that read files are not confined.", file=sys.stderr)
    elif lacking := confinement.missing():
        print(f"{confinement.advice(lacking)}.", file=sys.stderr)
