"""Workspaces: what each project has open in this process. One is opened when it is first asked for, and closed again
when too many are idle."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.corpus import Corpus, open_corpus
from ingest.errors import StorageFailed
from ingest.projects import DEFAULT, Folders, Projects
from ingest.work.figures import Figures
from rag_api.answer.answerer import Answerer
from rag_api.history import History, open_history
from rag_api.settings import Settings

MOST_IDLE = 64  # projects that stay open without work: each takes 4 MB, ten threads and fourteen descriptors
TENDED_AFTER_S = 5.0

logger = logging.getLogger(__name__)


class Workspace(NamedTuple):
    corpus: Corpus
    history: History
    answerer: Answerer


@dataclass
class _Place:
    """A project's: whoever opens or closes it has the lock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    opening: asyncio.Task[Workspace] | None = None  # done, as long as it is open
    opened: ExitStack = field(default_factory=ExitStack)
    at_work: int = 0
    used_at: float = 0.0
    figures: Figures = field(default_factory=Figures)
    """As they were when it was closed, and stay."""

    @property
    def workspace(self) -> Workspace | None:
        """What is open."""
        task = self.opening
        return task.result() if task and task.done() and not task.cancelled() and not task.exception() else None


class Workspaces:
    """All but that of the project `default`, whose folder the server opens before all else. Each has a corpus of its
    own; they share the processes that read files, and the models."""

    def __init__(self, settings: Settings, first: Corpus, projects: Projects) -> None:
        self._settings = settings
        self._projects = projects
        self._ingests = settings.worker == "on"
        self._first = first
        self._places: dict[str, _Place] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Within the block, projects with files to be ingested are open, and those that were deleted are not."""
        stopping = asyncio.Event()
        tending = asyncio.create_task(self._tend(stopping))
        try:
            yield
        finally:
            stopping.set()
            await tending
            await asyncio.gather(*map(_close, self._places.values()))

    @asynccontextmanager
    async def at(self, project: str) -> AsyncIterator[Workspace]:
        """The workspace of a project, which stays open during the block. Raises `NotFound` if there is no such project
        any more, and `StorageFailed`."""
        if isinstance(self._projects, Folders):
            self._projects.check(project)  # in less time than a thread would take
        else:
            await asyncio.to_thread(self._projects.check, project)
        place = self._places.setdefault(project, _Place())
        place.at_work += 1
        try:
            async with place.lock:
                if place.opening is None or (place.opening.done() and place.opening.exception()):
                    place.opening = asyncio.create_task(self._start(project, place.opened))
                # Who is cancelled here does not leave a folder half open.
                workspace = await asyncio.shield(place.opening)
            yield workspace
        finally:
            place.at_work -= 1
            place.used_at = time.monotonic()

    async def figures(self) -> Figures:
        """Those of all projects together."""
        places = list(self._places.values())
        opened = [place for place in places if place.workspace]
        for place in opened:
            place.at_work += 1  # so that it is not closed meanwhile
        try:
            corpora = [self._first, *(place.workspace.corpus for place in opened if place.workspace)]
            return await asyncio.to_thread(_sum, corpora, [place.figures for place in places if place not in opened])
        finally:
            for place in opened:
                place.at_work -= 1

    async def _start(self, project: str, opened: ExitStack) -> Workspace:
        workspace = await asyncio.to_thread(self._open, project, opened)
        if self._ingests:
            workspace.corpus.worker.start()
        return workspace

    def _open(self, project: str, opened: ExitStack) -> Workspace:
        self._projects.check(project)
        settings = self._settings.of_project(project)
        with ExitStack() as opening:
            corpus = opening.enter_context(open_corpus(settings, self._first.shared))
            reserve = corpus.database.reserve
            history = opening.enter_context(
                open_history(settings, days=settings.answers_days, reserve=reserve, lease=corpus.lease)
            )
            workspace = Workspace(corpus, history, Answerer.over(settings, corpus))
            opened.push(opening.pop_all())
        return workspace

    async def _tend(self, stopping: asyncio.Event) -> None:
        are_to_be_opened = self._ingests
        while not stopping.is_set():
            try:
                if are_to_be_opened:
                    await self._open_all(stopping)
                    are_to_be_opened = False
                await self._close_deleted()
                await self._close_surplus()
            except StorageFailed as error:
                logger.error("projects are opened and closed later: %s", error.message)
            except Exception:
                logger.exception("a fault while projects were opened and closed")
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), TENDED_AFTER_S)

    async def _open_all(self, stopping: asyncio.Event) -> None:
        """Files may wait there since the server was stopped."""
        for project in await asyncio.to_thread(self._projects.ids):
            if project != DEFAULT and not stopping.is_set():
                try:
                    async with self.at(project):
                        pass
                except StorageFailed as error:
                    logger.error("the project %s is opened when somebody asks for it: %s", project, error.message)
                except Exception:
                    logger.exception("the project %s cannot be opened", project)

    async def _close_deleted(self) -> None:
        places = set(self._places)  # before it is looked what there is: a new project is in neither
        for project in places - set(await asyncio.to_thread(self._projects.ids)):
            if not self._places[project].at_work:
                await _close(self._places.pop(project))  # its id never comes again

    async def _close_surplus(self) -> None:
        """Close those that have been idle longest, beyond the number that may be."""
        idle = []
        for place in list(self._places.values()):
            workspace = place.workspace
            if place.at_work or not workspace:
                continue
            if workspace.history.runs.any():
                continue
            if not self._ingests or not await asyncio.to_thread(workspace.corpus.jobs.any_left):
                idle.append(place)
        idle.sort(key=lambda place: place.used_at, reverse=True)
        for place in idle[MOST_IDLE:]:
            if not place.at_work:
                await _close(place)


async def _close(place: _Place) -> None:
    """Whoever comes meanwhile waits, and opens it again."""
    async with place.lock:
        opening, place.opening = place.opening, None
        if opening is None:
            return
        await asyncio.wait([opening])
        if opening.exception():  # whoever wanted it was told
            return
        workspace = opening.result()
        await workspace.history.runs.close()
        await workspace.answerer.close()
        await asyncio.to_thread(workspace.corpus.worker.stop)
        with suppress(StorageFailed):  # its folder may be gone
            place.figures = await asyncio.to_thread(workspace.corpus.figures)
        with suppress(StorageFailed):
            await asyncio.to_thread(place.opened.close)


def _sum(corpora: Sequence[Corpus], others: Sequence[Figures]) -> Figures:
    found = list(others)
    for corpus in corpora:
        with suppress(StorageFailed):  # a folder that was removed is told by `/readyz`
            found.append(corpus.figures())
    return sum(found, Figures())
