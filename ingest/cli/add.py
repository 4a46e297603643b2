"""Ingest files: single ones, all in folders, those that match patterns, and those within ZIP and TAR archives.

Run again, it goes on where it stopped, and passes over what has not changed since. In folders it also passes over what
is hidden, node_modules and __pycache__, and counts as skipped what is of no supported kind.
"""

import argparse
import threading
from collections.abc import Iterator

from ingest.bulk.gather import FROM_STANDARD_INPUT
from ingest.bulk.load import Load, Plan
from ingest.cli.bulk import attributes_of, common_arguments, open_gathering, open_report, open_target
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, folder, archive or 'glob/**/*.md'; - reads a list of paths",
    )
    parser.add_argument(
        "--store", default=DEFAULT_STORE, help="the id or name of the store to put them into, made if no store has it"
    )
    common_arguments(parser)


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    plan = Plan(attributes_of(arguments))
    items = open_gathering(settings, arguments).all(arguments.paths)
    countable = FROM_STANDARD_INPUT not in arguments.paths  # that can be read only once

    def count() -> Iterator[object]:
        return open_gathering(settings, arguments, into_archives=False).all(arguments.paths)

    stopping = threading.Event()
    with (
        open_target(settings, arguments, stopping) as target,
        open_report(arguments, count if countable else None) as report,
    ):
        Load(target, report, plan, stopping).run(items)
    return 1 if report.counts["failed"] else 0
