"""`rag-ingest check`: find faults of the data folder, and repair them."""

import argparse
import sys
from collections.abc import Iterable

from sqlalchemy import func, select

from ingest.convert import confinement
from ingest.corpus import open_corpus
from ingest.data_folder import check_there, hold
from ingest.records import schema
from ingest.settings import Settings
from ingest.upkeep.check import Finding, damaged_databases, findings


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Returns 1 if there are faults that were not repaired."""
    check_there(settings.data_dir)
    _tell_sandbox(settings)
    with hold(settings.data_dir):
        wrong, left = _tell(damaged_databases(settings.data_dir), arguments.repair)
    if left:
        print("The rest cannot be checked before that is repaired.")
        return 1
    with open_corpus(settings) as corpus:
        more_wrong, left = _tell(findings(corpus), arguments.repair)
        with corpus.database.read() as connection:
            files = connection.scalar(select(func.count()).select_from(schema.files))
        print(f"{files:,} files, {corpus.index.store.count_documents():,} chunks: ", end="")
    wrong += more_wrong
    print(f"{wrong} faults, {wrong - left} of them repaired, {left} left" if wrong else "all is well")
    return 1 if left else 0


def _tell_sandbox(settings: Settings) -> None:
    """It is no fault of the folder, and nothing to repair."""
    if settings.sandbox == "off":
        print("By RAG_SANDBOX=off, the processes that read files are not confined.", file=sys.stderr)
    elif lacking := confinement.missing():
        print(f"{confinement.advice(lacking)}.", file=sys.stderr)


def _tell(found: Iterable[Finding], repair: bool) -> tuple[int, int]:
    """Print each fault, and repair it if asked; returns how many there were, and how many are left."""
    wrong = left = 0
    for finding in found:
        wrong += 1
        if repair and finding.repair:
            finding.repair()
        if repair and finding.repair and not finding.remedy:
            print(f"repaired  {finding.what}")
        else:
            left += 1
            print(f"wrong     {finding.what}. {finding.remedy}".rstrip(". ") + ".")
    return wrong, left
