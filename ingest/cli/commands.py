"""What can be typed after `rag-ingest`: for each command a function of its name, whose docstring is its help.

What a command does is in the module of its name. That takes a second to import, and is not needed to say how it is
typed.
"""

import argparse
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """Ingest files: single ones, all in folders, those that match patterns, and those within ZIP and TAR archives.

    Run again, it goes on where it stopped, and passes over what has not changed since. In folders it also passes over
    what is hidden, node_modules and __pycache__, and counts as skipped what is of no supported kind.
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
    _of_files(parser)
    _of_server(parser)


def sync(parser: argparse.ArgumentParser) -> None:
    """Make a store mirror a folder: what is new, changed, moved or deleted there becomes so in the store.

    What was put into the store from elsewhere stays. A file that was moved is not ingested again, unless its name
    changed, by which it is cited.
    """
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--store", required=True, help="the id or name of the store, made if no store has it")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--watch", action="store_true", help="then wait for changes and follow them, until Ctrl-C")
    parser.add_argument("--allow-empty", action="store_true", help="delete all when the folder is empty")
    _of_files(parser)
    _of_server(parser)


def status(parser: argparse.ArgumentParser) -> None:
    """How many files each store has, and how far they have got; or of one store, also which failed, and why."""
    parser.add_argument("store", nargs="?", metavar="STORE", help="the id or name of a store; all if none is named")
    _of_server(parser)


def check(parser: argparse.ArgumentParser) -> None:
    """Look whether the data folder is sound: databases, files, chunks and index, each against the others.

    What mends itself at every start is mended first, such as an index that is behind its rows. Every byte is read,
    which takes as long as the disk needs.
    """
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")


def reindex(parser: argparse.ArgumentParser) -> None:
    """Build the index anew from the chunks; or, with --converter, the chunks of some files anew from their bytes."""
    parser.add_argument(
        "--converter",
        metavar="NAME",
        help="ingest again what this converter read, as in pypdf or 'pypdf 7.1.0'; until then it is found as it was",
    )


def backup(parser: argparse.ArgumentParser) -> None:
    """Copy the data folder while a server may be at work in it; a second time, only what is new."""
    parser.add_argument("destination", type=Path, metavar="DEST", help="the folder of the backup, new or to be renewed")


def restore(parser: argparse.ArgumentParser) -> None:
    """Make the data folder of a backup; it must be empty."""
    parser.add_argument("source", type=Path, metavar="SRC", help="the folder of the backup")


COMMANDS = [add, sync, status, check, reindex, backup, restore]


def data_dir(parser: argparse.ArgumentParser) -> None:
    # It may stand on either side of the command's name, so neither side says anything when it is not there.
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
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, the last one a summary")


def _attribute(argument: str) -> tuple[str, str | float | bool]:
    from ingest.cli.bulk import attribute

    return attribute(argument)


def _of_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="go through the server with this address, as in http://127.0.0.1:8001/v1")
    parser.add_argument(
        "--api-key",
        help="for --url; better set OPENAI_API_KEY, since all users of this machine can see a command's arguments",
    )
