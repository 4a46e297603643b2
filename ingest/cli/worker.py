"""`rag-ingest worker`: a process that only ingests, for all projects."""

import argparse
import logging
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

from ingest.corpus import BY_SETTINGS, Corpus, Parts, open_corpus
from ingest.errors import FolderInUse, IngestError, StorageFailed
from ingest.projects import DEFAULT, Projects, name_of
from ingest.records.projects import open_projects
from ingest.settings import Settings

LOOK_AGAIN_S = 5.0  # for projects that are new or gone

logger = logging.getLogger(__name__)


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C. What is being read then may end within a worker's grace; else it goes back into the
    queue."""
    logging.getLogger("ingest").setLevel(logging.INFO)
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    try:
        with open_projects(settings) as known, _working(settings) as first, ExitStack() as at_end:
            others: dict[str, ExitStack] = {}
            at_end.callback(_close_all, others)
            logger.info("ingesting what is uploaded")
            while not stopping.is_set():
                _follow(others, known, settings, first.shared)
                stopping.wait(LOOK_AGAIN_S)
    except FolderInUse as error:
        raise FolderInUse(
            f"{error.message} If that is the server, it ingests by itself: only with a database that several processes "
            "can use (RAG_DATABASE_URL) are there workers beside it."
        ) from None
    return 0


@contextmanager
def _working(settings: Settings, parts: Parts = BY_SETTINGS) -> Iterator[Corpus]:
    with open_corpus(settings, parts, searched=False) as corpus:
        corpus.worker.start()
        try:
            yield corpus
        finally:
            corpus.worker.stop()


def _follow(opened: dict[str, ExitStack], known: Projects, settings: Settings, shared: Parts) -> None:
    """Open the projects that are new, and close those that are gone."""
    try:
        present = set(known.ids()) - {DEFAULT}
    except StorageFailed as error:
        logger.error("it cannot be told which projects there are now: %s", error)
        return
    for project in opened.keys() - present:
        _close(opened.pop(project))
    for project in present - opened.keys():
        with ExitStack() as opening:
            try:
                opening.enter_context(_working(settings.of_project(project), shared))
            except IngestError as error:
                logger.error("the project %s cannot be opened now: %s", name_of(project), error)
            else:
                opened[project] = opening.pop_all()


def _close(opened: ExitStack) -> None:
    with suppress(StorageFailed):  # what it was in may be gone
        opened.close()


def _close_all(opened: dict[str, ExitStack]) -> None:
    """At a time, as each may take its grace."""
    if opened:
        with ThreadPoolExecutor(len(opened)) as pool:
            list(pool.map(_close, opened.values()))
