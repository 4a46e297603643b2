"""Citations: the markers in a model's answer, and the words of the passages that support each."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from haystack import Document

from ingest.chunk.meta import chunk_meta, pages
from rag_api.answer.language.code import is_of_code
from rag_api.answer.language.languages import AnswerLanguage, language_of
from rag_api.answer.language.numbers import numbers
from rag_api.answer.language.sentences import Sentence, sentences
from rag_api.answer.language.terms import WORD, Analysed, analysed, terms, terms_of
from rag_api.answer.markers import Marker, blanked, markers

QUOTE = 400
"""The most characters in a quote."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, `answer[start:end]`, and what supports it in the passage of that index.

    The quote is an exact part of the passage, `content[quote_start:quote_start + len(quote)]`, page breaks included. If
    passage and answer have no word in common, the quote is empty, and the pages are those of the whole passage. Pages
    are None in formats without pages.
    """

    passage: int
    start: int
    end: int
    quote: str
    quote_start: int
    page_start: int | None
    page_end: int | None


class CitationReader:
    """Reads an answer as it streams, and never changes it.

    A marker is a citation if the passage contains at least `overlap` of the content words of what it supports;
    `unsupported` counts markers that are left out. Words of different languages are not compared.
    """

    def __init__(self, passages: Sequence[Document], overlap: float = 0.0) -> None:
        self.unsupported = 0
        self._passages = passages
        self._overlap = overlap
        self._pieces: list[str] = []

    def feed(self, text: str) -> None:
        self._pieces.append(text)

    def finish(self) -> list[Citation]:
        """The citations in all that was fed, in order.

        They are found at the end, when their context is known: a marker may come in two pieces, turn out to be a link,
        or be in code that is not closed yet.
        """
        found = list(_citations("".join(self._pieces), self._passages, self._overlap))
        citations = [citation for citation in found if citation]
        self.unsupported = len(found) - len(citations)
        return citations


def _citations(answer: str, passages: Sequence[Document], overlap: float) -> Iterator[Citation | None]:
    """None for a marker that its passage does not support."""
    found = list(markers(answer, len(passages))) if passages else []
    if not found:
        return
    sources = [_CitedPassage(passage) for passage in passages]
    claims = _Claims(answer, markers(answer))  # one that names no passage is no word of a claim either
    language = language_of(answer) if overlap else None
    for marker in found:
        clause, sentence = claims.at(marker.start, marker.end)
        for number in _named(marker, sources):
            source = sources[number - 1]
            if language and source.overlap(clause, sentence, language) < overlap:
                yield None
                continue
            start, end = source.support(clause, sentence)
            quoted = (start, end) if end else (0, len(source.content))
            its_pages = pages(passages[number - 1], *quoted)
            yield Citation(number - 1, marker.start, marker.end, source.content[start:end], start, *its_pages)


def _named(marker: Marker, sources: Sequence["_CitedPassage"]) -> Sequence[int]:
    """The numbers of a marker, unless it names a file, and another one than they do."""
    its_file = [number for number, source in enumerate(sources, 1) if source.filename == marker.filename]
    return marker.numbers if not its_file or marker.numbers[0] in its_file else its_file[:1]


_REACH = 500  # characters around a marker in which to look for its sentence


class _Claims:
    """What an answer says at each marker; to be asked in order."""

    def __init__(self, answer: str, found: Iterable[Marker]) -> None:
        self._answer = blanked(answer, found)
        self._sentences = sentences(self._answer)
        self._starts = [sentence.start for sentence in self._sentences]
        self._clause = ""
        self._end = 0  # the end of the marker before

    def at(self, start: int, end: int) -> tuple[str, str]:
        """The words between the marker before and this one, and the whole sentence."""
        if not self._sentences:
            return "", ""
        index = max(bisect_right(self._starts, start) - 1, 0)
        if self._leads(self._sentences[index], start, end) and index + 1 < len(self._sentences):
            index += 1
        first, last, _ = self._sentences[index]
        first, last = max(first, start - _REACH), min(last, end + _REACH)
        if WORD.search(self._answer, max(first, self._end), start):  # else, as in "[1][2]", the same words have two
            self._clause = self._answer[max(first, self._end) : start]
        self._end = end
        return self._clause, self._answer[first:last]

    def _leads(self, before: Sentence, start: int, end: int) -> bool:
        """Whether a marker begins the line of what it stands for. In "It is so. [1]", it is the sentence before."""
        between = self._answer[max(before.end, start - _REACH) : start]
        rest = self._answer[end : end + _REACH].partition("\n")[0]
        return "\n" in between and WORD.search(rest) is not None


class _CitedPassage:
    """A passage, in which to find what supports a claim."""

    def __init__(self, passage: Document) -> None:
        self.content = passage.content or ""
        self._meta = chunk_meta(passage)
        self.filename = self._meta.get("filename")
        self._is_code = is_of_code(passage)
        self._supports: dict[tuple[str, str], tuple[int, int]] = {}

    def overlap(self, clause: str, sentence: str, language: AnswerLanguage) -> float:
        """The share of the content words of a clause, or of its sentence, that the passage contains."""
        if language is not self._language:
            return 1.0
        if not self.hasnumbers(clause):
            return 0.0
        said = [words for claim in (clause, sentence) if (words := set(terms(claim, language)))]
        return max((len(words & self._words) / len(words) for words in said), default=1.0)

    def hasnumbers(self, clause: str) -> bool:
        """Whether the passage has every number of a clause, however it is written, but for those of days and months,
        which have names as well."""
        return numbers(clause) <= self._numbers

    @cached_property
    def _numbers(self) -> frozenset[str]:
        attributes = [str(value) for value in (self._meta.get("attributes") or {}).values()]
        return numbers(" ".join([self.content, self._meta.get("filename") or "", self._above, *attributes]))

    @cached_property
    def _above(self) -> str:
        above = [self._meta.get("title"), *(self._meta.get("headings") or []), self._meta.get("columns")]
        return " ".join(filter(None, above))

    @cached_property
    def _words(self) -> frozenset[str]:
        known = [sentence.known for sentence in self._analysed()]
        return frozenset(terms(self._above, self._language)).union(*known)

    def support(self, clause: str, sentence: str) -> tuple[int, int]:
        """The sentences that have a clause word for word; else the one, or two adjacent ones, with most in common with
        it and its sentence; (0, 0) if there is none."""
        asked = (clause, sentence)
        if asked not in self._supports:
            self._supports[asked] = self._verbatim(clause) or self._support(
                set(terms(clause, self._language)), set(terms(sentence, self._language))
            )
        return self._supports[asked]

    def _verbatim(self, clause: str) -> tuple[int, int] | None:
        said = clause.strip(_AROUND)
        if not _VERBATIM <= len(said) <= QUOTE:
            return None
        found = re.search(_BETWEEN.join(map(re.escape, said.split())), self.content)
        if not found:
            return None
        around = [one for one in self._analysed() if _overlaps(one, found)]
        start, end = min(found.start(), *(one.start for one in around)), max(found.end(), *(one.end for one in around))
        return (start, end) if end - start <= QUOTE else found.span()

    def _support(self, clause: set[str], sentence: set[str]) -> tuple[int, int]:
        wanted = clause | sentence
        best, most = (0, 0), 0.0
        before: Analysed | None = None
        for one in self._analysed():
            if common := wanted & one.known:
                weight = self._weight(common, clause) * (_HEADING if one.heading else 1)
                if weight > most:
                    best, most = (one.start, one.end), weight
                told, told_before = one.known & clause, before.known & clause if before else frozenset()
                if before and told - told_before and told_before - told and one.end - before.start <= QUOTE:
                    weight = self._weight(common | wanted & before.known, clause) * _TWO
                    if weight > most:
                        best, most = (before.start, one.end), weight
            before = one
        return excerpt(self.content, *best, wanted, self._language, QUOTE)

    def _weight(self, words: set[str], clause: set[str]) -> float:
        return sum(self._rarity[word] * _counts(word, word in clause) for word in words)

    def _analysed(self) -> tuple[Analysed, ...]:
        return analysed(self.content, self._language, self._is_code)

    @cached_property
    def _language(self) -> AnswerLanguage:
        return language_of(self.content)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        found = self._analysed()
        counts = Counter(word for sentence in found for word in sentence.known)
        return {word: log(1 + len(found) / count) for word, count in counts.items()}


_VERBATIM = 10  # characters; what is shorter may stand anywhere
_BETWEEN = r"[*_]{0,3}\s+(?:(?://+|[#*;]|--)\s+)?[*_]{0,3}"  # words, also those emphasised, or in a comment
_AROUND = " \t\n-*+•–"  # the mark of a list item, too


def _overlaps(one: Analysed, found: re.Match[str]) -> bool:
    return one.start < found.end() and found.start() < one.end


def _counts(word: str, in_clause: bool) -> float:
    if not in_clause:
        return _BESIDE
    return _FIGURE if word[0].isdigit() and len(word) > _SMALL and not _YEAR.fullmatch(word) else 1


_FIGURE = 3.0  # what a claim is about; that it is of December 2022 many lines of a table say
_SMALL = 2  # digits
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADING = 0.5  # a heading only names what is said below it
_TWO = 0.75  # two sentences need a third more in common than one
_BESIDE = 0.3  # for a word of another clause of the sentence


def excerpt(text: str, start: int, end: int, wanted: set[str], language: AnswerLanguage, room: int) -> tuple[int, int]:
    """As much of `text[start:end]` as fits: whole words, around most of the wanted terms."""
    if end - start <= room:
        return start, end
    found = {word for word in set(WORD.findall(text, start, end)) if not wanted.isdisjoint(terms_of(word, language))}
    hits = [word for word in WORD.finditer(text, start, end) if word[0] in found] if found else []
    begin, most, left = start, 0, 0
    for right, hit in enumerate(hits):
        while left < right and hit.end() - hits[left].start() > room:
            left += 1
        if right - left + 1 > most:
            most, begin = right - left + 1, start if hit.end() - start <= room else hits[left].start()
    ends = [word.end() for word in WORD.finditer(text, begin, min(end, begin + 2 * room)) if word.end() <= begin + room]
    return begin, ends[-1] if ends else begin + room
