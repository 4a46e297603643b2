"""Work for all projects: a corpus of each, with its worker, opened as projects are made and closed as they are
deleted."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Self

from ingest.corpus import BY_SETTINGS, Corpus, Parts, open_corpus
from ingest.errors import IngestError, StorageFailed
from ingest.projects import DEFAULT, Projects, name_of
from ingest.settings import Settings

logger = logging.getLogger(__name__)


Opened = Callable[[Settings, Parts], AbstractContextManager[Corpus]]


@contextmanager
def working(settings: Settings, parts: Parts = BY_SETTINGS, *, searched: bool = True) -> Iterator[Corpus]:
    """A corpus whose worker runs within the block; `searched` as for `open_corpus`."""
    with open_corpus(settings, parts, searched=searched) as corpus:
        corpus.worker.start()
        try:
            yield corpus
        finally:
            corpus.worker.stop()


class OtherProjects:
    """All projects but `default`. `follow` is to be called now and then."""

    def __init__(self, settings: Settings, known: Projects, shared: Parts, open: Opened) -> None:
        """`shared` are the parts of the corpus of `default` that the others use as well; `open` opens one."""
        self._settings = settings
        self._known = known
        self._shared = shared
        self._open = open
        self._opened: dict[str, ExitStack] = {}

    def follow(self) -> None:
        """Open the projects that are new, and close those that are gone."""
        try:
            present = set(self._known.ids()) - {DEFAULT}
        except StorageFailed as error:
            logger.error("it cannot be told which projects there are now: %s", error)
            return
        for project in self._opened.keys() - present:
            _close(self._opened.pop(project))
        for project in present - self._opened.keys():
            with ExitStack() as opening:
                try:
                    opening.enter_context(self._open(self._settings.of_project(project), self._shared))
                except IngestError as error:
                    logger.error("the project %s cannot be opened now: %s", name_of(project), error)
                else:
                    self._opened[project] = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """At a time, as each may take its grace."""
        if self._opened:
            with ThreadPoolExecutor(len(self._opened)) as pool:
                list(pool.map(_close, self._opened.values()))


def _close(opened: ExitStack) -> None:
    with suppress(StorageFailed):  # what it was in may be gone
        opened.close()
