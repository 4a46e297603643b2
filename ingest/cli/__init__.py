"""`rag-ingest`: put documents into the data folder without a server, and look after it."""

import argparse
import logging
import sys
from importlib import import_module

from ingest.errors import IngestError
from ingest.settings import Settings, load

COMMANDS = ["add", "status", "reindex"]
"""Each a module here, whose docstring is its help, with `arguments(parser)` and `run(settings, arguments)`, which
returns the exit code."""


def main() -> None:
    arguments = _parser().parse_args()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        sys.exit(arguments.run(load(Settings), arguments))
    except IngestError as error:
        sys.exit(f"rag-ingest: {error}")
    except KeyboardInterrupt:
        sys.exit("rag-ingest: stopped; what was taken in is kept, and the rest of it is ingested at the next start.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag-ingest", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        command = import_module(f"ingest.cli.{name}")
        help = str(command.__doc__).strip()
        subparser = commands.add_parser(name, help=help.partition("\n")[0], description=help)
        command.arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser
