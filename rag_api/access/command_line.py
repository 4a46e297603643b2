"""What `rag-api keys` and `rag-api projects` do, also while a server runs."""

import argparse
import os
import sys
from datetime import UTC, datetime
from urllib.parse import quote

from ingest import projects
from ingest.counted import counted
from ingest.data_folder import PRIVATE
from ingest.errors import IngestError, Invalid, StorageFailed
from ingest.records import storage
from ingest.records.projects import open_projects
from ingest.records.storage import Quotas
from ingest.settings import Settings, load
from rag_api.access.audit import Entry
from rag_api.access.commands import ANY
from rag_api.access.database import Access, open_access
from rag_api.access.keys import Key, KeyLimits, check_name
from rag_api.access.scopes import Scope

MB = 1 << 20
PROJECT = "{:28} {:>6}  {:20} {}"
LINE = "{:28} {:12}  {:20} {:6} {:16} {:16} {}"


def run(arguments: argparse.Namespace) -> None:
    """Do what was asked; exits with a sentence if it cannot be done."""
    os.umask(PRIVATE)
    try:
        given = {"data_dir": arguments.data_dir} if arguments.data_dir else {}
        COMMANDS[arguments.command](load(Settings, {"data_dir": "--data-dir"}, **given), arguments)
    except IngestError as error:
        sys.exit(f"rag-api: {error}")


def create_key(settings: Settings, arguments: argparse.Namespace) -> None:
    check_name(arguments.name)  # before there is a project for it
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with open_access(settings) as access:
        known = access.projects.ids()
        project = access.projects.make(arguments.project)
        key, secret = access.keys.create(
            project,
            Scope(arguments.scope),
            arguments.name,
            requests_per_minute=arguments.requests_per_minute,
            tokens_per_minute=arguments.tokens_per_minute,
        )
    made = f"The project {arguments.project!r} is new. " if project not in known else ""
    told = f"This key ({key.scope}, project {arguments.project!r}) is not shown again; the server takes it from now on:"
    print(f"{made}{told}", file=sys.stderr)
    print(secret)


def list_keys(settings: Settings, arguments: argparse.Namespace) -> None:
    with open_access(settings) as access:
        found = access.keys.list(_project(access, arguments))
    if not found:
        print("There are no keys: `rag-api keys create` makes one.")
        return
    print(LINE.format("id", "begins", "project", "scope", "made", "last used", "name"))
    for key in found:
        print(_line(key).rstrip())


def _project(access: Access, arguments: argparse.Namespace) -> str | None:
    return projects.find(access.projects, arguments.project) if arguments.project else None


def _line(key: Key) -> str:
    limits = {"request": key.requests_per_minute, "token": key.tokens_per_minute}
    told = [f"{counted(limit, unit)} a minute" for unit, limit in limits.items() if limit]
    requests, tokens = key.used_today
    told += [f"today {counted(requests, 'request')}, {counted(tokens, 'token')}"] if requests else []
    told += [f"revoked {_time(key.revoked_at)}"] if key.revoked_at else []
    name = f"{key.name} ({', '.join(told)})" if told else key.name
    used = _time(key.last_used_at) if key.last_used_at else "never"
    return LINE.format(
        key.id, key.beginning, projects.name_of(key.project), key.scope, _time(key.created_at), used, name
    )


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def limit_key(settings: Settings, arguments: argparse.Namespace) -> None:
    limits: KeyLimits = {}
    if arguments.requests_per_minute is not None:
        limits["requests_per_minute"] = _or_none(arguments.requests_per_minute)
    if arguments.tokens_per_minute is not None:
        limits["tokens_per_minute"] = _or_none(arguments.tokens_per_minute)
    if not limits:
        raise Invalid(
            "Say what it may use: --requests-per-minute N, --tokens-per-minute N, or 'any' in the place of N."
        )
    with open_access(settings) as access:
        print(_line(access.keys.change(access.keys.named(arguments.key).id, **limits)).rstrip())


def _or_none(number: int) -> int | None:
    return None if number == ANY else number


def revoke_key(settings: Settings, arguments: argparse.Namespace) -> None:
    with open_access(settings) as access:
        key = access.keys.revoke(arguments.key)
    project = projects.name_of(key.project)
    print(f"{key.beginning}... of the project {project!r} is revoked; the server takes it for a second more.")


def list_projects(settings: Settings, arguments: argparse.Namespace) -> None:
    with open_access(settings) as access:
        usable, known = access.keys.usable(), access.projects.ids()
    print(PROJECT.format("name", "keys", "files", "MB"))
    for project in known:
        try:
            kept = storage.storage_in(settings.of_project(project))
            files = f"{kept.files:,}{_of(kept.max_files)}"
            megabytes = f"{kept.bytes / MB:,.1f}{_of(kept.max_bytes and kept.max_bytes // MB)}"
        except StorageFailed as error:  # which should not keep the others from being shown
            files, megabytes = "?", f"?  ({error.message})"
        print(PROJECT.format(projects.name_of(project), usable.get(project, 0), files, megabytes).rstrip())


def _of(quota: int | None) -> str:
    return "" if quota is None else f" of {quota:,}"


def limit_project(settings: Settings, arguments: argparse.Namespace) -> None:
    quotas: Quotas = {}
    if arguments.max_files is not None:
        quotas["max_files"] = _or_none(arguments.max_files)
    if arguments.max_mb is not None:
        quotas["max_bytes"] = None if arguments.max_mb == ANY else arguments.max_mb * MB
    if not quotas:
        raise Invalid("Say how much it may keep: --max-files N, --max-mb N, or 'any' in the place of N.")
    with open_projects(settings) as known:
        project = projects.find(known, arguments.project)
    storage.limit(settings.of_project(project), **quotas)


def delete_project(settings: Settings, arguments: argparse.Namespace) -> None:
    name = arguments.project
    with open_projects(settings) as known:
        project = projects.find(known, name)
    question = f"Delete all files, stores and answers of {name!r}, and its keys? (yes/no) "
    if project == projects.DEFAULT:
        raise projects.is_the_folder()
    if not arguments.yes and _answer(question) != "yes":
        sys.exit("rag-api: nothing was deleted.")
    with open_access(settings) as access:
        access.delete_project(settings, project)
    print(f"The project {name!r} is deleted.")


def _answer(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        raise Invalid("Nobody is there to answer: add --yes.") from None


def show_audit(settings: Settings, arguments: argparse.Namespace) -> None:
    with open_access(settings) as access:
        entries = access.audit.list(project=_project(access, arguments), limit=arguments.limit)
    for entry in reversed(entries):
        print(_audit_line(entry))


def _audit_line(entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    done = f"{entry.status} {entry.method} {quote(entry.path)}"
    return f"{at}  {entry.key_id:28}  {projects.name_of(entry.project)}  {entry.address}  {entry.request_id}  {done}"


COMMANDS = {
    "keys create": create_key,
    "keys list": list_keys,
    "keys limit": limit_key,
    "keys revoke": revoke_key,
    "projects list": list_projects,
    "projects limit": limit_project,
    "projects delete": delete_project,
    "audit": show_audit,
}
