"""`rag-ingest`: put documents into a store, in the data folder or on a running server, and look after them."""

import argparse
import gc
import io
import logging
import os
import signal
import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ingest import projects
from ingest.cli.commands import COMMANDS, data_dir
from ingest.closed_output import quiet_when_closed
from ingest.data_folder import PRIVATE, RECORDS
from ingest.errors import IngestError
from ingest.printable import LineFormatter, printable, printable_lines
from ingest.version import installed_version

if TYPE_CHECKING:
    from ingest.settings import Settings

GOES_ON = (
    "What was taken in is safe, and is ingested by the server or at the next start; "
    "run the same command again to go on."
)
STOPPED = {  # what Ctrl-C means for what the command had begun
    "add": GOES_ON,
    "sync": GOES_ON,
    "status": "",
    "check": "Not all was checked; what it said was repaired is.",
    "reindex": "What is found is what was found before; the next start or the same command again goes on.",
    "migrate": "What was migrated stays so; run the same command again to go on.",
    "backup": "The backup that was there before still counts; run the same command again to go on.",
    "copy": "Until it is complete, no server starts where it was copied to; run the same command again to go on.",
    "worker": "",
    "restore": "Until it is complete, no server starts there; run the same command again to go on.",
}

OF_ALL_PROJECTS = ("check", "reindex", "migrate")


def main() -> None:
    os.umask(PRIVATE)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may have letters that its encoding lacks
    gc.set_threshold(50_000)  # imports stay: looking through them at every 700 objects is a waste
    with quiet_when_closed():
        arguments = parser().parse_args()
    try:
        with quiet_when_closed():
            sys.exit(_main(arguments))
    except IngestError as error:
        sys.exit(f"rag-ingest: {printable_lines(str(error))}")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        sys.exit(printable(f"rag-ingest: {error.strerror or error}{where}."))
    except KeyboardInterrupt:
        print(f"\nrag-ingest: stopped. {STOPPED[arguments.command]}".rstrip(), file=sys.stderr)
        sys.exit(128 + signal.SIGINT)
    finally:
        gc.freeze()  # at the end, one more collection would take part of a second


def _main(arguments: argparse.Namespace) -> int:
    from ingest.settings import Settings, load

    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_is_no_interruption)
    logging.basicConfig(level="WARNING", handlers=[handler])
    # An empty option sets nothing, like an empty variable.
    given = {"data_dir": folder} if (folder := vars(arguments).get("data_dir")) else {}
    code: int = arguments.run(load(Settings, **given), arguments)
    return code


def _is_no_interruption(record: logging.LogRecord) -> bool:
    """Ctrl-C may come while a library gives something back, which then tells of it as of a fault."""
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag-ingest",
        description=__doc__,
        epilog="All settings are environment variables, or lines of a file .env in the current folder; .env.example "
        "has every one with a sentence.",
    )
    data_dir(parser)
    parser.add_argument("--version", action="version", version=f"rag-ingest {installed_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        help = str(command.__doc__)
        subparser = commands.add_parser(command.__name__, help=help.partition("\n")[0], description=help)
        command(subparser)
        data_dir(subparser)
        subparser.set_defaults(command=command.__name__, run=partial(_run, command.__name__))
    return parser


def _run(name: str, settings: "Settings", arguments: argparse.Namespace) -> int:
    """Run a command: its module has `run(settings, arguments)`, which returns the exit code or raises `IngestError`."""
    from ingest.records.projects import open_projects

    codes = []
    with open_projects(settings) as known:
        chosen = _projects(known, settings, name, arguments)
    for project in chosen:
        if project != projects.DEFAULT:
            print(f"project {projects.name_of(project)}:", file=sys.stderr)
        code: int = import_module(f"ingest.cli.{name}").run(settings.of_project(project), arguments)
        codes.append(code)
    return max(codes)


def _projects(known: projects.Projects, settings: "Settings", name: str, arguments: argparse.Namespace) -> list[str]:
    """What a command is for: all projects if it looks after the whole folder, else one."""
    if named := vars(arguments).get("project"):
        return [projects.find(known, named)]
    if name not in OF_ALL_PROJECTS:
        return [projects.DEFAULT]
    return [each for each in known.ids() if each == projects.DEFAULT or _is_used(settings, each)]


def _is_used(settings: "Settings", project: str) -> bool:
    return settings.database_url is not None or (settings.of_project(project).data_dir / RECORDS).exists()
