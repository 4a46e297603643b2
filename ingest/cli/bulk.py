"""What `add` and `sync` share: the meaning of their options, the store they fill, and their report."""

import argparse
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from ingest.bulk.gather import Filter, Found, Gathering
from ingest.bulk.origins import MAX_VALUE, RESERVED, Attributes
from ingest.bulk.report import BarReport, JsonReport, Report
from ingest.bulk.target import Stores, Target
from ingest.errors import Invalid
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from ingest.web_address import ATTRIBUTE, web_address

MAX_ATTRIBUTES = 16 - len(RESERVED)
MAX_KEY = 64
NONE_YET = ""  # the id of a store that a dry run does not make
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")  # as in JSON, so 007 is a text


def attribute(argument: str) -> tuple[str, str | float | bool]:
    key, equals, text = argument.partition("=")
    if not equals or not 0 < len(key) <= MAX_KEY or len(text) > MAX_VALUE or key in RESERVED:
        raise argparse.ArgumentTypeError(
            f"{argument!r} is not KEY=VALUE with at most {MAX_KEY} and {MAX_VALUE} characters; "
            f"{' and '.join(sorted(RESERVED))} are taken"
        )
    if text in ("true", "false"):
        return key, text == "true"
    if NUMBER.fullmatch(text):
        number = float(text)
        return key, number if {*".eE"} & {*text} or abs(number) >= 2**63 else int(text)
    return key, text


def attributes_of(arguments: argparse.Namespace) -> Attributes:
    """Raises `Invalid` for too many."""
    attributes = dict(arguments.attribute)
    if arguments.url_prefix and ATTRIBUTE in attributes:
        raise Invalid(f"--url-prefix sets the attribute {ATTRIBUTE!r}: leave out --attribute {ATTRIBUTE}=...")
    given = len(attributes) + bool(arguments.url_prefix)
    if given > MAX_ATTRIBUTES:
        raise Invalid(f"A file has at most {MAX_ATTRIBUTES} attributes; {given} were given.")
    return attributes


def url_prefix(argument: str) -> str:
    address = web_address(argument)
    if not address or not argument.endswith("/") or len(address) > MAX_VALUE:
        raise argparse.ArgumentTypeError(
            f"{argument!r} is no address of a folder on the web: give one such as https://example.org/docs/, which "
            f"ends in a slash, has no password in it and at most {MAX_VALUE} characters"
        )
    return address


def open_gathering(settings: Settings, arguments: argparse.Namespace, *, into_archives: bool = True) -> Gathering:
    filter = Filter(arguments.include, arguments.exclude)
    return Gathering(
        filter, besides=settings.data_dir, into_archives=into_archives, follow_links=arguments.follow_links
    )


@contextmanager
def open_target(
    settings: Settings, arguments: argparse.Namespace, stopping: threading.Event, *, make_store: bool = True
) -> Iterator[Target]:
    """The store with this id or name, which is made if there is none. Raises `IngestError`."""
    wanted = arguments.store or DEFAULT_STORE
    with open_stores(settings, arguments, ingesting=True) as stores:
        store_id = stores.choose(wanted)
        if store_id is None and make_store:
            store_id = _tell_of(stores.add(wanted), wanted)
        yield stores.open(store_id or NONE_YET, stopping)


def open_stores(
    settings: Settings, arguments: argparse.Namespace, *, ingesting: bool
) -> AbstractContextManager[Stores]:
    """The stores of the server that was named, else of the data folder. With `ingesting`, files can be put into them.
    Raises `FolderInUse`."""
    # Importing either takes a second or more, for OpenAI's client or Haystack, and only one is needed.
    if arguments.url and arguments.project:
        raise Invalid("With --url, the key says which project it is: leave out --project.")
    if arguments.url:
        from ingest.bulk import server

        return server.open_stores(arguments.url, arguments.api_key or os.environ.get("OPENAI_API_KEY"))
    from ingest.bulk import data_folder

    return data_folder.open_stores(settings, ingesting=ingesting)


def _tell_of(store_id: str, name: str) -> str:
    print(f"rag-ingest: made the store {name!r}, {store_id}", file=sys.stderr)
    return store_id


@contextmanager
def open_report(
    arguments: argparse.Namespace, count: Callable[[], Iterator[object]] | None, **options: bool
) -> Iterator[Report]:
    """A report that is closed, with its summary, even if the block fails. `count` goes through the files once more, to
    know how many there are."""
    report: Report
    if arguments.json:
        report = JsonReport(**options)
    elif sys.stdout.isatty() and sys.stderr.isatty():
        report = BarReport(_counted(count) if count else lambda: None, **options)
    else:
        report = Report(**options)
    try:
        yield report
    finally:
        report.close()


def _counted(count: Callable[[], Iterator[object]]) -> Callable[[], int | None]:
    """A function that returns their number, once a background thread has counted them; None before."""
    total: list[int] = []

    def run() -> None:
        total.append(sum(isinstance(each, Found) for each in count()))

    threading.Thread(target=run, name="count", daemon=True).start()
    return lambda: total[0] if total else None
