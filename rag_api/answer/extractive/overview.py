"""The built-in model's overview of whole documents: their titles, headings and first sentences, as they stand there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.steps import announced
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.terms import Analysed, analysed, terms
from rag_api.answer.overview.outline import outline, title_of
from rag_api.answer.overview.request import Kind
from rag_api.answer.overview.retriever import Overview

MOST_SECTIONS = 12
_OF_SECTION = 6  # sentences
_SENTENCES = 2  # from the beginning of a document
_FEWEST_WORDS, _FEWEST_IN_SENTENCE = 5, 3  # that say something; of a whole sentence


@dataclass(frozen=True)
class Entry:
    """A line of an overview: a label of our own, parts of a passage, `content[start:end]` each, and what is known of
    its file."""

    before: str
    label: str
    passage: int
    spans: Sequence[tuple[int, int]] = ()
    cited: bool = True
    after: str = ""


def entries(overview: Overview, passages: Sequence[Document]) -> Iterator[Entry]:
    """The lines, in order."""
    words = overview.language.replies
    if overview.kind in (Kind.LIST, Kind.COUNT):
        yield Entry("", words.number.format(overview.number), 0, cited=False)
        if overview.kind is Kind.COUNT:
            return
    if overview.section:
        content = passages[0].content or ""
        ahead = next(iter(outline([passages[0]])), None)
        below = ahead.below if ahead and not ahead.start else 0
        told = _telling(content, _OF_SECTION, start=below) or [(below, len(content))] * bool(content[below:].strip())
        yield Entry("", f"{overview.section} ({chunk_meta(passages[0])['filename']})", 0, told)
        return
    if overview.kind is Kind.SUMMARY and overview.shown == 1:
        yield from _summary(overview, passages)
        return
    for index, passage in enumerate(passages):
        yield _document(index, passage, overview, f"{index + 1}. ")
    if overview.total > overview.shown:
        yield Entry("", words.more.format(overview.total - overview.shown), 0, cited=False)


def _document(index: int, passage: Document, overview: Overview, before: str) -> Entry:
    content, meta = passage.content or "", chunk_meta(passage)
    if overview.kind is Kind.LIST:
        described, title = meta.get("described") or {}, title_of(passage)
        after = f" ({', '.join(described[key] for key in ('kind', 'size', 'added') if described.get(key))})"
        if title:
            return Entry(before, f"{meta['filename']}: {title}", index, after=after)
        # The columns of a table are no title.
        told = [] if content.startswith("|") else _telling(content, 1) or _first(content)
        return Entry(before, meta["filename"], index, told, after=after)
    wanted = frozenset(terms(overview.topic, language_of(content)))
    title = title_of(passage)
    told = _telling(content, 1, wanted, title=title)
    if not told and wanted.isdisjoint(terms(title, language_of(content))):
        told = _first(content)
    return Entry(before, _label(passage), index, told)


def _label(beginning: Document) -> str:
    title, filename = title_of(beginning), chunk_meta(beginning)["filename"]
    return f"{title} ({filename})" if title and title not in filename else filename


def _summary(overview: Overview, passages: Sequence[Document]) -> Iterator[Entry]:
    first = passages[0]
    meta = chunk_meta(first)
    title = title_of(first)
    sections = [section for section in _sections(passages) if section[1] != title]
    content = first.content or ""
    ahead = next((below for index, _, below, _ in sections if index == 0), len(content))  # of the first section
    large = (meta.get("described") or {}).get("part") == "beginning"  # it begins with a list of contents, maybe
    introduction = _telling(content, _SENTENCES, end=ahead, whole=True)  # rather than the head of a letter
    introduction = (
        introduction or _telling(content, _SENTENCES, end=ahead, whole=large) or _telling(content, 1, whole=large)
    )
    yield Entry("", _label(first), 0, introduction)
    if "rows" in (described := meta.get("described") or {}):
        yield Entry("", f"{overview.language.replies.columns}: {described['columns']}", 0)
        yield Entry("", f"{overview.language.replies.rows}: {described['rows']}", 0, cited=False)
    if not sections:
        return
    yield Entry("\n", f"{overview.language.replies.parts}:", 0, cited=False)
    for index, heading, start, end in sections[:MOST_SECTIONS]:
        # Captions and lines of tables say less than the heading alone.
        told = _telling(passages[index].content or "", 1, start=start, end=end, whole=True)
        yield Entry("- ", heading, index, [] if index == 0 and told[:1] == introduction[:1] else told)
    known = int((meta.get("described") or {}).get("sections", 0))
    if more := max(known, len(sections)) - min(len(sections), MOST_SECTIONS):
        yield Entry("- ", overview.language.replies.more.format(more), 0, cited=False)


def _sections(passages: Sequence[Document]) -> Iterator[tuple[int, str, int, int]]:
    """Passage, heading, and where in the passage the section begins and ends."""
    for index, passage in enumerate(passages):
        content, meta = passage.content or "", chunk_meta(passage)
        if (meta.get("described") or {}).get("part") == "section":
            if heading := " ".join(meta.get("headings") or ()):
                yield index, heading, 0, len(content)
            continue
        found = outline([passage])
        ends = [section.start for section in found[1:]] + [len(content)]
        for section, end in zip(found, ends, strict=False):
            yield index, section.heading, section.below, end


def _telling(
    content: str,
    most: int,
    wanted: frozenset[str] = frozenset(),
    *,
    title: str = "",
    start: int = 0,
    end: int | None = None,
    whole: bool = False,
) -> list[tuple[int, int]]:
    """The first sentences that say something; of those with `wanted` words, those with most of them. Only whole ones,
    if so asked, and none that says the `title` again, as the head of a page does. Of a list that is announced, the
    announcement and its first item."""
    end = len(content) if end is None else end
    here = [one for one in analysed(content, language_of(content)) if start <= one.start < end and not one.heading]
    here = [one for one in here if not _is_title(content[one.start : one.end], title)]
    lists = [(before, items) for before, items in announced(content) if start <= before[0] < end]
    here = [one for one in here if not any(items[0].start <= one.start < items[-1].end for _, items in lists)]
    telling = [one for one in here if _says_something(content[one.start : one.end], one)]
    if whole:
        telling = [one for one in telling if _ENDS.search(content, one.start, one.end)]
    first = {before[0]: (items[0].start, items[0].end) for before, items in lists}
    telling = [one for one in here if one in telling or one.start in first]
    if wanted:
        telling = sorted((one for one in here if wanted & one.known), key=lambda one: -len(wanted & one.known))
    spans = [span for one in telling[:most] for span in ((one.start, one.end), first.get(one.start)) if span]
    return [(_ORNAMENT.match(content, *span).end(), span[1]) for span in spans]  # type: ignore[union-attr]


def _is_title(text: str, title: str) -> bool:
    """Whether it is the title, perhaps with the number of a page."""
    said = " ".join(text.split()).casefold()
    return (
        bool(title) and said.startswith(title.casefold()) and len(said.removeprefix(title.casefold()).split()) <= _PAGE
    )


def _first(content: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in analysed(content, language_of(content)) if one.known][:1]


_PAGE = 2  # words: "Page 1"
_ENDS = re.compile(r"[.!?…。！？।؟۔:][\"')\]”’»]*\Z|[\u0e00-\u0e7f]\Z")
_ORNAMENT = re.compile(r"""(?:["'#/=\s-]|\*+(?=[\s/]))*""")  # before a comment in code
_BOILERPLATE = re.compile(
    r"©|\(c\)|copyright|all rights reserved|licen[cs]e|redistribut|isbn|https?://"
    r"|\.{4}|(?:\. ){4}|\s\.$|^\d+\s+\d+\.\d+\s|[?？؟]$",  # lines of a table of contents, questions
    re.IGNORECASE,
)


def _says_something(text: str, sentence: Analysed) -> bool:
    fewest = _FEWEST_IN_SENTENCE if _ENDS.search(text) else _FEWEST_WORDS
    return len(sentence.terms) >= fewest and not _BOILERPLATE.search(text) and text[0] != "|"
