"""A client that goes away ends its search, whatever route it asked by."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from haystack import Document

from ingest.query import Query, Searcher
from ingest.records.store_files import State
from ingest.search.passages import PassageRetriever
from ingest.search.query_expansion import ExpandingSearcher
from rag_api.access.database import open_access
from rag_api.app import create_app
from rag_api.history import open_history
from rag_api.settings import Settings
from tests.corpora import OpenCorpus, put, state, wait_until


class Slow:
    """A searcher whose first search waits until its client has gone."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.searched = 0
        self.began, self.may_end, self.ended = threading.Event(), threading.Event(), threading.Event()

    def search(self, query: Query) -> list[Document]:
        self.searched += 1
        self.began.set()
        assert self.may_end.wait(10)
        found = self.searcher.search(query)
        self.ended.set()
        return found


SEARCH = "/v1/vector_stores/vs_default/search", {"query": [f"herons {n}" for n in range(32)]}
CHAT = "/v1/chat/completions", {"messages": [{"role": "user", "content": "What do herons eat?"}]}
RESPONSE = "/v1/responses", {"input": "What do herons eat?"}


@pytest.mark.parametrize(
    ("path", "body"),
    [SEARCH, CHAT, (CHAT[0], {**CHAT[1], "stream": True}), RESPONSE, (RESPONSE[0], {**RESPONSE[1], "stream": True})],
    ids=["search", "chat", "streamed chat", "response", "streamed response"],
)
def test_its_search_ends(tmp_path: Path, open_corpus: OpenCorpus, path: str, body: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "store", conversion_processes=1)
    with (
        open_corpus(settings) as corpus,
        open_history(settings) as history,
        open_access(settings) as access,
    ):
        file = put(corpus, "herons.txt", "Herons eat fish.")
        slow = Slow(corpus.index.searcher)
        changed = replace(corpus, passages=PassageRetriever(ExpandingSearcher(slow), corpus.store_files))

        async def asked_and_left() -> None:
            app = create_app(settings, changed, history, access)
            async with app.router.lifespan_context(app) as its_state:
                await asyncio.to_thread(wait_until, lambda: state(corpus, file) is State.DONE)
                await app({**scope(path), "state": its_state}, receiver(slow, body), ignored)
                slow.may_end.set()
                await asyncio.to_thread(slow.ended.wait, 10)

        asyncio.run(asked_and_left())
    assert slow.searched == 1


def scope(path: str) -> dict[str, Any]:
    headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
    where = {"path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "http", "http_version": "1.1"}
    ends = {"server": ("localhost", 80), "client": ("127.0.0.1", 1)}
    return {"type": "http", "method": "POST", "headers": headers, **where, **ends}


def receiver(slow: Slow, body: dict[str, Any]) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    """Sends the body, and goes away as soon as the search has begun."""
    pending = [{"type": "http.request", "body": orjson.dumps(body), "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        if pending:
            return pending.pop()
        await asyncio.to_thread(slow.began.wait, 10)
        return {"type": "http.disconnect"}

    return receive


async def ignored(message: MutableMapping[str, Any]) -> None:
    pass
