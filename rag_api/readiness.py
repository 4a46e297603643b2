"""Whether the server is ready to work. Each part is looked at in a thread of its own, for all who ask meanwhile: one
that hangs holds up neither the others nor who asks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from ingest.corpus import Corpus
from ingest.counted import counted
from ingest.errors import IngestError
from ingest.index.backend import OnDisk
from ingest.query import Query
from ingest.records.stores import DEFAULT_STORE
from rag_api.access.database import Access

ANSWER_S = 2.0
"""How long who asks waits."""

SLOW_S = 20.0
"""For how long a part that was well counts as slow, when it does not answer: longer than a search may take."""

Look = Callable[[], object]
"""Raises `IngestError` if the part is not as it should be."""

logger = logging.getLogger(__name__)


class Readiness:
    def __init__(self, parts: Mapping[str, Look]) -> None:
        self._parts = {name: _Part(name, look) for name, look in parts.items()}

    async def faults(self) -> dict[str, str]:
        """By part, what is wrong with it, in words."""
        found = await asyncio.gather(*(part.fault() for part in self._parts.values()))
        return {name: fault for name, fault in zip(self._parts, found, strict=True) if fault}

    def close(self) -> None:
        for part in self._parts.values():
            part.threads.shutdown(wait=False)


class _Part:
    def __init__(self, name: str, look: Look) -> None:
        self.threads = ThreadPoolExecutor(1, f"ready-{name}")
        self._look = look
        self._looking: asyncio.Future[str | None] | None = None
        self._since = 0.0
        self._well_at = float("-inf")

    async def fault(self) -> str | None:
        if self._looking is None or self._looking.done():
            self._since = time.monotonic()
            self._looking = asyncio.get_running_loop().run_in_executor(self.threads, self._found)
        looking = self._looking  # somebody who asks later may have it looked at again, before this one goes on
        done, _ = await asyncio.wait([looking], timeout=ANSWER_S)
        if done:
            return looking.result()
        now = time.monotonic()
        if now - self._well_at < SLOW_S:
            return None
        return f"It has not answered for {counted(round(now - self._since), 'second')}."

    def _found(self) -> str | None:
        try:
            self._look()
        except IngestError as error:
            return error.message
        except Exception:
            logger.exception("a fault while it was looked whether the server is ready")
            return "The server has a fault; its log says more."
        self._well_at = time.monotonic()
        return None


def parts(corpus: Corpus, access: Access) -> dict[str, Look]:
    """Records and keys can be read, the index can be searched, and all files are where they were. None needs another
    one, so that it is seen which is away."""

    def records() -> None:
        corpus.database.check_there()
        corpus.stores.get(DEFAULT_STORE)

    def index() -> None:
        if isinstance(corpus.index.store, OnDisk):
            corpus.index.store.check_there()
        corpus.index.store.search(Query("ready", top_k=1))

    return {
        "records": records,
        "files": corpus.blobs.check_there,
        "index": index,
        "keys": access.keys.check_there,
    }
