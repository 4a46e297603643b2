"""The component that takes the retriever's place for a question about whole documents."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from haystack import Document, component
from haystack.dataclasses import ChatMessage

from ingest.chunk.meta import chunk_meta, pages
from ingest.records.listing import ListedFile
from ingest.search.adjacent import merge_adjacent
from ingest.search.documents import Documents, Scope
from ingest.search.passages import Passage
from rag_api.answer.language.overviews import OverviewLanguage
from rag_api.answer.language.sentences import sentences
from rag_api.answer.language.terms import content_words
from rag_api.answer.overview.naming import Named, covered, named
from rag_api.answer.overview.outline import Section, outline, title_of
from rag_api.answer.overview.request import LONGEST, Kind, Request, read
from rag_api.answer.query import user_turns

SHOWN = 20
"""The most documents in an answer, and the most passages."""

_NEARLY = 0.4  # of the best score, for a document to be about what is asked
_NAMES = 2000  # files whose names are compared with the words of a request, the newest first
_CHUNKS = 400  # looked at of one document
_OPENING, _ENTRY = 500, 250  # characters of a section, or of one of several documents; of one in a list
_OPENING_TOKENS = 125  # of most openings
_OUTLINE = 2000  # characters of headings


@dataclass(frozen=True)
class Overview:
    """What the passages stand for: `shown` documents of `total`."""

    kind: Kind
    language: OverviewLanguage
    total: int
    shown: int
    topic: str = ""

    @property
    def told(self) -> str:
        """What a language model has to know of it."""
        match self.kind:
            case Kind.LIST | Kind.COUNT:
                part = "all of them" if self.shown == self.total else f"the newest {self.shown} of them"
                return (
                    f"The question is about the documents themselves. There are {self.total} in all. Here is how "
                    f"{part} begin, each in a <source> element with its number"
                )
            case Kind.FIND:
                return (
                    f"The question is which documents are about something. Here are the {self.total} that a search "
                    "found, the best first, each with its best place, in a <source> element with its number"
                )
        which = "a whole document" if self.total == 1 else f"whole documents, of which there are {self.total}"
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
        messages: list[ChatMessage],
        store_ids: list[str],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        min_score: float = 0.0,
    ) -> dict[str, Any]:
        turns = user_turns(messages)
        if not turns or len(turns[-1]) > LONGEST or not store_ids:
            return {"documents": [], "overview": None}
        if await asyncio.to_thread(read, turns[-1]) is None:  # patterns are compiled when they are first used
            return {"documents": [], "overview": None}
        async with self.turns or nullcontext():
            return await asyncio.to_thread(self.run, messages, store_ids, filters, top_k, min_score)

    @component.output_types(documents=list[Passage], overview=Overview | None)
    def run(
        self,
        messages: list[ChatMessage],
        store_ids: list[str],
        filters: dict[str, Any] | None = None,
        top_k: int | None = None,
        min_score: float = 0.0,
    ) -> dict[str, Any]:
        """Raises `StorageFailed`."""
        *earlier, text = user_turns(messages) or [""]
        request, scope = read(text), Scope(store_ids, filters)
        passages, total = self._answered(request, earlier, scope, top_k or SHOWN, min_score) if request else ([], 0)
        if not request or not passages:
            return {"documents": [], "overview": None}
        shown = len({chunk_meta(passage)["file_id"] for passage in passages})
        return {
            "documents": passages,
            "overview": Overview(request.kind, request.language, total, shown, request.topic),
        }

    def _answered(
        self, request: Request, earlier: list[str], scope: Scope, most: int, min_score: float
    ) -> tuple[list[Passage], int]:
        """The passages, and how many documents are meant in all."""
        if request.kind is Kind.FIND:
            found = self.documents.found(scope, request.topic, SHOWN)
            least = max(min_score, _NEARLY * max((chunk.score or 0.0 for _, chunk in found), default=0.0))
            best = [(file, chunk) for file, chunk in found if (chunk.score or 0.0) >= least]
            return [_passage(file, chunk, chunk.score, "place") for file, chunk in best][:most], len(best)
        if request.kind is not Kind.SUMMARY:
            files, total = self.documents.newest(scope, SHOWN)
            return self._beginnings(files[:most], _ENTRY), total
        files, total = self._meant(request, earlier, scope)
        if len(files) == 1:
            return self._summary(files[0], most), 1
        return self._beginnings(files[: min(most, SHOWN)], _OPENING), total

    def _meant(self, request: Request, earlier: list[str], scope: Scope) -> tuple[list[ListedFile], int]:
        """The documents that are to be summed up, and how many there are in all; none if it is an ordinary question
        after all."""
        if request.pointing:
            if earlier and not request.several:
                files = self._spoken_of(request, earlier, scope)
                if files is not None:
                    return files, len(files)
            if request.suffix:
                files, total = self.documents.newest(scope, _NAMES)
                if called := _distinct(file for file in files if file.filename.lower().endswith(request.suffix)):
                    return called[:SHOWN], len(called)
            files, total = self.documents.newest(scope, SHOWN)
            distinct = _distinct(files)
            return distinct, total - len(files) + len(distinct)
        files, total = self.documents.newest(scope, _NAMES)
        words = " ".join(request.names)
        found = self.documents.found(scope, words, SHOWN)
        candidates = {file.file_id: Named(file) for file in files}
        candidates |= {file.file_id: Named(file, self._title(file, chunk)) for file, chunk in found}
        meant = named(request, candidates.values())
        if not meant and request.called and "." not in words:
            if len(_distinct(files)) == 1 and total == len(files) and len(request.names) == len(request.kinds):
                meant = files
            else:
                meant = [file for file, chunk in found[:1] if covered(request, chunk.content or "")]
        elif not meant and len(_distinct(files)) == 1 and len(request.names) == len(request.kinds):
            meant = files  # "this report", of which there is one
        meant = _distinct(meant)
        return meant[:SHOWN], len(meant)

    def _title(self, file: ListedFile, chunk: Document) -> str:
        return chunk_meta(chunk).get("title") or "".join(map(title_of, self.documents.chunks(file, 1)[0]))

    def _spoken_of(self, request: Request, earlier: list[str], scope: Scope) -> list[ListedFile] | None:
        """The document that "it" or "the document" was in the turns before; None if they name none."""
        for turn in reversed(earlier):
            before = read(turn)
            if before and before.kind is Kind.SUMMARY and not before.pointing:
                return self._meant(before, [], scope)[0]
            if before is None and content_words(turn):
                if not request.called:
                    return []  # what was answered is meant
                return [file for file, _ in self.documents.found(scope, turn, 1)] or None
        return None

    def _summary(self, file: ListedFile, most: int) -> list[Passage]:
        """How a document begins and the beginnings of its sections; all of it, if that fits."""
        chunks, whole = self.documents.chunks(file, _CHUNKS)
        if not chunks:
            return []
        title = title_of(chunks[0])
        sections = [section for section in outline(chunks) if section.heading != title]
        headings = _fitting((section.heading for section in sections), min(_OUTLINE, self.max_tokens // 2))
        if whole and sum(chunk_meta(chunk)["tokens"] for chunk in chunks) <= self.max_tokens:
            merged = [_passage(file, chunk, 1.0, "whole", headings, len(sections)) for chunk in merge_adjacent(chunks)]
            return merged[:most]
        room = self.max_tokens // 3
        begun = list(_while_fits(chunks, room))
        [beginning, *_] = merge_adjacent(begun)
        passages = [_passage(file, beginning, 1.0, "beginning", headings, len(sections))]
        room = self.max_tokens - chunk_meta(passages[0])["tokens"] - sum(map(len, headings)) // 2
        fit = min(most - 1, room // _OPENING_TOKENS)
        for section in _spread(_openings(sections, chunks, len(begun)), fit):
            opening = _opening(section.chunk, section.below)
            passage = _passage(file, opening, 1.0, "section", heading=section.heading)
            room -= chunk_meta(passage)["tokens"]
            if room < 0:
                break
            passages.append(passage)
        return passages

    def _beginnings(self, files: Sequence[ListedFile], characters: int) -> list[Passage]:
        passages: list[Passage] = []
        room = self.max_tokens
        for file in files:
            chunks, _ = self.documents.chunks(file, 1)
            if chunks:
                passage = _passage(file, _opening(chunks[0], most=characters), 1.0, "beginning")
                room -= chunk_meta(passage)["tokens"]
                if room < 0 and passages:
                    break
                passages.append(passage)
        return passages


def _fitting(headings: Iterable[str], characters: int) -> list[str]:
    kept: list[str] = []
    for heading in headings:
        characters -= len(heading) + 2
        if characters < 0:
            break
        kept.append(heading)
    return kept


def _distinct(files: Iterable[ListedFile]) -> list[ListedFile]:
    """Copies of a file once."""
    by_content: dict[str, ListedFile] = {}
    for file in files:
        by_content.setdefault(file.sha256, file)
    return list(by_content.values())


def _while_fits(chunks: Sequence[Document], room: int) -> Iterable[Document]:
    """The first chunks that follow each other and fit, at least one."""
    for position, chunk in enumerate(chunks):
        room -= chunk_meta(chunk)["tokens"]
        if position and (room < 0 or chunk_meta(chunk)["position"] != position):
            return
        yield chunk


def _openings(sections: list[Section], chunks: Sequence[Document], begun: int) -> list[Section]:
    """The sections that begin behind the beginning; of a document without any, places all over it."""
    behind = [section for section in sections if chunk_meta(section.chunk)["position"] >= begun]
    return behind or [Section("", chunk, 0, 0) for chunk in chunks[begun:]]


def _spread(sections: list[Section], most: int) -> list[Section]:
    if len(sections) <= most:
        return sections
    return [sections[n * len(sections) // most] for n in range(most)]


def _opening(chunk: Document, start: int = 0, most: int = _OPENING) -> Document:
    """A chunk from `start` on, up to the last sentence end within so many characters."""
    content = chunk.content or ""
    end = len(content)
    if end - start > most:
        ends = [one.end for one in sentences(content[start : start + 2 * most]) if one.end <= most]
        end = start + (ends[-1] if ends else most)
    meta = chunk_meta(chunk)
    first, last = pages(chunk, start, end)
    text = content[start:end]
    size = {"tokens": max(1, meta["tokens"] * len(text) // max(len(content), 1)), "start": meta["start"] + start}
    size |= {"end": size["start"] + len(text)}
    paged = {} if first is None else {"page_start": first, "page_end": last}
    return Document(id=chunk.id, content=text, meta=chunk.meta | size | paged, score=chunk.score)


def _passage(
    file: ListedFile,
    chunk: Document,
    score: float | None,
    part: str,
    headings: Sequence[str] = (),
    sections: int = 0,
    heading: str = "",
) -> Passage:
    described = {
        "part": part,
        "kind": PurePath(file.filename).suffix.lstrip(".").upper(),
        "size": size_of(file.bytes),
        "added": datetime.fromtimestamp(file.created_at, UTC).date().isoformat(),
    }
    if headings:
        described |= {"sections": str(sections), "outline": "; ".join(headings)}
    meta = chunk.meta | {"attributes": file.attributes, "described": described}
    if heading:
        meta["headings"] = [heading]
    return Passage(chunk.id, chunk.content, meta=meta, score=score)


def size_of(count: int) -> str:
    for unit, size in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} B"
