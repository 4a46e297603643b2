"""Scoring: a question as a query whose scores can be compared, between questions and between engines.

The score of a passage is the sum of BM25 over the question's words (k1 = 1.2, b = 0.75) and, with less weight, over
their bigrams in either order; a number that a chunk has adds 1.6 * idf, however often it is there. The sum is divided
by the most that the words could reach: the sum of idf * (k1 + 1), where idf = ln(1 + (N - n + 0.5) / (n + 0.5)) for a
word in n of the N texts in the question's script, n = 0 for a word in none (`statistics.py` counts them). A word that
the question has more than once counts 1 + ln(times), light words have less weight, and words of the context their own.
So 1 means every word of the question, many times over, and scores can be compared between questions and between
collections.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from ingest.context import Context
from ingest.index.analysis import QuestionTerms, Term, question_terms
from ingest.index.statistics import ASSUMED, Statistics, idf
from ingest.languages import ENGLISH, Language, language_of

# By measurement: docs/quality.md.
_BIGRAM = 0.4  # the weight of a bigram beside its words
_USUAL_BIGRAMS = 8  # where a question has more, they weigh no more together; not where words are single characters
_REVERSED = 0.3  # times that, for the same two words in the other order
_LIGHT = 0.5  # the weight of a light word
_WHOLE = 0.5  # the weight of a compound beside its parts
_NUMBER = 1.6  # times its idf, for a chunk that has a number; a word gets `K1` + 1 at most
_NEAR = 0.5  # the weight of a near spelling beside the word itself
_MOST_NEAR = 3  # words of a question that are searched for by their near spellings
K1 = 1.2
MOST_TERMS = 64  # of a question; of a pasted page, the rarest are enough

Clause = TypeVar("Clause")
Said = TypeVar("Said", covariant=True)


class Asked(NamedTuple):
    """A question and its context, analysed for the languages of the chunks."""

    terms: QuestionTerms
    context: list[tuple[float, QuestionTerms]]
    script: str


class Clauses(Protocol[Said]):
    """An engine's queries."""

    def any_of(self, field: str, term: Term, weight: float) -> Said:
        """BM25 of a term in the best of its forms, with this weight in place of the engine's own idf."""

    def any_number(self, number: Term, score: float) -> Said:
        """This score, for a number in any of its forms."""

    def near_spellings(self, word: str) -> Term:
        """The terms of the words that are almost spelled like this one."""


@dataclass(frozen=True)
class Scored(Generic[Clause]):
    clauses: list[Clause]
    """Their scores are added."""
    max_score: float
    """What the words of the question could reach."""
    near: dict[str, Term]
    """By word of the question that no chunk has, the terms of its near spellings."""


def analysed(question: str, context: Context, there: Iterable[Language]) -> Asked:
    languages = list(there) or [ENGLISH]
    terms = question_terms(question, languages)
    others = [(weight, question_terms(text, languages)) for text, weight in context]
    return Asked(terms, others, language_of(question).script)


def scored(asked: Asked, statistics: Statistics, clauses: Clauses[Clause]) -> Scored[Clause] | None:
    """None if there are no words to search for."""
    words = _weights(asked, statistics)
    if not words:
        return None
    document_frequency = {word: statistics.with_any(field_of(word), word) for word in words}
    texts = max(statistics.texts(asked.script), *document_frequency.values()) + ASSUMED
    max_score_by_term = {word: weight * idf(document_frequency[word], texts) for word, weight in words.items()}
    known = [word for word in words if document_frequency[word]]
    unknown = [word for word in words if not document_frequency[word]]
    rarest = (sorted(known, key=max_score_by_term.__getitem__, reverse=True) + unknown)[:MOST_TERMS]
    max_score = sum(max_score_by_term[word] for word in rarest) * (K1 + 1)
    found = [
        clauses.any_number(word, max_score_by_term[word] * _NUMBER)
        if _is_number(word)
        else clauses.any_of("text", word, max_score_by_term[word])
        for word in rarest
        if document_frequency[word]
    ]
    near = _near(asked, unknown, clauses) if unknown else {}
    for term, others in near.values():
        weight = _NEAR * words[term] * idf(statistics.with_any("text", others), texts)
        found.append(clauses.any_of("text", others, weight))
    if len(words) <= MOST_TERMS:  # a pasted page has no need of bigrams
        for bigram, weight in _bigram_weights(asked.terms).items():
            if frequency := statistics.with_any("bigrams", bigram):
                found.append(clauses.any_of("bigrams", bigram, weight * idf(frequency, texts)))
    return Scored(found, max_score, {word: others for word, (_, others) in near.items()})


def field_of(word: Term) -> str:
    return "numbers" if _is_number(word) else "text"


def _weights(asked: Asked, statistics: Statistics) -> dict[Term, float]:
    """Each word with its weight, the highest it has in any of the texts."""
    weights: dict[Term, float] = {}
    for weight, terms in [(1.0, asked.terms), *asked.context]:
        for word, times in terms.words.items():
            counts = weight * (1 + math.log(times)) * (_LIGHT if word in terms.light else 1.0)
            parts = terms.word_parts.get(word)
            counted = dict.fromkeys(parts or (), counts)
            if parts is None or statistics.with_any("text", word):
                alone = len(terms.words) == 1  # who asks for an error code only wants no other
                counted = {word: counts} if alone else counted | {word: counts * _WHOLE if parts else counts}
            for each, its in counted.items():
                weights[each] = max(its, weights.get(each, 0.0))
    return weights


def _bigram_weights(asked: QuestionTerms) -> dict[Term, float]:
    if not asked.reversed_bigrams:
        return dict.fromkeys(asked.bigrams, _BIGRAM)
    weight = _BIGRAM * min(1.0, _USUAL_BIGRAMS / len(asked.bigrams))
    return dict.fromkeys(asked.reversed_bigrams, weight * _REVERSED) | dict.fromkeys(asked.bigrams, weight)


def _near(asked: Asked, unknown: list[Term], clauses: Clauses[Clause]) -> dict[str, tuple[Term, Term]]:
    """By word of the question that no chunk has, its term and those of its near spellings; of a few words only."""
    spelled = asked.terms.spelled
    looked_for = [term for term in unknown if term in spelled][:_MOST_NEAR]
    return {spelled[term]: (term, near) for term in looked_for if (near := clauses.near_spellings(term[0]))}


def _is_number(term: Term) -> bool:
    return term[0].isdecimal()
