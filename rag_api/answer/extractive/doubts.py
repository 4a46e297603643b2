"""Doubts: why the best sentence may not answer, however much of the question it and its passage have."""

from collections.abc import Set

from haystack import Document

from rag_api.answer.extractive import features
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.features import Features, Found
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.past_times import past_times, said_in

# How much of the question may be missing in a sentence and above it, if it has no word of it itself; and if it is asked
# who, and nobody is named.
_ABOVE_ALONE, _NOBODY = 0.4, 0.25


def is_doubtful(
    best: Candidate,
    answer: Features,
    found: Found,
    question: str,
    passage: Document,
    language: AnswerLanguage,
    respelled: Set[str],
) -> bool:
    """`answer` are the features of the best sentence as an answer, `passage` is where it stands, and `respelled` are
    the terms that were found by a near spelling."""
    asked = found.asked
    return (
        (asked.kind in features.SAID and answer["number missing"] > 0)
        or _is_of_another_time(question, asked.kind, passage, language)
        or _is_spelled_alike(best, found, respelled)
        or _stands_below(best, answer, found)
        or ("who: not said" in best.features and answer["subject missing"] > _NOBODY)
    )


def _is_of_another_time(question: str, kind: str | None, passage: Document, language: AnswerLanguage) -> bool:
    """ "Last year" in a question is another than in a document, which may say nothing of it."""
    times = past_times(question, language) if kind in features.KINDS else set()
    return bool(times) and not said_in(passage.content or "", times)


def _is_spelled_alike(best: Candidate, found: Found, respelled: Set[str]) -> bool:
    """Found by one word that is only spelled alike, it may be of something else."""
    own = found.asked.weights.keys() & (best.sentence.known | best.about)
    return len(own) == 1 and own <= respelled


def _stands_below(best: Candidate, answer: Features, found: Found) -> bool:
    """That it stands below a title with some of the words is too little, if it has none itself."""
    if found.model or "negated as asked" in best.features:
        return False
    has_none = found.asked.weights.keys().isdisjoint(best.sentence.known)
    return has_none and answer["subject missing"] > _ABOVE_ALONE
