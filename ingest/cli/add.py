"""`rag-ingest add`: files, folders, patterns and archives into a store."""

import argparse
import threading
from collections.abc import Iterator

from ingest.bulk.gather import FROM_STANDARD_INPUT
from ingest.bulk.load import Load, Plan
from ingest.cli.bulk import attributes_of, open_gathering, open_report, open_target
from ingest.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    plan = Plan(attributes_of(arguments), arguments.url_prefix)
    items = open_gathering(settings, arguments).all(arguments.paths, listed_with_nul=arguments.null)
    countable = FROM_STANDARD_INPUT not in arguments.paths  # standard input can be read only once

    def count() -> Iterator[object]:
        return open_gathering(settings, arguments, into_archives=False).all(arguments.paths)

    stopping = threading.Event()
    with (
        open_target(settings, arguments, stopping) as target,
        open_report(arguments, count if countable else None) as report,
    ):
        Load(target, report, plan, stopping).run(items)
    return 1 if report.counts["failed"] else 0
