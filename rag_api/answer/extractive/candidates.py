"""Candidates: the sentences of the passages, each with what stands around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.clutter import is_clutter
from rag_api.answer.extractive.tables import cells, is_separator, names_columns
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import Analysed, analysed, terms


@dataclass(slots=True, eq=False)
class Candidate:
    """Sentence number `place` of a passage, with the terms of the two sentences before it (`around`) and of the
    headings above it (`about`)."""

    passage: int
    place: int
    sentence: Analysed
    text: str
    around: frozenset[str]
    about: frozenset[str]
    columns: list[str] = field(default_factory=list)
    """Of the table that it is a row of."""
    key: frozenset[str] = frozenset()
    """The terms of the entry that it belongs to: of the first cell of its row, of the term that it explains."""
    announces: bool = False
    """Whether it is the caption of a table, or ends with a colon."""
    entry: "Candidate | None" = None
    """The sentence with a time or date that begins the entry it stands in, as in a chronicle."""
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def candidates(passages: Sequence[Document], language: AnswerLanguage) -> list[Candidate]:
    """Every sentence once, though chunks overlap. Headings, and the headers of tables, are not candidates, but say what
    stands below them is about."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        content, meta = passage.content or "", chunk_meta(passage)
        subject = meta.get("title") or Path(meta.get("filename") or "").stem
        above = frozenset(terms(" ".join([subject, *(meta.get("headings") or [])]), language))
        headings: list[tuple[int, frozenset[str]]] = []
        about = above
        last = last_but_one = frozenset[str]()
        place = end = 0
        table: _Table | None = None
        entry: Candidate | None = None
        explained = frozenset[str]()
        head: Analysed | None = None
        for sentence, following in pairwise([*analysed(content, language), None]):
            assert sentence
            if sentence.heading:
                level = len(content[sentence.start : sentence.end].split(maxsplit=1)[0])
                headings = [*(each for each in headings if each[0] < level), (level, sentence.known)]
                about = above.union(*(known for _, known in headings))
                last, last_but_one, table, explained = frozenset(), frozenset(), None, frozenset()
                continue
            text = " ".join(content[sentence.start : sentence.end].split())
            if head:  # a term on a line of its own is said with its explanation
                text = f"{content[head.start : head.end]}: {text.lstrip(': ')}"
                both = head.terms + sentence.terms
                sentence, head = Analysed(head.start, sentence.end, False, both, frozenset(both)), None
            if text[0] != "|":
                table = None
            elif following and is_separator(content[following.start : following.end]):
                table = _Table(cells(text), sentence.known, last)
                continue
            elif following and names_columns(text, content[following.start : following.end]):
                continue
            if "\n\n" in content[end : sentence.start]:
                entry, explained = None, frozenset()
            end = sentence.end
            if is_clutter(content, sentence.start, end):
                continue
            if term := _explained(content, sentence, following):
                explained = frozenset(terms(term, language))
                if following and content[sentence.end : following.start + 1].split() == [":"]:
                    head = sentence
                    continue
            if (
                table is None and len(text) <= _LINE and text[-1] != "." and _PERIODS.search(text)
            ):  # the header of a table in running text
                last, last_but_one = sentence.known, last
                continue
            if sentence.known and text not in seen:
                seen.add(text)
                one = Candidate(index, place, sentence, text, last | last_but_one, about | explained, key=explained)
                if table:
                    one.around, one.about, one.columns = table.before, about | table.header, table.columns
                table_follows = following is not None and content[following.start] == "|" and text[0] != "|"
                one.announces = text[-1] in ":：" or (table_follows and text[-1] not in _STOPS)
                if text[0] == "|":
                    one.key = frozenset(terms(cells(text)[0], language))
                one.entry = entry = one if _TIMED.match(text) else entry
                found.append(one)
                place += 1
            last, last_but_one = sentence.known, last
    return found


class _Table(NamedTuple):
    columns: list[str]
    header: frozenset[str]
    before: frozenset[str]
    """What is said before it, perhaps as its caption."""


def _explained(content: str, sentence: Analysed, following: Analysed | None) -> str:
    """The term that a sentence begins to explain, as in a list of definitions: it is a name in capitals at the
    beginning of a line, or has a line of its own on which the explanation follows."""
    text = content[sentence.start : sentence.end]
    if sentence.start and content[sentence.start - 1] not in "\n\f":
        return ""
    if name := _NAME_EXPLAINED.match(text):
        return name[1]
    if following is None or text[-1] in _STOPS or "\n" in text or not 0 < len(text.split()) <= _TERM:
        return ""
    return text if _NEXT_LINE.fullmatch(content, sentence.end, following.start + 1) else ""


_TERM = 3  # words that a term has which is explained
_STOPS = ".,;:!?|。！？：；"
_NAME_EXPLAINED = re.compile(r"([A-Z][A-Z0-9]*_?[A-Z0-9_]{2,}) (?=(?:An?|[A-Z][a-z]+) )")
_NEXT_LINE = re.compile(r"[ \t]*\n[ \t]*(?:(?::[ \t]+)?[A-ZÀ-ÞА-Я]|:)")

_LINE = 200  # characters
_PERIODS = re.compile(r"(?:\b(?:19|20)\d\d\b[^\w.]*){2,}(?:(?:vs\.?|%|\$|∆|[Cc]hange|[Cc]urrency)\W*|\d{4}\W*)*\Z")
_TIMED = re.compile(r"\d{1,2}[:.h]\d{2}\b(?![.:]\d)|(?:1\d|20)\d\d\b(?=[\s:,–-])|\d{1,2}\.? [^\W\d]{3,} \d{4}\b")
