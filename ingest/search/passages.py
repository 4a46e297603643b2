"""Passages: chunks as found, of files that still exist, the same text once, and merged where they are adjacent."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any
from unicodedata import combining, normalize

from haystack import Document, component, default_to_dict

from ingest import cancellation
from ingest.index.copies import told_apart
from ingest.letters import fold, normalise
from ingest.no_copy import NoCopy
from ingest.query import Query, Searcher, shortened
from ingest.records.attributes import Attributes
from ingest.records.store_files import StoreFiles
from ingest.search.adjacent import merge_adjacent
from ingest.search.near_duplicates import without_near_duplicates

SEARCHING = cancellation.Threads(16, "search")
"""The threads that search. A model at an endpoint can keep all of them waiting, and so nothing else is done there."""

MOST_REPEATED = 100  # near-duplicates to skip, at most, to find something else


class Passage(NoCopy, Document):
    """A chunk as found, with its score."""

    __setattr__ = object.__setattr__  # Haystack's looks whether a document is changed, and takes longer than the rest


found_here: ContextVar[list[Passage] | None] = ContextVar("found_here", default=None)
"""Where it is set, it gets all passages as they are found: whatever becomes of them, they are what the files say."""


def note_found(passages: Iterable[Passage]) -> None:
    noted = found_here.get()
    if noted is not None:
        noted += [Passage(each.id, each.content, meta=deepcopy(each.meta), score=each.score) for each in passages]


@component
class PassageRetriever:
    """Asks a searcher until there are enough passages that can be cited.

    The index may lag a moment behind: chunks of a file that was just taken out are dropped here, by the records. The
    same text counts once, whatever files it is in; with `copies`, those of the passages come last, if there is room.

    With `max_tokens`, passages that no longer fit beside the better ones are left out, though never the best one. With
    `merge`, adjacent passages are merged into one. `embedding_weight` is that of likeness in meaning where the query
    says nothing of it, as for one of two retrievers that are joined. `turns` limits how many `run_async` search at
    once: the first question is answered early, and the last no later than if all searched at once.
    """

    def __init__(
        self,
        searcher: Searcher,
        store_files: StoreFiles,
        *,
        max_tokens: int | None = None,
        merge: bool = False,
        copies: bool = False,
        embedding_weight: float | None = None,
        turns: asyncio.Semaphore | None = None,
    ) -> None:
        self.searcher = searcher
        self.store_files = store_files
        self.max_tokens = max_tokens
        self.merge = merge
        self.copies = copies
        self.embedding_weight = embedding_weight
        self.turns = turns

    def to_dict(self) -> dict[str, Any]:
        """Without what searches, and the records of files, which are there while a data folder is open."""
        return default_to_dict(
            self,
            max_tokens=self.max_tokens,
            merge=self.merge,
            copies=self.copies,
            embedding_weight=self.embedding_weight,
        )

    @component.output_types(documents=list[Passage])
    def run(
        self,
        query: Query | str,
        store_ids: list[str],
        min_score: float = 0.0,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
    ) -> dict[str, Any]:
        """The best passages of these stores, best first: at most the query's `top_k`, none with a score below
        `min_score`. Their `attributes` are the current ones. Near-duplicates of better passages only fill up what is
        missing. `filters` and `top_k` are for a query that is a text alone, as other retrievers take it. Raises
        `StorageFailed`."""
        if not store_ids:
            return {"documents": []}
        if isinstance(query, str):
            query = Query(shortened(query), filters, 10 if top_k is None else top_k)
        condition: dict[str, Any] = {"field": "meta.store_id", "operator": "in", "value": store_ids}
        if query.filters:
            condition = {"operator": "AND", "conditions": [condition, query.filters]}
        self.store_files.last_use.note(store_ids)
        if query.embedding_weight is None:
            query = replace(query, embedding_weight=self.embedding_weight)
        top_k, asked = query.top_k, query.top_k + 4
        while True:
            cancellation.check()
            found = self.searcher.search(replace(query, filters=condition, top_k=asked))
            files = {document.meta["store_file_id"] for document in found}
            attributes = self.store_files.present(files)
            if gone := files - attributes.keys():  # they may have stood for copies that are still there
                others = {"field": "meta.store_file_id", "operator": "not in", "value": sorted(gone)}
                condition = {"operator": "AND", "conditions": [condition, others]}
                asked *= 4  # there may be many
                continue
            firsts, copies = told_apart(found, attrgetter("content"))
            distinct, repeated = without_near_duplicates(firsts, top_k)
            # Copies come last, so that beyond them there are only more of them.
            if len(distinct) >= top_k or len(found) < asked or copies or len(repeated) > MOST_REPEATED:
                break
            asked *= 4
        best = sorted(distinct + repeated[: top_k - len(distinct)], key=_score, reverse=True)
        if self.copies:
            best += copies[: top_k - len(best)]
        passages = [_passage(document, attributes) for document in best if _score(document) >= min_score]
        passages = fit_tokens(passages, self.max_tokens)
        passages = merge_adjacent(passages) if self.merge else passages
        note_found(passages)
        return {"documents": passages}

    @component.output_types(documents=list[Passage])
    async def run_async(
        self,
        query: Query | str,
        store_ids: list[str],
        min_score: float = 0.0,
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
    ) -> dict[str, Any]:
        async with self.turns or nullcontext():
            return await cancellation.run_in(SEARCHING, partial(self.run, query, store_ids, min_score, filters, top_k))


def _passage(document: Document, attributes: Mapping[str, Attributes]) -> Passage:
    meta = {**document.meta, "attributes": attributes[document.meta["store_file_id"]]}
    return Passage(document.id, document.content, meta=meta, score=document.score)


def _score(document: Document) -> float:
    return document.score or 0.0


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
    near = near_spellings(text, passages)
    return [text, respelled(text, near)] if near else [text]


def near_spellings(text: str, passages: Iterable[Document]) -> dict[str, str]:
    """By word of the text that no chunk has, the word that these passages have in its place."""
    near: dict[str, str] = {}
    for passage in passages:
        for word, others in passage.meta.get("near_spellings", {}).items():
            near.setdefault(word, others[0])
    words = dict.fromkeys(_WORD.findall(text)) if near else {}
    return {word: near[plain] for word in words if (plain := _plain(word)) in near}


def respelled(text: str, near: Mapping[str, str]) -> str:
    return _WORD.sub(lambda word: near.get(word[0], word[0]), text)


_WORD = re.compile(r"[^\W\d_]+")


def _plain(word: str) -> str:
    """A word as the index has it before it is stemmed."""
    letters = normalize("NFKD", fold(normalise(word)).lower())
    return "".join(letter for letter in letters if not combining(letter))
