"""Candidates: the sentences of the passages, each with what stands around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.tables import cells, is_separator
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
        above = frozenset(terms(" ".join([meta.get("title") or "", *(meta.get("headings") or [])]), language))
        headings: list[tuple[int, frozenset[str]]] = []
        about = above
        last = last_but_one = frozenset[str]()
        place = end = 0
        table: _Table | None = None
        entry: Candidate | None = None
        for sentence, following in pairwise([*analysed(content, language), None]):
            assert sentence
            if sentence.heading:
                level = len(content[sentence.start : sentence.end].split(maxsplit=1)[0])
                headings = [*(each for each in headings if each[0] < level), (level, sentence.known)]
                about = above.union(*(known for _, known in headings))
                last, last_but_one, table = frozenset(), frozenset(), None
                continue
            text = " ".join(content[sentence.start : sentence.end].split())
            if text[0] != "|":
                table = None
            elif following and is_separator(content[following.start : following.end]):
                table = _Table(cells(text), sentence.known, last)
                continue
            if "\n\n" in content[end : sentence.start]:
                entry = None
            end = sentence.end
            if (
                table is None and len(text) <= _LINE and text[-1] != "." and _PERIODS.search(text)
            ):  # the header of a table in running text
                last, last_but_one = sentence.known, last
                continue
            if sentence.known and text not in seen:
                seen.add(text)
                one = Candidate(index, place, sentence, text, last | last_but_one, about)
                if table:
                    one.around, one.about, one.columns = table.before, about | table.header, table.columns
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


_LINE = 200  # characters
_PERIODS = re.compile(r"(?:\b(?:19|20)\d\d\b[^\w.]*){2,}(?:(?:vs\.?|%|\$|∆|[Cc]hange|[Cc]urrency)\W*|\d{4}\W*)*\Z")
_TIMED = re.compile(r"\d{1,2}[:.h]\d{2}\b(?![.:]\d)|(?:1\d|20)\d\d\b(?=[\s:,–-])|\d{1,2}\.? [^\W\d]{3,} \d{4}\b")
