"""`rag-ingest`: put documents into a store, of the data folder or of a running server, and look after it."""

import argparse
import gc
import logging
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from ingest.errors import IngestError
from ingest.settings import Settings, load

COMMANDS = ["add", "sync", "status", "check", "reindex", "backup", "restore"]
"""Each a module here, whose docstring is its help, with `arguments(parser)` and `run(settings, arguments)`, which
returns the exit code."""


def main() -> None:
    # Most commands take a second to import, so only the one that is named is; and what is imported stays, so that to
    # look through it for garbage, at every 700 objects, is for nothing.
    gc.set_threshold(50_000)
    arguments = _parser([name for name in COMMANDS if name in sys.argv[1:2]] or COMMANDS).parse_args()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        sys.exit(arguments.run(load(Settings), arguments))
    except IngestError as error:
        sys.exit(f"rag-ingest: {error}")
    except KeyboardInterrupt:
        print(
            "\nrag-ingest: stopped. What was taken in is safe, and is ingested by the server or at the next start; "
            "run the same command again to go on.",
            file=sys.stderr,
        )
        sys.exit(128 + signal.SIGINT)
    finally:
        gc.freeze()  # all goes with the process: to look through it for garbage once more takes part of a second


def _parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag-ingest", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in names:
        command = import_module(f"ingest.cli.{name}")
        help = str(command.__doc__).strip()
        subparser = commands.add_parser(name, help=help.partition("\n")[0], description=help)
        command.arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser
