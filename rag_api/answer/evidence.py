"""The sentences of the passages that answer a question."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from haystack import Document

from rag_api.answer.languages import Language
from rag_api.answer.terms import Analysed, analysed, terms

MOST = 3
"""Sentences in an answer."""


@dataclass(slots=True, eq=False)
class Candidate:
    """A sentence of the passage of that index, with the terms of the two sentences before it (`around`) and of the
    headings above it (`about`)."""

    passage: int
    sentence: Analysed
    text: str
    around: frozenset[str]
    about: frozenset[str]
    score: float = 0.0


def evidence(question: str, earlier: str, passages: Sequence[Document], language: Language) -> list[Candidate]:
    """The best sentences in the order to read them; none if the passages do not hold an answer."""
    asked = terms(question, language)
    candidates = _candidates(passages, language)
    weights = _weights(asked, terms(earlier, language), candidates)
    if not weights or not candidates:
        return []
    kind = language.asks_for(question)
    pairs = set(pairwise(asked))
    best = max(passage.score or 0.0 for passage in passages) or 1.0
    for one in candidates:
        if coverage := _coverage(one, weights):
            rank = (passages[one.passage].score or 0.0) / best
            in_turn = sum(pair in pairs for pair in pairwise(one.sentence.terms)) / max(1, len(pairs))
            one.score = (coverage * (0.5 + 0.5 * rank) + 0.05 * in_turn) * _form(one)
            if kind:
                one.score *= _fits(kind, one, question.lower())
    ranked = sorted(candidates, key=lambda one: -one.score)
    return _read(ranked, 1 if kind else MOST) if ranked[0].score >= language.enough else []


def _candidates(passages: Sequence[Document], language: Language) -> list[Candidate]:
    """Every sentence once, though chunks overlap. Headings are none, but tell what the sentences below are about."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        content, meta = passage.content or "", passage.meta
        about = frozenset(terms(" ".join([meta.get("title") or "", *(meta.get("headings") or [])]), language))
        last = last_but_one = frozenset[str]()
        for sentence in analysed(content, language):
            if sentence.heading:
                about, last, last_but_one = about | sentence.known, frozenset(), frozenset()
                continue
            text = " ".join(content[sentence.start : sentence.end].split())
            if sentence.known and text not in seen:
                seen.add(text)
                found.append(Candidate(index, sentence, text, last | last_but_one, about))
            last, last_but_one = sentence.known, last
    return found


def _weights(asked: list[str], earlier: list[str], candidates: list[Candidate]) -> dict[str, float]:
    """How much each term tells, 1 in all: the rarer among the sentences, the more; half if asked earlier."""
    counts = Counter(word for one in candidates for word in one.sentence.known)
    # Smoothed, so that one word missing from a few sentences does not outweigh all that are there.
    rarity = {word: log(1 + (len(candidates) + 20) / (counts[word] + 5)) for word in dict.fromkeys(asked + earlier)}
    weights = {word: weight if word in asked else weight / 2 for word, weight in rarity.items()}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def _coverage(one: Candidate, weights: dict[str, float]) -> float:
    """The share of the question that a sentence speaks of: in its own words, under its headings, beside others."""
    own = weights.keys() & one.sentence.known
    about = weights.keys() & one.about - own
    around = weights.keys() & one.around - own - about
    return (
        sum(map(weights.__getitem__, own))
        + 0.8 * sum(map(weights.__getitem__, about))
        + 0.3 * sum(map(weights.__getitem__, around))
    )


def _form(one: Candidate) -> float:
    """Less for what hardly is a sentence that states something: a question, a scrap, a page without a full stop."""
    factor = 1.0
    if one.text.endswith(("?", "？", "؟")):
        factor *= 0.6
    if len(one.sentence.terms) < 3 or len(one.text) > 800:
        factor *= 0.8
    if one.text[0].islower() or one.text[-1].isalnum():
        factor *= 0.9
    return factor


_DIGIT = r"[0-9\u0660-\u0669\u0966-\u096f]"
_TIME = re.compile(
    rf"{_DIGIT}|\b(?:centur|decade|Jahrhundert|siècle|siglo|secolo|século|eeuw)|век|قرن|सदी|世纪|世紀|세기|ศตวรรษ"
)
_NUMBER = re.compile(
    rf"{_DIGIT}|[一二三四五六七八九十百千万两]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twent|thirt"
    "|dozen|hundred|thousand|million|half|zwei|drei|vier|fünf|deux|trois|quatre|cinq|dos|tres|cuatro|due|tre|dois|três"
    "|twee|drie|два|две|три|четыре|пять|اثن|ثلاث|أربع|خمس|दो|तीन|चार|पांच)"
)
_NAME = re.compile(r"(?<=[\w,;:)'\"] )[A-ZÀ-ÞА-Я][\w'’.-]+")


def _fits(kind: str, one: Candidate, asked: str) -> float:
    """More for a sentence that has what is asked for: a time, a number, a name that is not in the question."""
    if kind == "when":
        return 1.2 if _TIME.search(one.text) else 0.9
    if kind == "count":
        return 1.2 if _NUMBER.search(one.text) else 0.9
    return 1.1 if any(name.lower() not in asked for name in _NAME.findall(one.text)) else 1.0


def _read(ranked: list[Candidate], most: int) -> list[Candidate]:
    """The best, with what its passage adds; another passage only when it says as much."""
    best = ranked[0]
    chosen = [one for one in ranked if one.score >= best.score * (0.75 if one.passage == best.passage else 0.9)][:most]
    return sorted(chosen, key=lambda one: (one.passage != best.passage, one.passage, one.sentence.start))
