"""The commands of `rag-ingest`: for each a function of its name, whose docstring is its help.

What a command does is in the module of the same name. Importing that takes a second, which help can do without.
"""

import argparse
from pathlib import Path

from ingest.projects import DEFAULT


def add(parser: argparse.ArgumentParser) -> None:
    """Ingest files: single ones, those in folders, those that match patterns, and those in ZIP and TAR archives.

    Run again, it goes on where it stopped, and ignores what has not changed since. In folders it also ignores hidden
    files, node_modules and __pycache__; files of unsupported kinds are counted as skipped.
    """
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, folder, archive or 'glob/**/*.md'; - reads a list of paths",
    )
    parser.add_argument(
        "--store",
        help="the id or name of the store to put them into, made if no store has it; the default one without",
    )
    parser.add_argument(
        "-0",
        "--null",
        action="store_true",
        help="the list that - reads has a NUL after each path, as find -print0 writes it: a name may hold line ends",
    )
    _of_files(parser)
    _of_server(parser)
    _of_project(parser)


def sync(parser: argparse.ArgumentParser) -> None:
    """Make a store mirror a folder: new, changed, moved and deleted files become so in the store.

    What was put into the store from elsewhere stays. A file that was moved is not ingested again, unless its name
    changed, since it is cited by name.
    """
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--store", required=True, help="the id or name of the store, made if no store has it")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--watch", action="store_true", help="then wait for changes and follow them, until Ctrl-C")
    parser.add_argument("--allow-empty", action="store_true", help="delete all when the folder is empty")
    _of_files(parser)
    _of_server(parser)
    _of_project(parser)


def status(parser: argparse.ArgumentParser) -> None:
    """How many files each store has, and how far they are; for one store, also which files failed, and why."""
    parser.add_argument("store", nargs="?", metavar="STORE", help="the id or name of a store; all if none is named")
    _of_server(parser)
    _of_project(parser)


def check(parser: argparse.ArgumentParser) -> None:
    """Check the data folder: databases, files, chunks and index, each against the others.

    What every start repairs is repaired first, such as an index that lags behind its rows. Every byte is read, which
    takes as long as the disk needs.
    """
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    _of_project(parser, "all")


def reindex(parser: argparse.ArgumentParser) -> None:
    """Rebuild the index from the chunks; or, with --outdated or --converter, the chunks of some files from their bytes.

    These files are ingested again; until a file is done, it is found as it was.
    """
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--outdated", action="store_true", help="ingest again what older converters read")
    which.add_argument(
        "--converter",
        metavar="NAME",
        help="ingest again what this converter read, as in pdf or 'docx 1'",
    )
    _of_project(parser, "all")


def backup(parser: argparse.ArgumentParser) -> None:
    """Copy the data folder, even while a server works in it; a second time, only what is new."""
    parser.add_argument("destination", type=Path, metavar="DEST", help="the folder of the backup, new or to be renewed")


def restore(parser: argparse.ArgumentParser) -> None:
    """Make the data folder, which must be empty, from a backup."""
    parser.add_argument("source", type=Path, metavar="SRC", help="the folder of the backup")


def migrate(parser: argparse.ArgumentParser) -> None:
    """Bring the tables of all projects up to date, as every start does with those that it opens.

    Where the records are in PostgreSQL, servers of this version and of the one before work on while it runs.
    """


def copy(parser: argparse.ArgumentParser) -> None:
    """Copy all there is, of all projects, from a data folder to the engines that servers share, or back.

    Each place is a data folder, or a file like .env with the settings of an installation. Nobody else may use either
    meanwhile; the target is empty, or where this command was interrupted: then it goes on. Until all is there and was
    compared, no server starts at the target.
    """
    parser.add_argument("--from", dest="source", required=True, metavar="PLACE", help="what is to be copied")
    parser.add_argument("--to", dest="target", required=True, metavar="PLACE", help="where to")


def worker(parser: argparse.ArgumentParser) -> None:
    """Ingest what is uploaded, in a process that does nothing else, until it is told to stop.

    Any number of them may run beside servers, on this machine and others, with a database that several processes can
    use; a server whose RAG_WORKER is off leaves all files to them.
    """


COMMANDS = [add, sync, status, check, reindex, backup, restore, copy, worker, migrate]


def data_dir(parser: argparse.ArgumentParser) -> None:
    # It may come before or after the command, so neither parser sets a default.
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the folder that holds everything that was uploaded, and the index (RAG_DATA_DIR; data/store by default)",
    )


def _of_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        type=_attribute,
        metavar="KEY=VALUE",
        help="for every file, to filter searches by; numbers, true and false are taken for what they are; repeatable",
    )
    parser.add_argument(
        "--url-prefix",
        type=_url_prefix,
        metavar="URL",
        help="for the copy of a web site: cite each file by this address and its path below the folder",
    )
    parser.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="GLOB",
        help="take only files like these, as in '*.md' or 'reports/**/*.pdf'; repeatable",
    )
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="leave out files and folders like these; repeatable",
    )
    parser.add_argument(
        "--follow-links", action="store_true", help="take files that are links out of the folder they are in, too"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, the last one a summary")


def _url_prefix(argument: str) -> str:
    from ingest.cli.bulk import url_prefix

    return url_prefix(argument)


def _attribute(argument: str) -> tuple[str, str | float | bool]:
    from ingest.cli.bulk import attribute

    return attribute(argument)


def _of_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="go through the server with this address, as in http://127.0.0.1:8001/v1")
    parser.add_argument(
        "--api-key",
        help="for --url; better set OPENAI_API_KEY, since all users of this machine can see a command's arguments",
    )


def _of_project(parser: argparse.ArgumentParser, otherwise: str = DEFAULT) -> None:
    parser.add_argument("--project", metavar="NAME", help=f"in the documents of this project; {otherwise} without")
