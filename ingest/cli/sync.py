"""`rag-ingest sync`: make a store mirror a folder, once or as it changes."""

import argparse
import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from watchfiles import Change, watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from ingest.bulk.gather import is_passed_over, shown
from ingest.bulk.load import Load, Plan
from ingest.bulk.target import Target
from ingest.cli.bulk import attributes_of, open_gathering, open_report, open_target
from ingest.errors import IngestError, Invalid
from ingest.printable import printable_lines
from ingest.settings import Settings

RETRY_S = 10  # until the next try after a fault
TICK_MS = 1000  # until the watch is in place; then a sync finds what changed before
POLL_MS = 10_000  # between two looks through a folder that cannot be watched

# What the system says when it lets no more be watched, and the setting that does.
LIMITS = {"watch limit": "fs.inotify.max_user_watches", "os error 24": "fs.inotify.max_user_instances"}


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.watch and arguments.dry_run:
        raise Invalid("--watch follows what changes, and --dry-run changes nothing: give one of them.")
    _existing(arguments.folder)  # before a store is made for it
    stopping = threading.Event()
    with open_target(settings, arguments, stopping, make_store=not arguments.dry_run) as target:
        failed = _sync(settings, arguments, target, stopping)
        if arguments.watch:
            _follow(settings, arguments, target, stopping)
    return 1 if failed else 0


def _existing(folder: str) -> str:
    """Its path without links. Raises `Invalid`."""
    real = os.path.realpath(folder)
    if not os.path.isdir(real):
        raise Invalid(f"There is no folder {folder!r}: is a disk not mounted? Nothing was changed.")
    return real


def _sync(
    settings: Settings, arguments: argparse.Namespace, target: Target, stopping: threading.Event, again: bool = False
) -> int:
    """Returns how many files failed."""
    folder = _existing(arguments.folder)  # looked up once: files that are not in it are deleted from the store
    plan = Plan(
        attributes_of(arguments),
        arguments.url_prefix,
        mirror=shown(folder),
        allow_empty=arguments.allow_empty,
        dry_run=arguments.dry_run,
    )

    def count() -> Iterator[object]:
        return open_gathering(settings, arguments, into_archives=False).below(folder)

    with _alone(folder), open_report(arguments, count, dry_run=arguments.dry_run, only_news=again) as report:
        Load(target, report, plan, stopping).run(open_gathering(settings, arguments).below(folder))
    return report.counts["failed"]


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Let no other sync of this folder run meanwhile: each would take in what the other has just begun with."""
    with ExitStack() as opened:
        with suppress(OSError):  # not every disk in the network knows locks; and who may not read it is told so later
            held = os.open(folder, os.O_RDONLY)
            opened.callback(os.close, held)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("rag-ingest: waiting for another sync of this folder to end", file=sys.stderr, flush=True)
                fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _follow(settings: Settings, arguments: argparse.Namespace, target: Target, stopping: threading.Event) -> None:
    """Sync whenever something changes. After a fault, watch anew, since the folder may be another one now."""
    folder, data = os.path.realpath(arguments.folder), os.path.realpath(settings.data_dir)

    def counts(change: Change, path: str) -> bool:
        hidden = any(is_passed_over(part) for part in os.path.relpath(path, folder).split(os.sep) if part != ".")
        return not hidden and not path.startswith(f"{data}{os.sep}")

    polling = False
    while True:
        try:
            fresh = True
            for changes in watch(
                folder,
                watch_filter=counts,
                rust_timeout=TICK_MS,
                yield_on_timeout=True,
                force_polling=polling or None,
                poll_delay_ms=POLL_MS,
            ):
                if changes or fresh:
                    _sync(settings, arguments, target, stopping, again=True)
                fresh = False
        except BrokenPipeError:  # nobody reads the output any more
            raise
        except (IngestError, OSError, WatchfilesRustInternalError) as error:
            setting = next((setting for sign, setting in LIMITS.items() if sign in str(error)), None)
            if setting and not polling:
                polling = True
                print(
                    f"rag-ingest: the system lets no more folders be watched: raise {setting}. Until this is started "
                    f"again, {arguments.folder!r} is looked through every {POLL_MS // 1000} seconds.",
                    file=sys.stderr,
                    flush=True,
                )
                continue
            again = f"Trying again in {RETRY_S} seconds."
            print(f"rag-ingest: {printable_lines(str(error))} {again}", file=sys.stderr, flush=True)
            time.sleep(RETRY_S)
