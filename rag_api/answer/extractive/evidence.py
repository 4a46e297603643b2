"""Evidence: the sentences of the passages that answer a question."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import log, sqrt
from statistics import fmean

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import Analysed, analysed, terms

MOST = 3
"""Sentences in an answer."""


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
    score: float = 0.0


def evidence(
    question: str, earlier: str, passages: Sequence[Document], language: AnswerLanguage, min_confidence: float = 0.0
) -> list[Candidate]:
    """The best sentences, in reading order; none if the confidence that they answer is too low."""
    candidates = _candidates(passages, language)
    weights = _weights(terms(question, language), terms(earlier, language), candidates)
    scores = [passage.score or 0.0 for passage in passages]
    if not weights or not candidates or _confidence(candidates, weights, scores) < min_confidence:
        return []
    kind = language.asks_for(question)
    best = max(scores) or 1.0
    for one in candidates:
        if coverage := _coverage(one, weights):
            one.score = coverage * (scores[one.passage] / best) * _form(one) / (1 + 0.02 * min(one.place, 10))
            if kind:
                one.score *= _fits(kind, one, question.lower())
    ranked = sorted((one for one in candidates if one.score), key=lambda one: -one.score)
    return _read(ranked, weights.keys(), 1 if kind else MOST) if ranked else []


def _candidates(passages: Sequence[Document], language: AnswerLanguage) -> list[Candidate]:
    """Every sentence once, though chunks overlap. Headings are not candidates, but say what sentences below them are
    about."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        content, meta = passage.content or "", chunk_meta(passage)
        about = frozenset(terms(" ".join([meta.get("title") or "", *(meta.get("headings") or [])]), language))
        last = last_but_one = frozenset[str]()
        place = 0
        for sentence in analysed(content, language):
            if sentence.heading:
                about, last, last_but_one = about | sentence.known, frozenset(), frozenset()
                continue
            text = " ".join(content[sentence.start : sentence.end].split())
            if sentence.known and text not in seen:
                seen.add(text)
                found.append(Candidate(index, place, sentence, text, last | last_but_one, about))
                place += 1
            last, last_but_one = sentence.known, last
    return found


def _weights(asked: list[str], earlier: list[str], candidates: list[Candidate]) -> dict[str, float]:
    """The weight of each term, 1 in all: the fewer passages have it, the more; half if it is from earlier turns."""
    passages = len({one.passage for one in candidates})
    rarity = {}
    for word in dict.fromkeys(asked + earlier):
        holding = len({one.passage for one in candidates if word in one.sentence.known})
        rarity[word] = log(1 + (passages + 1) / (holding + 0.5)) * (1.0 if word in asked else 0.5)
    total = sum(rarity.values())
    return {word: weight / total for word, weight in rarity.items()}


def _confidence(candidates: list[Candidate], weights: dict[str, float], scores: list[float]) -> float:
    """The confidence that one of these sentences answers, from 0 to 1 and comparable between collections.

    It is the geometric mean of how much of the question a sentence covers in its own words and of the score of its
    passage, higher the more the best passage stands out. As in BM25, more is asked of a long sentence, which has some
    words by chance.
    """
    usual = fmean(len(one.sentence.terms) for one in candidates)
    sure = 0.0
    for one in candidates:
        if own := weights.keys() & one.sentence.known:
            said = sum(map(weights.__getitem__, own)) / (0.75 + 0.25 * len(one.sentence.terms) / usual)
            sure = max(sure, said * scores[one.passage])
    return min(sqrt(sure * _standing_out(scores)), 1.0)


def _standing_out(scores: list[float]) -> float:
    """The best score over the mean of all, 1 if it is twice that.

    Two assumed passages at half the best score make up for what a few passages do not show. If all are as good as the
    best, the question has only words that all documents have.
    """
    best = max(scores)
    return (len(scores) + 1) * best / sum(scores) / 2 if best else 0.0


def _coverage(one: Candidate, weights: dict[str, float]) -> float:
    """The share of the question that a sentence covers: in its own words, by its headings, by the sentences around."""
    own = weights.keys() & one.sentence.known
    about = weights.keys() & one.about - own
    around = weights.keys() & one.around - own - about
    return (
        sum(map(weights.__getitem__, own))
        + 0.9 * sum(map(weights.__getitem__, about))
        + 0.3 * sum(map(weights.__getitem__, around))
    )


def _form(one: Candidate) -> float:
    """A lower factor for what is hardly a statement: a question, a scrap, a page without a full stop."""
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
    """A higher factor for what is asked for: a time, a number, a name that is not in the question."""
    if kind == "when":
        return 1.2 if _TIME.search(one.text) else 0.9
    if kind == "count":
        return 1.2 if _NUMBER.search(one.text) else 0.9
    return 1.1 if any(name.lower() not in asked for name in _NAME.findall(one.text)) else 1.0


_ALIKE, _ADDS = 0.95, 0.5  # of the best's score


def _read(ranked: list[Candidate], asked: Set[str], most: int) -> list[Candidate]:
    """The best, those that are nearly as good, and from its passage what covers another part of the question."""
    best, *others = ranked
    chosen, said = [best], best.sentence.known
    for one in others:
        adds = one.passage == best.passage and not (one.sentence.known & asked) <= said
        if len(chosen) < most and one.score >= best.score * (_ADDS if adds else _ALIKE):
            chosen.append(one)
            said |= one.sentence.known
    return sorted(chosen, key=lambda one: (one.passage != best.passage, one.passage, one.sentence.start))
