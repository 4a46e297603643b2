"""Questions as people type them: without the politeness around what is asked, and each of several by itself."""

import re
from dataclasses import dataclass
from functools import cached_property

from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms
from rag_api.answer.language.words import either, tables

_MOST = 3  # questions in one
_WRAPPINGS = 4  # "Hello, could you please tell me": as many as are taken away
_BETWEEN = r"[\s,.:;!…-]*"


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class _Spoken:
    """The words of a language: each field is a pattern of alternatives, in lower case."""

    greeting: str
    request: str
    """What stands before a question that begins with one of `asks`: "could you tell me"."""
    closing: str
    asks: str
    """The words that a question begins with."""
    also: str
    """What stands between two questions: "and"."""

    @cached_property
    def before(self) -> re.Pattern[str]:
        return re.compile(
            rf"\W*(?:(?:{self.greeting})(?!\w)|(?:{self.request}),?(?= (?:{self.asks})(?!\w))){_BETWEEN}", re.IGNORECASE
        )

    @cached_property
    def after(self) -> re.Pattern[str]:
        return re.compile(rf"(?<=[,.!?])\s{{0,9}}(?:{self.closing})\W*\Z", re.IGNORECASE)

    @cached_property
    def another(self) -> re.Pattern[str]:
        also, asks = self.also, self.asks
        return re.compile(
            rf"\?\s{{1,9}}(?:(?:{also})\s{{1,9}})?|,?\s{{1,9}}(?:{also})\s{{1,9}}(?=(?:{asks})(?!\w))", re.IGNORECASE
        )

    @cached_property
    def asking(self) -> re.Pattern[str]:
        return re.compile(rf"\W*(?:{self.asks})(?!\w)", re.IGNORECASE)


_SPOKEN = {name: _Spoken(**either(words)) for name, words in tables("spoken").items()}


def unwrapped(question: str, language: AnswerLanguage) -> str:
    """A question without greeting, "could you please tell me" and thanks; as it is if nothing else is left."""
    spoken = _SPOKEN.get(language.name)
    if spoken is None:
        return question
    text = question
    for _ in range(_WRAPPINGS):
        if not (found := spoken.before.match(text)):
            break
        text = text[found.end() :]
    text = spoken.after.sub("", text).rstrip(" ,")
    return text if terms(text, language) else question


def each_asked(question: str, language: AnswerLanguage) -> list[str]:
    """The questions in one, if each begins with a word that asks and names something; else the one as it is."""
    spoken = _SPOKEN.get(language.name)
    if spoken is None:
        return [question]
    parts = [part for part in spoken.another.split(question) if part.strip()]
    is_each = all(spoken.asking.match(part) and _names_something(part, language) for part in parts)
    return parts if 1 < len(parts) <= _MOST and is_each else [question]


def _names_something(part: str, language: AnswerLanguage) -> bool:
    """Not "when" of "when and where was she born", nor "in which year"."""
    kind = language.asks_for(part)
    return bool(terms(language.without_question_words(part, kind) if kind else part, language))
