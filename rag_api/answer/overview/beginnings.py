"""How documents begin: passages that stand for whole files."""

from collections.abc import Iterable, Mapping, Sequence
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
from rag_api.answer.extractive.tables import cells, is_separator, names_columns
from rag_api.answer.language.sentences import sentences
from rag_api.answer.overview.naming import names
from rag_api.answer.overview.outline import Section, headings, outline, title_of
from rag_api.answer.overview.request import Request

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
    table = _table(chunks, whole)
    sections = [section for section in outline(chunks) if section.heading != title]
    named = _fitting((section.heading for section in sections), min(_OUTLINE, max_tokens // 2))
    if any(chunk_meta(chunk).get("headings") for chunk in chunks) and not chunk_meta(chunks[0]).get("headings"):
        # Else it would not be known of the chunks, once they are merged, that "#" is the mark of a heading.
        chunks[0] = replace(chunks[0], meta=chunks[0].meta | {"headings": [title or file.filename]})
    if whole and sum(chunk_meta(chunk)["tokens"] for chunk in chunks) <= max_tokens:
        return [
            passage(file, chunk, 1.0, "whole", named, len(sections), table=table) for chunk in merge_adjacent(chunks)
        ][:most]
    begun = list(_while_fits(chunks, max_tokens // 3))
    [beginning, *_] = merge_adjacent(begun)
    passages = [passage(file, beginning, 1.0, "beginning", named, len(sections), table=table)]
    room = max_tokens - chunk_meta(passages[0])["tokens"] - sum(map(len, named)) // 2
    for section in _spread(_behind(sections, chunks, len(begun)), min(most - 1, room // _OPENING_TOKENS)):
        opening = _opening(section.chunk, section.start)
        room -= chunk_meta(opening)["tokens"]
        if room < 0:
            break
        passages.append(passage(file, opening, 1.0, "section", heading=section.heading))
    return passages


def section(documents: Documents, file: ListedFile, request: Request, max_tokens: int) -> list[Passage]:
    """The section of a document that a request names by its heading, as far as it fits; none if there is no such."""
    chunks, _ = documents.chunks(file, _CHUNKS)
    found = list(headings(chunks))
    whose = " ".join([file.filename, *(title_of(chunk) for chunk in chunks[:1])])
    named = [names(request, one.heading, whose) for _, one in found]
    if most := max(named, default=0):
        index = named.index(most)
        level, one = found[index]
        end = next((other for its, other in found[index + 1 :] if its <= level), None)
        first = chunk_meta(one.chunk)["position"]
        last = chunk_meta(end.chunk)["position"] + (end.start > 0) if end else first + len(chunks)
        whole = [chunk for chunk in chunks if first <= chunk_meta(chunk)["position"] < last]
        [text, *_] = merge_adjacent(_while_fits(whole, max_tokens, first))
        behind = len(end.chunk.content or "") - end.start if end and end.chunk.id == whole[-1].id else 0
        size = len(text.content or "") - behind - one.start
        return [passage(file, _opening(text, one.start, size), 1.0, "section", heading=one.heading)]
    return []


def beginnings(documents: Documents, files: Iterable[ListedFile], characters: int) -> list[Passage]:
    """A passage for each document that has any text."""
    first = ((file, documents.chunks(file, 1)[0]) for file in files)
    return [passage(file, _opening(chunks[0], most=characters), 1.0, "beginning") for file, chunks in first if chunks]


def passage(
    file: ListedFile,
    chunk: Document,
    score: float | None,
    part: str,
    outlined: Sequence[str] = (),
    sections: int = 0,
    heading: str = "",
    table: Mapping[str, str] = {},
) -> Passage:
    """A chunk, or what was made of some, that is described as this part of its file."""
    described = {"part": part}
    if part != "section":  # of which there are many of one file
        described |= {
            "kind": PurePath(file.filename).suffix.lstrip(".").upper(),
            "size": _size(file.bytes),
            "added": datetime.fromtimestamp(file.created_at, UTC).date().isoformat(),
        }
    described |= table
    if outlined:
        described |= {"sections": str(sections), "outline": "; ".join(outlined)}
    meta = chunk.meta | {"attributes": file.attributes, "described": described}
    if heading:
        meta["headings"] = [heading]
    return Passage(chunk.id, chunk.content, meta=meta, score=score)


def _table(chunks: Sequence[Document], whole: bool) -> dict[str, str]:
    """The columns of a document that is one table, and how many rows it has."""
    lines = [line for chunk in chunks for line in (chunk.content or "").splitlines() if line.strip()]
    header, *rows = lines
    if not rows or any(not line.startswith("|") for line in lines):
        return {}
    if is_separator(rows[0]):
        rows = rows[1:]
    elif not names_columns(header, rows[0]):
        return {}
    return {"columns": ", ".join(filter(None, cells(header))), "rows": f"{'' if whole else '≥ '}{len(rows)}"}


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


def _while_fits(chunks: Sequence[Document], room: int, first: int = 0) -> Iterable[Document]:
    """The first chunks that follow each other and fit, at least one; the position of the first is `first`."""
    for position, chunk in enumerate(chunks, first):
        room -= chunk_meta(chunk)["tokens"]
        if position > first and (room < 0 or chunk_meta(chunk)["position"] != position):
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
