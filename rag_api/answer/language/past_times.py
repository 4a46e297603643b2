"""Past times: "last year" and "three days ago" mean another time in a document than in a question."""

import re
from functools import cache

from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.words import tables

_PAST = {name: words["past"] for name, words in tables("times").items()}


_LAST = re.compile(  # the beginnings of words that "last year" and "last week" share
    r"(?:last|prev|past|prior|prec|ago|letz|vori|verg|vorh|vor|dern|pass|préc|ante|últi|scor|ulti|afge|verl|прош|назад"
    r"|zesz|ubie|popr|förr|the|der|des|il|hace|há|för|fa|geleden|temu|sedan)"
)
_WORD = re.compile(r"[^\W_]+")


def past_times(question: str, language: AnswerLanguage) -> set[str]:
    """How the words begin that such times are told by: "year" of "last year"."""
    return _told(_pattern(language.name), question)


def said_in(text: str, times: set[str]) -> bool:
    """Whether a text, in whatever language, tells one of these times in the same way."""
    return not times.isdisjoint(_told(_pattern(""), text))


def _told(pattern: re.Pattern[str], text: str) -> set[str]:
    words = (word for found in pattern.finditer(text.lower()) for word in _WORD.findall(found[0]))
    return {
        word.removeprefix("vor")[:4] for word in words if not _LAST.fullmatch(word[:4]) and not _LAST.fullmatch(word)
    }


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = [_PAST.get(language, "(?!)")] if language else _PAST.values()
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")
