"""Evidence: the sentences of the passages that answer a question.

Two regressions choose it, with the numbers of `weights.toml`: one says how well each sentence answers, the other how
sure it is that the best one does.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from math import exp, log
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from haystack import Document

from rag_api.answer.extractive import features
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.beside import nearest, told_with
from rag_api.answer.extractive.candidates import Candidate, candidates
from rag_api.answer.extractive.clutter import asks_of_mail, heads_mail, points_elsewhere
from rag_api.answer.extractive.doubts import is_doubtful
from rag_api.answer.extractive.features import Features, Found
from rag_api.answer.extractive.how_to import is_no_way, may_tell_how
from rag_api.answer.extractive.lookup import looked_up
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.extractive.preferred import naming, preferred
from rag_api.answer.extractive.sections import below, called_by, fitting, section_named, without_section
from rag_api.answer.extractive.specifics import codes_in, is_of_another
from rag_api.answer.language.languages import ENGLISH, AnswerLanguage
from rag_api.answer.language.terms import terms

_DOUBTFUL = 2.1  # times the confidence for an answer is asked of what does not tell how something is done
_PART = 8
"""Sentences among which a word counts once, in telling how rare it is: merged passages are long."""
_COMPARED = 64
"""Sentences whose meaning is compared, of the best passages: they are read while somebody waits."""
_GUESSED = 0.5  # what a near spelling counts for in the search
_UNSURE = 0.25
"""The share of the confidence for an answer at which sentences may answer; below it, nothing is near."""


Weights = Mapping[str, Mapping[str, float]]
"""What the features count for: of a `sentence`, and of the `confidence`."""


class Evidence(NamedTuple):
    sentences: list[Candidate]
    sure: bool = True
    """Whether the confidence that they answer is high enough; else they are what comes nearest."""


def evidence(
    question: str,
    earlier: str,
    passages: Sequence[Document],
    language: AnswerLanguage,
    min_confidence: float = 0.0,
    meaning: Meaning | None = None,
    respelled: Set[str] = frozenset(),
) -> Evidence:
    """The best sentences, in reading order; the nearest ones if the confidence that they answer is too low, and none if
    it is far too low. `respelled` are the terms of the question that were found by a near spelling."""
    section = section_named(question)
    its = below(section, candidates(passages, language), passages, language) if section else []
    if section and its and section.is_whole(called_by(passages[its[0].passage], language), language):
        return Evidence(fitting(its))
    found, sentences = considered(question, earlier, passages, language, meaning)
    if not found or not sentences:
        return Evidence([])
    asked = found.asked
    if guessed := asked.share(asked.weights.keys() & respelled):
        # The search let these words count half, to have what is spelled as asked come first.
        full = [min(score / (1 - _GUESSED * guessed), 1.0) for score in found.scores]
        found = replace(found, scores=full)
    if rows := looked_up(question, asked, sentences, [_name(passage, language) for passage in passages], language):
        return Evidence(rows)
    counts = weights(found.model)
    ranked = in_order(sentences, counts["sentence"])
    ranked = _without_asides(ranked, asked)
    statements = preferred(ranked, question, passages, found, language, be_precise=min_confidence > 0)
    if not statements:
        return Evidence([])
    ranked, is_named = naming(statements, asked, passages)
    if min_confidence and features.counted_apart(ranked[0], asked):
        return Evidence([])
    answer = features.of_answer(ranked[0], ranked, found)
    sure = confidence(answer, counts["confidence"])
    untold = sure < min_confidence * _DOUBTFUL and not may_tell_how(ranked[0], asked)
    # Of a section that is named, a sentence about what is asked is what it says of that.
    of_section = bool(its) and not asked.weights.keys().isdisjoint(ranked[0].sentence.known | ranked[0].about)
    passage = passages[ranked[0].passage]
    wanting = not is_named or untold or is_doubtful(ranked[0], answer, found, question, passage, language, respelled)
    if not min_confidence or ((sure >= min_confidence or of_section) and not wanting):
        return Evidence(told_with(ranked, found))
    if sure < min_confidence * _UNSURE or answer["number missing"]:
        return Evidence([])
    return Evidence(nearest(statements, found), sure=False)


def _without_asides(ranked: list[Candidate], asked: Asked) -> list[Candidate]:
    """Without sentences that are of something else, unless there are no others."""
    codes, of_mail = codes_in(asked), asks_of_mail(asked.text)

    def points(one: Candidate) -> bool:
        return asked.kind != "where" and points_elsewhere(one.text)

    def heads(one: Candidate) -> bool:
        return not of_mail and heads_mail(one.text)

    def is_row(one: Candidate) -> bool:
        return is_no_way(one, asked)

    def is_other(one: Candidate) -> bool:
        return bool(codes) and is_of_another(one.text, codes)

    for is_aside in (points, heads, is_row, is_other):
        ranked = [one for one in ranked if not is_aside(one)] or ranked
    return ranked


def considered(
    question: str,
    earlier: str,
    passages: Sequence[Document],
    language: AnswerLanguage,
    meaning: Meaning | None = None,
) -> tuple[Found | None, list[Candidate]]:
    """The sentences that have something of the question in them, above them or before them, and those of the first
    passages whose meaning is compared, with their features."""
    sentences = candidates(passages, language)
    section = section_named(question)
    if section and (its := below(section, sentences, passages, language)):
        sentences, question, earlier = its, section.rest, without_section(earlier)
    parts = defaultdict[tuple[int, int], set[str]](set)
    for one in sentences:
        parts[one.passage, one.place // _PART].update(one.sentence.known, one.about)
    asked = Asked.of(question, earlier, language, list(parts.values()))
    if not asked.weights or not sentences:
        return None, []
    wanted = asked.weights.keys()
    holding = Counter(word for one in sentences for word in wanted & one.sentence.known)
    rarity = {word: log(1 + (len(sentences) + 1) / (holding[word] + 0.5)) for word in wanted}
    total = sum(rarity.values())
    known = list(_known(passages, parts, language))
    meant = _meant(asked.names, [_name(passage, language) for passage in passages], known)
    scores = [passage.score or 0.0 for passage in passages]
    found = Found(
        asked,
        {word: value / total for word, value in rarity.items()},
        fmean(len(one.sentence.terms) for one in sentences),
        scores,
        max(scores[number] for number in meant) or 1.0,
        language.blanks and language is not ENGLISH,
        [_unknown(asked.names, words, language) for words in known],
        sentences,
    )
    sentences = [one for one in sentences if one.passage in meant]
    touched = [one for one in sentences if not wanted.isdisjoint(one.sentence.known | one.about | one.around)]
    if meaning and meaning.knows(language) and _compare(sentences, question, earlier, meaning):
        compared = [one for one in sentences if one.likeness is not None]
        found = replace(found, model=meaning.model, likeness=fmean(one.likeness or 0.0 for one in compared))
        touched += [one for one in compared if one not in touched]
    for one in touched:
        one.features = features.of_sentence(one, found)
    if any(one.key and one.key <= asked.own for one in touched):
        for one in touched:
            if not one.key <= asked.own:  # the entry of the turn before
                one.features.pop("entry", None)
    return found, touched


def _compare(sentences: Sequence[Candidate], question: str, earlier: str, meaning: Meaning) -> bool:
    """Compare the first sentences and their headings with the question; whether the model could be used."""
    first = sentences[:_COMPARED]
    turns = [question, *(turn for turn in earlier.split("\n") if turn and turn != question)]
    likeness = meaning.likeness(
        " ".join(reversed(turns)), [*(one.text for one in first), *(one.heading for one in first)]
    )
    for one, its, above in zip(first, likeness, likeness[len(first) :], strict=False):
        one.likeness, one.likeness_above = its, above
    return len(likeness) > 0


def _meant(names: Set[str], files: Sequence[Set[str]], known: Sequence[Set[str]]) -> list[int]:
    """The passages that can answer where files are called by a name that is asked for: those that have one, too."""
    called = names & frozenset[str]().union(*files)
    return [number for number, words in enumerate(known) if not called or not called.isdisjoint(words)]


def _known(
    passages: Sequence[Document], parts: Mapping[tuple[int, int], Set[str]], language: AnswerLanguage
) -> Iterator[Set[str]]:
    """The terms of each passage, and of the name of its file."""
    for index, passage in enumerate(passages):
        yield _name(passage, language).union(*(words for (number, _), words in parts.items() if number == index))


def _name(passage: Document, language: AnswerLanguage) -> frozenset[str]:
    """The terms of the name of its file."""
    return frozenset(terms(passage.meta.get("filename") or "", language))


def _unknown(names: Set[str], known: Set[str], language: AnswerLanguage) -> frozenset[str]:
    """The names that are not among some terms, nor begin one: of Rome, Roman."""
    stems = {name: name if language is ENGLISH else name[: max(3, len(name) - 1)] for name in names - known}
    return frozenset(name for name, stem in stems.items() if not any(word.startswith(stem) for word in known))


def weights(model: str = "") -> Weights:
    """Those for sentences that are compared by words alone, or by the vectors of an embedding model, too."""
    return all_weights()[model]


@cache
def all_weights() -> Mapping[str, Weights]:
    """By the name of the model. What is read by words alone has none."""
    models: dict[str, Any] = tomllib.loads(Path(__file__).with_name("weights.toml").read_text())
    words = {table: models.pop(table) for table in ("sentence", "confidence")}
    return {"": words, **models}


def in_order(sentences: Sequence[Candidate], counts: Mapping[str, float]) -> list[Candidate]:
    """The best first."""
    for one in sentences:
        one.score = features.weighed(one.features, counts)
    return sorted(sentences, key=lambda one: -one.score)


def confidence(answer: Features, counts: Mapping[str, float]) -> float:
    """How sure it is that there is an answer, from 0 to 1."""
    return 1 / (1 + exp(-features.weighed(answer, counts) - counts["bias"]))
