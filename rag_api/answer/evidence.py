"""The sentences of the passages that answer a question."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from haystack import Document

from rag_api.answer.languages import Language
from rag_api.answer.sentences import sentences
from rag_api.answer.terms import terms

MOST = 3
"""Sentences in an answer."""


@dataclass(slots=True, eq=False)
class Candidate:
    """A sentence of a passage; `start` and `end` are offsets in the passage's content."""

    passage: int
    place: int
    start: int
    end: int
    text: str
    words: list[str]
    around: set[str]
    about: set[str]
    score: float = 0.0


def evidence(question: str, earlier: str, passages: Sequence[Document], language: Language) -> list[Candidate]:
    """The best sentences in the order to read them, or none if the passages do not hold an answer."""
    asked = terms(question, language)
    candidates = _candidates(passages, language)
    weights = _weights(asked, terms(earlier, language), candidates)
    if not weights or not candidates:
        return []
    if _held(passages, candidates, weights) < ENOUGH:
        return []
    best = max((passage.score or 0.0 for passage in passages), default=0.0) or 1.0
    kind = language.asks_for(question)
    total = sum(weights.values())
    pairs = set(zip(asked, asked[1:], strict=False))
    for one in candidates:
        rank = (passages[one.passage].score or 0.0) / best
        one.score = _coverage(one, weights) / total * (0.7 + 0.3 * rank)
        one.score += 0.05 * sum(pair in pairs for pair in zip(one.words, one.words[1:], strict=False)) / max(1, len(pairs))
        one.score *= _form(one) * (_answers(kind, one, question.lower()) if kind else 1.0)
    ranked = sorted(candidates, key=lambda one: -one.score)
    return _read(ranked, weights, 1 if kind else MOST)


def _candidates(passages: Sequence[Document], language: Language) -> list[Candidate]:
    """Every sentence once, though chunks overlap. Headings are none, but tell what the sentences below are about."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        content, meta = passage.content or "", passage.meta
        about = set(terms(" ".join([meta.get("title") or "", *(meta.get("headings") or [])]), language))
        before: list[set[str]] = []
        for place, (start, end, heading) in enumerate(sentences(content)):
            text = " ".join(content[start:end].split())
            words = terms(text, language)
            if heading:
                about, before = about | set(words), []
            elif text not in seen:
                seen.add(text)
                around = set().union(*before[-2:])
                found.append(Candidate(index, place, start, end, text, words, around, about))
                before.append(set(words))
    return found


def _weights(asked: list[str], earlier: list[str], candidates: list[Candidate]) -> dict[str, float]:
    """How much each term tells: the rarer among the sentences, the more. What was asked earlier counts half."""
    counts = Counter(word for one in candidates for word in set(one.words))
    total = len(candidates)
    rarity = {word: log(1 + (total - counts[word] + 0.5) / (counts[word] + 0.5)) for word in {*asked, *earlier}}
    return {word: weight if word in asked else weight / 2 for word, weight in rarity.items()}


def _held(passages: Sequence[Document], candidates: list[Candidate], weights: dict[str, float]) -> float:
    """The share of the question that the best passage speaks of, 0 to 1."""
    words: list[set[str]] = [set() for _ in passages]
    for one in candidates:
        words[one.passage].update(one.words, one.about)
    return max(_sum(weights, weights.keys() & held) for held in words) / sum(weights.values())


def _coverage(one: Candidate, weights: dict[str, float]) -> float:
    own = weights.keys() & set(one.words)
    about = weights.keys() & one.about - own
    around = weights.keys() & one.around - own - about
    return _sum(weights, own) + 0.5 * _sum(weights, about) + 0.35 * _sum(weights, around)


def _sum(weights: dict[str, float], words: set[str]) -> float:
    return sum(weights[word] for word in words)


def _form(one: Candidate) -> float:
    """Less for what hardly is a sentence that says something."""
    factor = 1.0
    if one.text.endswith(("?", "？", "؟")):
        factor *= 0.6
    if len(one.words) < 3:
        factor *= 0.8
    if one.text[0].islower() or one.text[-1].isalnum():
        factor *= 0.9
    return factor


_TIME = re.compile(r"\b(?:1\d|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)?\b|\b(?:centur(?:y|ies)|decade|19\d0s)\b|[\u0660-\u0669\u0966-\u096f]|[年月日]")
_NUMBER = re.compile(
    r"\d|[\u0660-\u0669\u0966-\u096f]|[一二三四五六七八九十百千万]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|half)\b"
)
_NAME = re.compile(r"(?<=[\w,;:)'\"] )[A-ZÀ-ÞА-Я][\w'’.-]+")


def _answers(kind: str, one: Candidate, asked: str) -> float:
    if kind == "when":
        return 1.2 if _TIME.search(one.text) else 0.9
    if kind == "count":
        return 1.2 if _NUMBER.search(one.text) else 0.9
    return 1.1 if any(name.lower() not in asked for name in _NAME.findall(one.text)) else 1.0


def _read(ranked: list[Candidate], weights: dict[str, float], most: int) -> list[Candidate]:
    best = ranked[0]
    chosen = [best]
    covered = weights.keys() & set(best.words)
    for one in ranked[1:]:
        if len(chosen) == most or one.score < 0.7 * best.score:
            break
        chosen.append(one)
    return sorted(chosen, key=lambda one: (one.passage != best.passage, one.passage, one.place))


ENOUGH = 0.4
