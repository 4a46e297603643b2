"""Scoring: a question as a query whose scores can be compared.

The score of a passage is the sum of BM25 over the question's words (Tantivy's k1 = 1.2, b = 0.75) and, with less
weight, over their bigrams in either order; a number that a chunk has adds 1.6 * idf, however often it is there. The sum
is divided by the most that the words could reach: the sum of idf * (k1 + 1), where idf = ln(1 + (N - n + 0.5) / (n +
0.5)) for a word in n of the N texts in the question's script, n = 0 for a word in none (`statistics.py` counts them). A
word that the question has more than once counts 1 + ln(times), light words have less weight, and words of the context
their own. So 1 means every word of the question, many times over, and scores can be compared between questions and
between collections.
"""

import math
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from ingest.context import Context
from ingest.index.embedded.analysis import QuestionTerms, Term, question_terms
from ingest.index.embedded.spelling import near_spellings
from ingest.index.embedded.statistics import ASSUMED, Statistics, idf
from ingest.languages import ENGLISH, Language, language_of

# By measurement: docs/quality.md.
_BIGRAM = 0.4  # the weight of a bigram beside its words
_USUAL_BIGRAMS = 8  # where a question has more, they weigh no more together; not where words are single characters
_REVERSED = 0.3  # times that, for the same two words in the other order
_LIGHT = 0.5  # the weight of a light word
_WHOLE = 0.5  # the weight of a compound beside its parts
_NUMBER = 1.6  # times its idf, for a chunk that has a number; a word gets `_K1` + 1 at most
_NEAR = 0.5  # the weight of a near spelling beside the word itself
_MOST_NEAR = 3  # words of a question that are searched for by their near spellings
_K1 = 1.2
_MOST_TERMS = 64  # of a question; of a pasted page, the rarest are enough


@dataclass(frozen=True)
class Scored:
    query: Query
    max_score: float
    """What the words of the question could reach."""
    near: dict[str, Term]
    """By word of the question that no chunk has, the terms of its near spellings."""


def scored(schema: Schema, statistics: Statistics, question: str, context: Context) -> Scored | None:
    """None if there are no words to search for."""
    languages = statistics.languages or [ENGLISH]
    words, bigrams = _weighted(statistics, question, context, languages)
    if not words:
        return None
    document_frequency = {word: _document_frequency(statistics, _field(word), word) for word in words}
    texts = max(statistics.texts(language_of(question).script), *document_frequency.values()) + ASSUMED
    max_score_by_term = {word: weight * idf(document_frequency[word], texts) for word, weight in words.items()}
    known = [word for word in words if document_frequency[word]]
    unknown = [word for word in words if not document_frequency[word]]
    rarest = (sorted(known, key=max_score_by_term.__getitem__, reverse=True) + unknown)[:_MOST_TERMS]
    max_score = sum(max_score_by_term[word] for word in rarest) * (_K1 + 1)
    asked = [
        _any_number(schema, word, max_score_by_term[word])
        if _is_number(word)
        else _either(schema, statistics, "text", word, max_score_by_term[word])
        for word in rarest
        if document_frequency[word]
    ]
    near = _near(statistics.searcher, unknown, question, languages) if unknown else {}
    for term, others in near.values():
        weight = _NEAR * words[term] * idf(_document_frequency(statistics, "text", others), texts)
        asked.append(_either(schema, statistics, "text", others, weight))
    if len(words) <= _MOST_TERMS:  # a pasted page has no need of bigrams
        for bigram, weight in bigrams.items():
            if frequency := _document_frequency(statistics, "bigrams", bigram):
                asked.append(_either(schema, statistics, "bigrams", bigram, weight * idf(frequency, texts)))
    query = Query.boolean_query([(Occur.Should, either) for either in asked])
    return Scored(query, max_score, {word: others for word, (_, others) in near.items()})


def _weighted(
    statistics: Statistics, question: str, context: Context, languages: list[Language]
) -> tuple[dict[Term, float], dict[Term, float]]:
    """Each word with its weight, the highest it has in any of the texts, and the question's bigrams with theirs."""
    asked = question_terms(question, languages)
    weights: dict[Term, float] = {}
    for weight, terms in [(1.0, asked), *((weight, question_terms(text, languages)) for text, weight in context)]:
        for word, times in terms.words.items():
            counts = weight * (1 + math.log(times)) * (_LIGHT if word in terms.light else 1.0)
            parts = terms.word_parts.get(word)
            counted = dict.fromkeys(parts or (), counts)
            if parts is None or _document_frequency(statistics, "text", word):
                alone = len(terms.words) == 1  # who asks for an error code only wants no other
                counted = {word: counts} if alone else counted | {word: counts * _WHOLE if parts else counts}
            for each, its in counted.items():
                weights[each] = max(its, weights.get(each, 0.0))
    return weights, _bigram_weights(asked)


def _either(schema: Schema, statistics: Statistics, field: str, term: Term, weight: float) -> Query:
    """A term in any of its forms, with this weight in place of Tantivy's own for each."""
    forms = [
        Query.boost_query(Query.term_query(schema, field, form, "freq"), weight / statistics.bm25_idf(field, form))
        for form in term
    ]
    return forms[0] if len(forms) == 1 else Query.disjunction_max_query(forms)


def _any_number(schema: Schema, number: Term, weight: float) -> Query:
    forms = [(Occur.Should, Query.term_query(schema, "numbers", form, "basic")) for form in number]
    return Query.const_score_query(Query.boolean_query(forms), weight * _NUMBER)


def _bigram_weights(asked: QuestionTerms) -> dict[Term, float]:
    if not asked.reversed_bigrams:
        return dict.fromkeys(asked.bigrams, _BIGRAM)
    weight = _BIGRAM * min(1.0, _USUAL_BIGRAMS / len(asked.bigrams))
    return dict.fromkeys(asked.reversed_bigrams, weight * _REVERSED) | dict.fromkeys(asked.bigrams, weight)


def _near(
    searcher: Searcher, unknown: list[Term], question: str, languages: list[Language]
) -> dict[str, tuple[Term, Term]]:
    """By word of the question that no chunk has, its term and those of its near spellings; of a few words only."""
    spelled = question_terms(question, languages).spelled
    looked_for = [term for term in unknown if term in spelled][:_MOST_NEAR]
    return {spelled[term]: (term, near) for term in looked_for if (near := near_spellings(searcher, "text", term[0]))}


def _is_number(term: Term) -> bool:
    return term[0].isdecimal()


def _field(word: Term) -> str:
    return "numbers" if _is_number(word) else "text"


def _document_frequency(statistics: Statistics, field: str, term: Term) -> int:
    return max(statistics.with_term(field, form) for form in term)
