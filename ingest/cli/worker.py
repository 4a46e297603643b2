"""`rag-ingest worker`: a process that only ingests, for all projects."""

import argparse
import logging
import signal
import threading
from functools import partial

from ingest.corpus import BY_SETTINGS, Parts
from ingest.errors import FolderInUse
from ingest.records.projects import open_projects
from ingest.settings import Settings
from ingest.working import OtherProjects, working

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
        work(settings, stopping)
    except FolderInUse as error:
        raise FolderInUse(
            f"{error.message} If that is the server, it ingests by itself: only with a database that several processes "
            "can use (RAG_DATABASE_URL) are there workers beside it."
        ) from None
    return 0


def work(settings: Settings, stopping: threading.Event, parts: Parts = BY_SETTINGS) -> None:
    """Ingest what is uploaded to any project, until told to stop. Raises `FolderInUse`, `StorageFailed` and
    `Invalid`."""
    opened = partial(working, searched=False)
    with (
        open_projects(settings) as known,
        opened(settings, parts) as first,
        OtherProjects(settings, known, first.shared, opened) as others,
    ):
        logger.info("ingesting what is uploaded")
        while not stopping.is_set():
            others.follow()
            stopping.wait(LOOK_AGAIN_S)
