"""Workspaces: what each project has open in this process. One is opened when it is first asked for, and closed again
when too many are idle."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ingest import projects
from ingest.corpus import Corpus, open_corpus
from ingest.errors import IngestError, StorageFailed
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
    workspace: Workspace | None = None
    folder: tuple[int, int] | None = None  # that it was opened in: one of the same name may be another by now
    opened: ExitStack = field(default_factory=ExitStack)
    at_work: int = 0
    used_at: float = 0.0


class Workspaces:
    """All but that of the project `default`, whose folder the server opens before all else. Each has a corpus of its
    own; they share the processes that read files, and the models."""

    def __init__(self, settings: Settings, first: Corpus) -> None:
        self._settings = settings
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
            for place in self._places.values():
                async with place.lock:
                    await _close(place)

    @asynccontextmanager
    async def at(self, project: str) -> AsyncIterator[Workspace]:
        """The workspace of a project, which stays open during the block. Raises `NotFound` if there is no such project
        any more, and `StorageFailed`."""
        place = self._places.setdefault(project, _Place())
        place.at_work += 1
        try:
            async with place.lock:
                folder = _identity(projects.folder_of(self._settings.data_dir, project))
                if place.workspace and place.folder != folder:
                    await _close(place)
                if place.workspace is None:
                    place.workspace = await asyncio.to_thread(self._open, project, place.opened)
                    place.workspace.corpus.worker.start()
                    place.folder = folder
            yield place.workspace
        finally:
            place.at_work -= 1
            place.used_at = time.monotonic()

    def _open(self, project: str, opened: ExitStack) -> Workspace:
        folder = projects.folder_of(self._settings.data_dir, project)
        settings = self._settings.model_copy(update={"data_dir": folder})
        with ExitStack() as opening:
            corpus = opening.enter_context(open_corpus(settings, self._first.shared))
            reserve = corpus.database.reserve
            history = opening.enter_context(open_history(folder, days=settings.answers_days, reserve=reserve))
            workspace = Workspace(corpus, history, Answerer(settings, corpus.passages, corpus.documents))
            opened.push(opening.pop_all())
        return workspace

    async def _tend(self, stopping: asyncio.Event) -> None:
        for project in await asyncio.to_thread(projects.names, self._settings.data_dir):
            if project != projects.DEFAULT and not stopping.is_set():
                try:
                    async with self.at(project):  # files may wait there since the server was stopped
                        pass
                except IngestError as error:
                    logger.error("the project %r cannot be opened: %s", project, error.message)
        while not stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), TENDED_AFTER_S)
            known = set(await asyncio.to_thread(projects.names, self._settings.data_dir))
            deleted = [self._places[project] for project in self._places.keys() - known]
            for place in deleted + await self._surplus():
                async with place.lock:
                    if not place.at_work:
                        await _close(place)

    async def _surplus(self) -> list[_Place]:
        """Those that have been idle longest, beyond the number that may be."""
        idle = []
        for place in list(self._places.values()):
            workspace = place.workspace
            if not workspace or place.at_work or workspace.history.runs.any():
                continue
            if not await asyncio.to_thread(workspace.corpus.jobs.any_left):
                idle.append(place)
        idle.sort(key=lambda place: place.used_at, reverse=True)
        return idle[MOST_IDLE:]


async def _close(place: _Place) -> None:
    if place.workspace is None:
        return
    workspace, place.workspace = place.workspace, None
    await workspace.history.runs.close()
    await workspace.answerer.close()
    await asyncio.to_thread(workspace.corpus.worker.stop)
    with suppress(StorageFailed):  # its folder may be gone
        await asyncio.to_thread(place.opened.close)


def _identity(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino
