"""Passages: chunks as found, of files that still exist, without repetitions, and merged where they are adjacent."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from unicodedata import combining, normalize

from haystack import Document, component

from ingest.letters import fold, normalise
from ingest.no_copy import NoCopy
from ingest.query import Query, Searcher
from ingest.records.store_files import StoreFiles
from ingest.search.adjacent import merge_adjacent
from ingest.search.near_duplicates import without_near_duplicates

MOST_REPEATED = 100  # near-duplicates to skip, at most, to find something else


class Passage(NoCopy, Document):
    """A chunk as found, with its score."""


@component
class PassageRetriever:
    """Asks a searcher until there are enough passages that can be cited.

    The index may lag a moment behind: chunks of a file that was just taken out are dropped here, by the records. The
    same text counts once, whatever files it is in.

    With `max_tokens`, passages that no longer fit beside the better ones are left out, though never the best one. With
    `merge`, adjacent passages are merged into one. `turns` limits how many `run_async` search at once: the first
    question is answered early, and the last no later than if all searched at once.
    """

    def __init__(
        self,
        searcher: Searcher,
        store_files: StoreFiles,
        *,
        max_tokens: int | None = None,
        merge: bool = False,
        turns: asyncio.Semaphore | None = None,
    ) -> None:
        self.searcher = searcher
        self.store_files = store_files
        self.max_tokens = max_tokens
        self.merge = merge
        self.turns = turns

    @component.output_types(documents=list[Passage])
    def run(self, query: Query, store_ids: list[str], min_score: float = 0.0) -> dict[str, Any]:
        """The best passages of these stores, best first: at most the query's `top_k`, none with a score below
        `min_score`. Their `attributes` are the current ones. Near-duplicates of better passages only fill up what is
        missing. Raises `StorageFailed`."""
        if not store_ids:
            return {"documents": []}
        condition: dict[str, Any] = {"field": "meta.store_id", "operator": "in", "value": store_ids}
        if query.filters:
            condition = {"operator": "AND", "conditions": [condition, query.filters]}
        self.store_files.last_use.note(store_ids)
        top_k, asked = query.top_k, query.top_k + 4
        while True:
            found = self.searcher.search(replace(query, filters=condition, top_k=asked))
            passages, repeated = without_near_duplicates(self._citable(found), top_k)
            if len(passages) >= top_k or len(found) < asked or len(repeated) > MOST_REPEATED:
                break
            asked *= 4
        best = sorted(passages + repeated[: top_k - len(passages)], key=_score, reverse=True)
        best = fit_tokens([passage for passage in best if _score(passage) >= min_score], self.max_tokens)
        return {"documents": merge_adjacent(best) if self.merge else best}

    @component.output_types(documents=list[Passage])
    async def run_async(self, query: Query, store_ids: list[str], min_score: float = 0.0) -> dict[str, Any]:
        async with self.turns or nullcontext():
            return await asyncio.to_thread(self.run, query, store_ids, min_score)

    def _citable(self, found: list[Document]) -> list[Passage]:
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


def fit_tokens(passages: Iterable[Passage], max_tokens: int | None) -> list[Passage]:
    """Those that fit together, best first; the best one is always among them."""
    kept: list[Passage] = []
    total = 0
    for passage in passages:
        if max_tokens is None or not kept or total + passage.meta["tokens"] <= max_tokens:
            kept.append(passage)
            total += passage.meta["tokens"]
    return kept


def queries(text: str, passages: Iterable[Document]) -> list[str]:
    """What was searched for: the text and, where no chunk has one of its words, the text with the word that was found
    in its place."""
    near: dict[str, str] = {}
    for passage in passages:
        for word, others in passage.meta.get("near_spellings", {}).items():
            near.setdefault(word, others[0])
    if not near:
        return [text]
    return [text, re.sub(r"[^\W\d_]+", lambda word: near.get(_plain(word[0]), word[0]), text)]


def _plain(word: str) -> str:
    """A word as the index has it before it is stemmed."""
    letters = normalize("NFKD", fold(normalise(word)).lower())
    return "".join(letter for letter in letters if not combining(letter))
