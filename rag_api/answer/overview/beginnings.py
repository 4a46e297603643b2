"""How documents begin: passages that stand for whole files."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Protocol

from haystack import Document

from ingest.chunk.meta import chunk_meta, pages
from ingest.records.listing import ListedFile
from ingest.search.adjacent import merge_adjacent
from ingest.search.documents import Documents
from ingest.search.passages import Passage
from rag_api.answer.language.sentences import sentences
from rag_api.answer.overview.outline import Section, outline, title_of

OPENING, ENTRY = 500, 250
"""Characters of a section, or of one of several documents; of one in a list."""

_OPENING_TOKENS = 125  # of most openings
_OUTLINE = 2000  # characters of headings
_CHUNKS = 400  # looked at of one document


class HasChunks(Protocol):
    def chunks(self, file: ListedFile, most: int) -> tuple[list[Document], bool]: ...


def summary(documents: HasChunks, file: ListedFile, most: int, max_tokens: int) -> list[Passage]:
    """How a document begins and the beginnings of its sections; all of it, if that fits."""
    chunks, whole = documents.chunks(file, _CHUNKS)
    if not chunks:
        return []
    title = title_of(chunks[0])
    sections = [section for section in outline(chunks) if section.heading != title]
    headings = _fitting((section.heading for section in sections), min(_OUTLINE, max_tokens // 2))
    if any(chunk_meta(chunk).get("headings") for chunk in chunks) and not chunk_meta(chunks[0]).get("headings"):
        # Else it would not be known of the chunks, once they are merged, that "#" is the mark of a heading.
        chunks[0] = replace(chunks[0], meta=chunks[0].meta | {"headings": [title or file.filename]})
    if whole and sum(chunk_meta(chunk)["tokens"] for chunk in chunks) <= max_tokens:
        return [passage(file, chunk, 1.0, "whole", headings, len(sections)) for chunk in merge_adjacent(chunks)][:most]
    begun = list(_while_fits(chunks, max_tokens // 3))
    [beginning, *_] = merge_adjacent(begun)
    passages = [passage(file, beginning, 1.0, "beginning", headings, len(sections))]
    room = max_tokens - chunk_meta(passages[0])["tokens"] - sum(map(len, headings)) // 2
    for section in _spread(_behind(sections, chunks, len(begun)), min(most - 1, room // _OPENING_TOKENS)):
        opening = _opening(section.chunk, section.start)
        room -= chunk_meta(opening)["tokens"]
        if room < 0:
            break
        passages.append(passage(file, opening, 1.0, "section", heading=section.heading))
    return passages


def beginnings(documents: Documents, files: Iterable[ListedFile], characters: int) -> list[Passage]:
    """A passage for each document that has any text."""
    first = ((file, documents.chunks(file, 1)[0]) for file in files)
    return [passage(file, _opening(chunks[0], most=characters), 1.0, "beginning") for file, chunks in first if chunks]


def passage(
    file: ListedFile,
    chunk: Document,
    score: float | None,
    part: str,
    headings: Sequence[str] = (),
    sections: int = 0,
    heading: str = "",
) -> Passage:
    """A chunk, or what was made of some, that is described as this part of its file."""
    described = {"part": part}
    if part != "section":  # of which there are many of one file
        described |= {
            "kind": PurePath(file.filename).suffix.lstrip(".").upper(),
            "size": _size(file.bytes),
            "added": datetime.fromtimestamp(file.created_at, UTC).date().isoformat(),
        }
    if headings:
        described |= {"sections": str(sections), "outline": "; ".join(headings)}
    meta = chunk.meta | {"attributes": file.attributes, "described": described}
    if heading:
        meta["headings"] = [heading]
    return Passage(chunk.id, chunk.content, meta=meta, score=score)


def _size(count: int) -> str:
    for unit, size in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} B"


def _fitting(headings: Iterable[str], characters: int) -> list[str]:
    kept: list[str] = []
    for heading in headings:
        characters -= len(heading) + 2
        if characters < 0:
            break
        kept.append(heading)
    return kept


def _while_fits(chunks: Sequence[Document], room: int) -> Iterable[Document]:
    """The first chunks that follow each other and fit, at least one."""
    for position, chunk in enumerate(chunks):
        room -= chunk_meta(chunk)["tokens"]
        if position and (room < 0 or chunk_meta(chunk)["position"] != position):
            return
        yield chunk


def _behind(sections: list[Section], chunks: Sequence[Document], begun: int) -> list[Section]:
    """The sections that begin behind the beginning; of a document without any, places all over it."""
    behind = [section for section in sections if chunk_meta(section.chunk)["position"] >= begun]
    return behind or [Section("", chunk, 0, 0) for chunk in chunks[begun:]]


def _spread(sections: list[Section], most: int) -> list[Section]:
    if len(sections) <= most:
        return sections
    return [sections[n * len(sections) // most] for n in range(most)]


def _opening(chunk: Document, start: int = 0, most: int = OPENING) -> Document:
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
