"""The component that takes the retriever's place for a question about whole documents."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from haystack import Document, component
from haystack.dataclasses import ChatMessage, ChatRole

from ingest import cancellation
from ingest.chunk.meta import chunk_meta
from ingest.records.listing import ListedFile
from ingest.search.documents import Documents, Newest, Scope
from ingest.search.passages import Passage, fit_tokens
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.overviews import OverviewLanguage
from rag_api.answer.language.terms import terms
from rag_api.answer.overview.beginnings import ENTRY, OPENING, beginnings, passage, section, summary
from rag_api.answer.overview.meant import SHOWN, meant
from rag_api.answer.overview.request import LONGEST, Kind, Request, read, read_going_on
from rag_api.answer.query import recent_turns

_SEARCHED = 5  # documents in which a section may be meant
_NEARLY = 0.4  # of the best score, for a document to be about what is asked


@dataclass(frozen=True)
class Overview:
    """What the passages stand for: `shown` documents of `total`."""

    kind: Kind
    language: OverviewLanguage
    total: int
    shown: int
    topic: str = ""
    exact: bool = True
    """Whether there are `total`, rather than at least so many."""
    section: str = ""
    """The heading of the section that is meant, if it is no whole document."""

    @property
    def number(self) -> str:
        return str(self.total) if self.exact else f"≥ {self.total}"

    @property
    def told(self) -> str:
        """What a language model has to know of it."""
        match self.kind:
            case Kind.LIST | Kind.COUNT:
                part = "all of them" if self.shown == self.total else f"the newest {self.shown} of them"
                return (
                    f"The question is about the documents themselves. There are {self.number} in all. Here is how "
                    f"{part} begin, each in a <source> element with its number"
                )
            case Kind.FIND:
                return (
                    f"The question is which documents are about something. Here are the {self.total} that a search "
                    "found, the best first, each with its best place, in a <source> element with its number"
                )
        if self.section:
            return (
                "The question is about a section of a document. Here is as much of it as fits, in a <source> element "
                "with its number: `heading` says which it is. Say by this what it is about"
            )
        which = "a whole document" if self.total == 1 else f"whole documents, of which there are {self.number}"
        return (
            f"The question is about {which}. Here is as much as fits, each part in a <source> element with "
            "its number: `part` says which part of its file it is, `outline` has the headings of all of "
            "it. Say by these what it is about"
        )


@component
class OverviewRetriever:
    """Finds the documents that a question is about as wholes, and how they begin and what parts they have.

    `overview` is None for an ordinary question, for which a search is to be made. The passages fit into `max_tokens`.
    `turns` limits how many `run_async` look at once.
    """

    def __init__(self, documents: Documents, max_tokens: int, turns: asyncio.Semaphore | None = None) -> None:
        self.documents = documents
        self.max_tokens = max_tokens
        self.turns = turns

    @component.output_types(documents=list[Passage], overview=Overview | None)
    async def run_async(
        self,
        messages: Sequence[ChatMessage],
        store_ids: list[str],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        min_score: float = 0.0,
    ) -> dict[str, Any]:
        turns = recent_turns(messages)
        if not turns or len(turns[-1]) > LONGEST or not store_ids:
            return {"documents": [], "overview": None}
        if await cancellation.to_thread(_request, turns) is None:  # patterns are compiled when they are first used
            return {"documents": [], "overview": None}
        async with self.turns or nullcontext():
            return await cancellation.to_thread(self.run, messages, store_ids, filters, top_k, min_score)

    @component.output_types(documents=list[Passage], overview=Overview | None)
    def run(
        self,
        messages: Sequence[ChatMessage],
        store_ids: list[str],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        min_score: float = 0.0,
    ) -> dict[str, Any]:
        """Raises `StorageFailed`."""
        turns = recent_turns(messages)
        request = _request(turns)
        if request is None:
            return {"documents": [], "overview": None}
        scope, most = Scope(store_ids, filters), top_k or SHOWN
        if request.kind is Kind.FIND:
            passages = fit_tokens(self._about(request, scope, min_score), self.max_tokens)[:most]
            newest = Newest([], len(passages))
        else:
            newest = (
                meant(self.documents, request, turns[:-1], _last_answer(messages), scope)
                if request.kind is Kind.SUMMARY
                else self.documents.newest(scope, SHOWN)
            )
            passages = self._told(request, newest, most) or self._section(request, scope)
        if not passages:
            return {"documents": [], "overview": None}
        if request.kind is Kind.SUMMARY and not newest.total:
            newest = Newest([], 1)
        part = (chunk_meta(passages[0]).get("described") or {}).get("part")
        heading = " ".join(chunk_meta(passages[0]).get("headings") or ()) if part == "section" else ""
        shown = len({chunk_meta(one)["file_id"] for one in passages})
        overview = Overview(request.kind, request.language, newest.total, shown, request.topic, newest.exact, heading)
        return {"documents": passages, "overview": overview}

    def _about(self, request: Request, scope: Scope, min_score: float) -> list[Passage]:
        """The best place of each document that a search finds: of those that tell of the topic or, if none does, of
        those that mention it."""
        found = [one for one in self.documents.found(scope, request.topic, SHOWN) if _is_meant(one[1], request)]
        found = [one for one in found if _tells_of(*one, request.topic)] or found
        least = max(min_score, _NEARLY * max((chunk.score or 0.0 for _, chunk in found), default=0.0))
        return [passage(file, chunk, chunk.score, "place") for file, chunk in found if (chunk.score or 0.0) >= least]

    def _section(self, request: Request, scope: Scope) -> list[Passage]:
        """The section of one of the documents that a search finds, if it is named as one."""
        if request.kind is not Kind.SUMMARY or not request.names or request.place:
            return []
        found = self.documents.found(scope, " ".join(request.names), _SEARCHED)
        return next(filter(None, (section(self.documents, file, request, self.max_tokens) for file, _ in found)), [])

    def _told(self, request: Request, newest: Newest, most: int) -> list[Passage]:
        if request.kind is Kind.SUMMARY and len(newest.files) == 1:
            return summary(self.documents, newest.files[0], most, self.max_tokens)
        characters = OPENING if request.kind is Kind.SUMMARY else ENTRY
        return fit_tokens(beginnings(self.documents, newest.files[:most], characters), self.max_tokens)


def _is_meant(chunk: Document, request: Request) -> bool:
    """Whether a chunk has words of the topic, or what may be another spelling in the same language."""
    meta = chunk_meta(chunk)
    return not meta.get("near_spellings") or meta.get("language") == request.language.name


def _tells_of(file: ListedFile, chunk: Document, topic: str) -> bool:
    """Whether the name, title or headings have a word of the topic, or the text has it more than once."""
    content, meta = chunk.content or "", chunk_meta(chunk)
    language = language_of(content)
    above = " ".join([file.filename, meta.get("title") or "", *(meta.get("headings") or [])])
    counts = Counter([*terms(content, language), *terms(above, language) * _MORE])
    return any(counts[word] >= _MORE for word in terms(topic, language))


_MORE = 2  # times that a text has a word of its topic, where one is only mentioned once


def _request(turns: list[str]) -> Request | None:
    if not turns:
        return None
    return read(turns[-1]) or (read_going_on(turns[-1]) if len(turns) > 1 else None)


def _last_answer(messages: Sequence[ChatMessage]) -> str:
    answers = ("\n".join(message.texts) for message in reversed(messages) if message.role == ChatRole.ASSISTANT)
    return next(answers, "")
