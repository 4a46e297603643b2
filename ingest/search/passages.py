"""Passages: chunks as a search finds them, of files that are there now, each text once, and joined where they touch."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from haystack import Document, component

from ingest.context import Context
from ingest.no_copy import NoCopy
from ingest.records.store_files import StoreFiles
from ingest.search.adjacent import joined
from ingest.search.near_duplicates import told_apart

MOST_REPEATED = 100  # near-duplicates that are passed over to find something else


class Retriever(Protocol):
    """What every backend's BM25 retriever does."""

    def run(
        self,
        query: str,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        context: Context | None = None,
    ) -> dict[str, Any]: ...


class Passage(NoCopy, Document):
    """A chunk as found, with its score."""


FoundCallback = Callable[[str, list[Passage]], None]


@component
class PassageRetriever:
    """Asks the index's retriever until there are enough passages that can be cited.

    The index may be a moment behind: a chunk whose file was just taken out is dropped here, by the rows. The same text
    uploaded twice, under whatever name, fills one place.
    """

    def __init__(self, retriever: Retriever, store_files: StoreFiles) -> None:
        self.retriever = retriever
        self.store_files = store_files

    @component.output_types(documents=list[Passage])
    def run(
        self,
        query: str,
        store_ids: list[str],
        top_k: int,
        max_tokens: int | None = None,
        filters: dict[str, Any] | None = None,
        min_score: float = 0.0,
        found_callback: FoundCallback | None = None,
        context: Context | None = None,
        join: bool = False,
        embedding_weight: float | None = None,
    ) -> dict[str, Any]:
        """The best `top_k` passages of these stores, best first, `score` between 0 and 1; all of them match `filters`
        (Haystack's), none has less than `min_score`, and their `attributes` are those of now. A near-duplicate of a
        better one is among them only if there is nothing else. Those that would take them over `max_tokens` together
        are left out, though never the best one. Without a store there are none. `found_callback` hears of them before
        the pipeline goes on. `context` is what the query builds on. With `join`, those that are neighbours in a
        document are one passage. `embedding_weight` is for a retriever that searches by vectors too."""
        if not store_ids:
            return {"documents": []}
        condition: dict[str, Any] = {"field": "meta.store_id", "operator": "in", "value": store_ids}
        if filters:
            condition = {"operator": "AND", "conditions": [condition, filters]}
        weight = {} if embedding_weight is None else {"embedding_weight": embedding_weight}
        self.store_files.last_use.note(store_ids)
        asked = top_k + 4
        while True:
            found = self.retriever.run(query=query, filters=condition, top_k=asked, context=context, **weight)[
                "documents"
            ]
            passages, repeated = told_apart(self._citable(found), top_k)
            if len(passages) >= top_k or len(found) < asked or len(repeated) > MOST_REPEATED:
                best = sorted(passages + repeated[: top_k - len(passages)], key=_score, reverse=True)
                passages = within(max_tokens, [passage for passage in best if _score(passage) >= min_score])
                passages = joined(passages) if join else passages
                if found_callback:
                    found_callback(query, passages)
                return {"documents": passages}
            asked *= 4

    @component.output_types(documents=list[Passage])
    async def run_async(
        self,
        query: str,
        store_ids: list[str],
        top_k: int,
        max_tokens: int | None = None,
        filters: dict[str, Any] | None = None,
        min_score: float = 0.0,
        found_callback: FoundCallback | None = None,
        context: Context | None = None,
        join: bool = False,
        embedding_weight: float | None = None,
    ) -> dict[str, Any]:
        found = await asyncio.to_thread(
            self.run,
            query,
            store_ids,
            top_k,
            max_tokens,
            filters,
            min_score,
            context=context,
            join=join,
            embedding_weight=embedding_weight,
        )
        if found_callback:
            found_callback(query, found["documents"])
        return found

    def _citable(self, found: Iterable[Document]) -> list[Passage]:
        found = list(found)
        attributes = self.store_files.present({document.meta["store_file_id"] for document in found})
        passages: dict[str | None, Passage] = {}
        for document in found:
            store_file_id = document.meta["store_file_id"]
            if store_file_id in attributes and document.content not in passages:
                meta = {**document.meta, "attributes": attributes[store_file_id]}
                passages[document.content] = Passage(document.id, document.content, meta=meta, score=document.score)
        return list(passages.values())


def _score(passage: Passage) -> float:
    return passage.score or 0.0


def within(max_tokens: int | None, passages: list[Passage]) -> list[Passage]:
    """Those that fit together, best first; the best one does always."""
    if max_tokens is None:
        return passages
    kept, total = passages[:1], sum(passage.meta["tokens"] for passage in passages[:1])
    for passage in passages[1:]:
        if total + passage.meta["tokens"] <= max_tokens:
            kept.append(passage)
            total += passage.meta["tokens"]
    return kept
