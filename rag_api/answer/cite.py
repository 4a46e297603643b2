"""The `[n]` in a model's answer, and the words of passage n that each of them stands for."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from haystack import Document

from rag_api.answer.languages import Language, language_of
from rag_api.answer.sentences import Sentence, sentences
from rag_api.answer.terms import WORD, terms

QUOTE = 400
"""Characters that a quote has at most."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, `answer[start:end]`, and what it stands for in the passage of that index.

    The quote is a part of the passage, exact to the character: `content[quote_start:quote_start + len(quote)]`, page
    breaks ("\\f") included. Where passage and answer have no word in common the quote is empty, since none can be
    told from another, and the pages are those of the whole passage. Pages are None in formats without pages.
    """

    passage: int
    start: int
    end: int
    quote: str
    quote_start: int
    page_start: int | None
    page_end: int | None


class CitationReader:
    """Listens to an answer as it streams by; never changes it."""

    def __init__(self, passages: Sequence[Document]) -> None:
        self._passages = passages
        self._pieces: list[str] = []

    def feed(self, text: str) -> None:
        self._pieces.append(text)

    def finish(self) -> list[Citation]:
        """The citations in all that was fed, in order. They are read at the end, when what surrounds them is known:
        a marker may be cut in two, turn out to be a link, or stand in code that is not closed yet."""
        answer = "".join(self._pieces)
        return list(_citations(answer, self._passages)) if "[" in answer else []


# Code comes first, so that what looks like a marker in it is passed over. A code span is looked for in its own line.
_MARKER = re.compile(
    r"""^[ \t>]* (?P<fence>`{3,}(?=[^`\n]*$)|~{3,}) (?s:.*?) (?:^[ \t>]*(?P=fence)[`~]*[ \t]*$ | \Z)
      | (?<!`) (?P<ticks>`{1,9}) (?!`) [^\n]{1,500}? (?<!`) (?P=ticks) (?!`)
      | \[ (?P<numbers> \d{1,3} (?:[ ]?,[ ]?\d{1,3}){0,9} ) \] (?!\()""",
    re.VERBOSE | re.MULTILINE,
)
_NUMBERS = re.compile(r"\[[\d, ]+\]")
_REACH = 500  # characters before and after a marker that can belong to what it stands for


def _citations(answer: str, passages: Sequence[Document]) -> Iterator[Citation]:
    sources = [_Source(passage) for passage in passages]
    claims = _Claims(answer)
    for marker in _MARKER.finditer(answer):
        if not marker["numbers"]:
            continue
        clause, sentence = claims.at(*marker.span())
        for number in dict.fromkeys(map(int, marker["numbers"].split(","))):
            if 1 <= number <= len(sources):
                source = sources[number - 1]
                start, end = source.support(clause) or source.support(sentence) or (0, 0)
                pages = source.pages(start, end) if end else source.pages(0, len(source.content))
                yield Citation(number - 1, *marker.span(), source.content[start:end], start, *pages)


class _Claims:
    """What an answer says where its markers stand; asked in their order."""

    def __init__(self, answer: str) -> None:
        self._answer = answer
        self._sentences = sentences(answer)
        self._starts = [sentence.start for sentence in self._sentences]
        self._clause = ""
        self._end = 0  # of the marker before

    def at(self, start: int, end: int) -> tuple[str, str]:
        """The words between the marker before and this one, and the whole sentence."""
        index = bisect_right(self._starts, start) - 1
        first, last, _ = self._sentences[index]
        if index and start - first < _REACH and not _NUMBERS.sub("", self._answer[first:start]).strip():
            before = self._sentences[index - 1]
            if "\n" not in self._answer[before.end : start]:
                first, last, _ = before  # "It is so. [1]" says it of the sentence before
        first, last = max(first, start - _REACH), min(last, end + _REACH)
        if self._answer[self._end : start].strip():  # else "[1][2]": the same words have two sources
            self._clause = self._answer[max(first, self._end) : start]
        self._end = end
        return self._clause, _NUMBERS.sub("", self._answer[first:last])


class _Source:
    """A passage, to find in it what supports a claim."""

    def __init__(self, passage: Document) -> None:
        self.content = passage.content or ""
        self._page: int | None = passage.meta.get("page_start")

    def pages(self, start: int, end: int) -> tuple[int | None, int | None]:
        if self._page is None:
            return None, None
        first = self._page + self.content.count("\f", 0, start)
        return first, first + self.content.count("\f", start, end)

    def support(self, claim: str) -> tuple[int, int] | None:
        """The sentence, or two that follow each other, that has most in common with the claim."""
        wanted = set(terms(claim, self._language))
        if not wanted:
            return None
        best, most = None, 0.0
        for index, (sentence, words) in enumerate(self._sentences):
            common = wanted & words
            if not common:
                continue
            weight = self._weight(common) * (_HEADING_WEIGHT if sentence.heading else 1)
            if weight > most:
                best, most = (sentence.start, sentence.end), weight
            if index and len(common) < len(wanted):
                before, words_before = self._sentences[index - 1]
                if before.heading or sentence.end - before.start > QUOTE:
                    continue
                weight = self._weight(wanted & (words | words_before)) / _TWO
                if weight > most:
                    best, most = (before.start, sentence.end), weight
        return self._excerpt(*best, wanted) if best else None

    def _excerpt(self, start: int, end: int, wanted: set[str]) -> tuple[int, int]:
        return excerpt(self.content, start, end, wanted, self._language)

    def _weight(self, words: set[str]) -> float:
        return sum(self._rarity[word] for word in words)

    @cached_property
    def _language(self) -> Language:
        return language_of(self.content)

    @cached_property
    def _sentences(self) -> list[tuple[Sentence, set[str]]]:
        found = sentences(self.content)
        return [(one, set(terms(self.content[one.start : one.end], self._language))) for one in found]

    @cached_property
    def _rarity(self) -> dict[str, float]:
        counts = Counter(word for _, words in self._sentences for word in words)
        return {word: log(1 + len(self._sentences) / count) for word, count in counts.items()}


_HEADING_WEIGHT = 0.5  # a heading names what the sentences below it say
_TWO = 1.3  # two sentences must say this much more of the claim than one


def excerpt(text: str, start: int, end: int, wanted: set[str], language: Language) -> tuple[int, int]:
    """As much of `text[start:end]` as a quote has room for: whole words, around most of the wanted terms."""
    if end - start <= QUOTE:
        return start, end
    words = list(WORD.finditer(text, start, end))
    hits = [word for word in words if not wanted.isdisjoint(terms(word[0], language))]
    begin, most, left = start, 0, 0
    for right, hit in enumerate(hits):
        while left < right and hit.end() - hits[left].start() > QUOTE:
            left += 1
        if right - left + 1 > most:
            most, begin = right - left + 1, start if hit.end() - start <= QUOTE else hits[left].start()
    ends = [word.end() for word in words if begin < word.end() <= begin + QUOTE]
    return begin, ends[-1] if ends else min(end, begin + QUOTE)
