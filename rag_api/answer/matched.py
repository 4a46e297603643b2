"""Which words of a passage are those of a question, to be marked where it is shown."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from rag_api.answer.language.languages import AnswerLanguage, language_of
from rag_api.answer.language.terms import UNSPACED_START, WORD, terms

MOST = 50
SEEN = 50_000  # characters of a passage


def matched(text: str, questions: Sequence[str]) -> list[str]:
    """As they are written there, each once and in order; of scripts without blanks, the longest runs of characters."""
    languages = [language_of(question) for question in questions]
    asked = [
        (language, frozenset(terms(question, language)))
        for language, question in zip(languages, questions, strict=True)
    ]
    words = dict.fromkeys(WORD.findall(text, 0, SEEN))
    found = (part for word in words for language, wanted in asked for part in _of(word, language, wanted))
    return list(islice(_distinct(found), MOST))


def _of(word: str, language: AnswerLanguage, wanted: Collection[str]) -> Iterator[str]:
    if UNSPACED_START.match(word):
        yield from _runs(word, wanted)
    elif any(term in wanted for term in terms(word, language)):
        yield word


def _runs(word: str, wanted: Collection[str]) -> Iterator[str]:
    """Characters that are in any of these groups, as long as they stand side by side."""
    sizes = {len(group) for group in wanted}
    begin = end = 0
    for start in range(len(word)):
        for size in sizes:
            if word[start : start + size] in wanted:
                if start > end:
                    yield word[begin:end]
                    begin = start
                end = max(end, start + size)
    yield word[begin:end]


def _distinct(parts: Iterable[str]) -> Iterator[str]:
    seen = {""}
    for part in parts:
        if part not in seen:
            seen.add(part)
            yield part
