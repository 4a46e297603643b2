"""Preferred: a sentence whose score is nearly the best, where the best one lacks what the question wants."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from haystack import Document

from rag_api.answer.extractive import features
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.features import Found
from rag_api.answer.extractive.how_to import tells_how
from rag_api.answer.extractive.named import answers_instead, may_name_several, names_one, speaks_of_them
from rag_api.answer.extractive.rows import has_what_is_asked
from rag_api.answer.extractive.specifics import lacking
from rag_api.answer.extractive.steps import is_item
from rag_api.answer.language.languages import AnswerLanguage

_INSTEAD = 1.0  # how far below the best one that has the numbers, or the kind of cell, of the question may be
_NAMES = 1.5  # and one that names what is asked for, in place of one that only speaks of it
_NO_STATEMENT = frozenset(("page", "question"))  # features


class _Wish(NamedTuple):
    is_met: Callable[[Sequence[Candidate]], bool]
    """By the best of some sentences, their first, so that it stays."""
    meets: Callable[[Candidate], bool]
    """Whether another one does, and comes first instead."""
    is_needed: bool = False
    """Whether nothing answers without."""


def preferred(
    ranked: list[Candidate],
    question: str,
    passages: Sequence[Document],
    found: Found,
    language: AnswerLanguage,
    be_precise: bool,
) -> list[Candidate]:
    """What a reader would rather be told of some sentences, the best first; none, if nothing of them can answer.
    `be_precise` is to ask for the numbers and names of the question."""
    asked = found.asked
    lacks = cache(lambda passage: lacking(passage, passages, found))
    wishes = [
        _wish(lambda one: has_what_is_asked(one, question, language), is_needed=True),
        _Wish(lambda ranked: asked.several or not ranked[0].announces, lambda one: not one.announces),
        _wish(lambda one: _NO_STATEMENT.isdisjoint(one.features)),
    ]
    if be_precise:
        wishes.insert(0, _wish(lambda one: not lacks(one.passage), is_needed=True))
    if not found.model and not asked.negated:
        wishes.append(_wish(lambda one: _has_own_words(one, asked)))
    if asked.several:
        wishes.append(_wish(lambda one: speaks_of_them(one, asked)))
    if asked.counted:
        wishes.append(_wish(lambda one: asked.counted <= one.sentence.known | one.about))
    if asked.kind in features.NUMBERS:
        says_it = _Wish(
            lambda ranked: features.says_beside(ranked[0], ranked, asked), lambda one: features.says_it(one, asked)
        )
        wishes.append(says_it)
    for is_met, meets, is_needed in wishes:
        if ranked and not is_met(ranked):
            ranked = _rather(ranked, meets) or ([] if is_needed else ranked)
    return ranked


def _has_own_words(one: Candidate, asked: Asked) -> bool:
    """Whether a sentence has words of the question itself, and does not only stand below a title; or what the question
    has no word for beside those that ask, such as a weight."""
    return (asked.kind in features.SAID and features.says_it(one, asked)) or not asked.weights.keys().isdisjoint(
        one.sentence.known
    )


def naming(ranked: list[Candidate], asked: Asked, passages: Sequence[Document]) -> tuple[list[Candidate], bool]:
    """Those that name what is asked for, or tell how it is done, and whether the first does name it."""
    best, is_named = ranked[0], True
    if not names_one(best, asked):
        instead = _rather(ranked, lambda one: answers_instead(one, best, asked), _NAMES)
        is_named, ranked = bool(instead), instead or ranked
    if not _names_several(ranked[0], asked, passages):
        instead = _rather(ranked, lambda one: speaks_of_them(one, asked) and _names_several(one, asked, passages))
        is_named, ranked = is_named and bool(instead), instead or ranked
    if not tells_how(ranked[0], asked):
        ranked = _rather(ranked, lambda one: tells_how(one, asked)) or ranked
    return ranked, is_named


def _wish(meets: Callable[[Candidate], bool], is_needed: bool = False) -> _Wish:
    return _Wish(lambda ranked: meets(ranked[0]), meets, is_needed)


def _rather(
    ranked: list[Candidate], is_better: Callable[[Candidate], bool], within: float = _INSTEAD
) -> list[Candidate]:
    """Those that have something that the best lacks, if the first of them is nearly as good; else none."""
    instead = [one for one in ranked if is_better(one)]
    return instead if instead and instead[0].score >= ranked[0].score - within else []


def _names_several(one: Candidate, asked: Asked, passages: Sequence[Document]) -> bool:
    return may_name_several(one, asked) or is_item(one, passages)
