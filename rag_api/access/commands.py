"""The commands `rag-api keys`, `projects` and `audit`, for people.

What they do is in `command_line`: importing that takes a second, which help can do without.
"""

import argparse
from typing import TypeAlias

from ingest.projects import DEFAULT
from rag_api.access.scopes import Scope

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands) -> None:
    """Add them to the parser of `rag-api`."""
    keys = commands.add_parser("keys", help="make, list, limit and revoke the keys of clients").add_subparsers(
        required=True
    )
    create = _command(keys, "keys", "create", "Make a key, and print it; it is not shown again.")
    create.add_argument("--project", default=DEFAULT, help="which one it is for, made if there is none such")
    create.add_argument(
        "--scope",
        default=Scope.WRITE,
        choices=[scope.value for scope in Scope],
        help="read: ask and search; write: upload and delete, too (the default); admin: all else, as keys and projects",
    )
    create.add_argument("--name", default="", help="whose it is, or what for")
    create.add_argument("--requests-per-minute", type=_count, metavar="N", help="how many it may send; any without")
    create.add_argument(
        "--tokens-per-minute", type=_count, metavar="N", help="how many it may have the language model use; any without"
    )
    listing = _command(keys, "keys", "list", "All keys, by their first characters.")
    listing.add_argument("--project", help="only those of one project")
    limited = _command(keys, "keys", "limit", "Set other limits of a key, which hold from the next second on.")
    limited.add_argument("key", metavar="KEY", help="its id or its first characters, as `list` shows them")
    for unit in ("requests", "tokens"):
        limited.add_argument(f"--{unit}-per-minute", type=_limit, metavar="N", help="how many; 'any' lifts the limit")
    revoke = _command(keys, "keys", "revoke", "Let nobody use a key any more.")
    revoke.add_argument("key", metavar="KEY", help="its id or its first characters, as `list` shows them")
    ours = commands.add_parser("projects", help="list, limit and delete projects").add_subparsers(required=True)
    _command(ours, "projects", "list", "All projects, with what they keep and may keep.")
    limit = _command(ours, "projects", "limit", "Set how much a project may keep; what it keeps already stays.")
    limit.add_argument("project", metavar="NAME")
    limit.add_argument("--max-files", type=_quota, metavar="N", help="how many files; 'any' lifts the quota")
    limit.add_argument(
        "--max-mb",
        type=_quota,
        metavar="N",
        help="how many megabytes of files (of 1,048,576 bytes); 'any' likewise",
    )
    delete = _command(ours, "projects", "delete", "Delete everything of a project, its keys included.")
    delete.add_argument("project", metavar="NAME")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    audit = _command(commands, "", "audit", "Who changed what, and when, in the last ninety days.")
    audit.add_argument("--project", help="only in one project")
    audit.add_argument("--limit", type=_count, default=1000, metavar="N", help="the newest N (1000)")


def _command(commands: Commands, group: str, name: str, told: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=told, description=told)
    parser.add_argument("--data-dir", metavar="DIR", help="the data folder of the server (RAG_DATA_DIR)")
    parser.set_defaults(command=f"{group} {name}".strip())
    return parser


ANY = -1


def _limit(argument: str) -> int:
    return ANY if argument == "any" else _count(argument)


def _quota(argument: str) -> int:
    if argument == "any":
        return ANY
    if not argument.isdecimal() or int(argument) >= 1 << 43:
        raise argparse.ArgumentTypeError(f"{argument!r} is not a whole number, nor 'any'")
    return int(argument)


def _count(argument: str) -> int:
    if not argument.isdecimal() or not 0 < int(argument) < 1 << 31:
        raise argparse.ArgumentTypeError(f"{argument!r} is not a whole number above 0")
    return int(argument)
