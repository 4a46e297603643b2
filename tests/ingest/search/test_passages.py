"""What a retriever makes of what a searcher finds."""

import asyncio
import threading
import time
from typing import Any, cast

import pytest
from haystack import Document

from ingest.query import Query
from ingest.search.passages import Passage, PassageRetriever, fit_tokens

STORE = "vs_1"
TEXTS = ["Herons eat frogs.", "Owls hunt mice at night.", "Storks breed on the roofs of old churches."]


class Found:
    """A searcher that finds each of these texts, and remembers what it was asked and how many asked at once."""

    def __init__(self, *texts: str) -> None:
        self.queries: list[Query] = []
        self.most_at_once = 0
        self._texts = texts
        self._at_once = 0
        self._lock = threading.Lock()

    def search(self, query: Query) -> list[Document]:
        with self._lock:
            self.queries.append(query)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.01)
        with self._lock:
            self._at_once -= 1
        found = []
        for n, text in enumerate(self._texts):
            meta = {"store_file_id": "vsf_1", "position": n, "start": 100 * n, "end": 100 * n + len(text), "tokens": 10}
            found.append(Document(id=str(n), content=text, meta=meta, score=0.9 - 0.1 * n))
        return found[: query.top_k]


class Kept:
    """Store files that are all there."""

    def __init__(self) -> None:
        self.last_use = self

    def note(self, store_ids: list[str]) -> None:
        pass

    def present(self, ids: set[str]) -> dict[str, dict[str, str]]:
        return {id: {} for id in ids}


def retriever(searcher: Found, **options: Any) -> PassageRetriever:
    return PassageRetriever(searcher, cast(Any, Kept()), **options)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.content or "" for passage in passages]


def test_a_query_is_handed_on_but_for_its_stores_and_some_more_to_choose_from() -> None:
    searcher = Found(*TEXTS)
    year = {"field": "meta.attributes.year", "operator": ">", "value": 2000}
    query = Query("birds", year, 2, [("earlier", 0.5)], 0.3)
    assert texts(retriever(searcher).run(query, [STORE])["documents"]) == TEXTS[:2]
    [asked] = searcher.queries
    stores = {"field": "meta.store_id", "operator": "in", "value": [STORE]}
    filters = {"operator": "AND", "conditions": [stores, year]}
    assert asked == Query("birds", filters, asked.top_k, [("earlier", 0.5)], 0.3)
    assert asked.top_k > query.top_k


def test_without_a_store_nothing_is_searched() -> None:
    searcher = Found(*TEXTS)
    assert retriever(searcher).run(Query("birds"), []) == {"documents": []}
    assert searcher.queries == []


def test_what_is_below_the_score_is_left_out() -> None:
    assert texts(retriever(Found(*TEXTS)).run(Query("birds"), [STORE], 0.75)["documents"]) == TEXTS[:2]


def test_what_fits_is_merged_where_it_touches_if_that_is_wanted() -> None:
    found = retriever(Found(*TEXTS), max_tokens=25, merge=True).run(Query("birds"), [STORE])["documents"]
    assert texts(found) == ["\n\n".join(TEXTS[:2])]


def test_the_best_passage_always_fits() -> None:
    passages = [Passage(content=str(n), meta={"tokens": n}) for n in (30, 20, 5, 4)]
    assert texts(fit_tokens(passages, 10)) == ["30"]
    assert texts(fit_tokens(passages, 39)) == ["30", "5", "4"]
    assert fit_tokens(passages, None) == passages


@pytest.mark.parametrize(("turns", "most"), [(1, 1), (2, 2)])
def test_searches_that_come_together_take_turns(turns: int, most: int) -> None:
    searcher = Found(*TEXTS)

    async def together() -> None:
        passages = retriever(searcher, turns=asyncio.Semaphore(turns))
        await asyncio.gather(*(passages.run_async(Query(str(n)), [STORE]) for n in range(8)))

    asyncio.run(together())
    assert searcher.most_at_once <= most
    assert [query.text for query in searcher.queries[:turns]] == [str(n) for n in range(turns)]
