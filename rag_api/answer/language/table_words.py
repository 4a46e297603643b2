"""Table words: how a question asks for rows, extremes and sums, and what columns of prices or stock are called."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cache, cached_property
from re import IGNORECASE, Pattern, compile

from rag_api.answer.language.languages import BY_NAME, ENGLISH, AnswerLanguage
from rag_api.answer.language.terms import terms
from rag_api.answer.language.words import either, tables

_NEVER = "(?!)"


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class TableWords:
    """The words of a language, by its name: each field is a pattern of alternatives, in lower case, unless it says
    otherwise."""

    name: str
    most: str
    least: str
    many: str
    """Ways to ask how many."""
    people: str
    """Words for people."""
    dearest: str = _NEVER
    cheapest: str = _NEVER
    newest: str = _NEVER
    oldest: str = _NEVER
    """The first of some dates."""
    longest: str = _NEVER
    shortest: str = _NEVER
    total: str = _NEVER
    average: str = _NEVER
    costs: str = _NEVER
    """Ways to ask for a price."""
    price: str = _NEVER
    """What the column of a price is called; the next two likewise."""
    length: str = _NEVER
    stock: str = _NEVER
    lasts: str = _NEVER
    """Ways to ask how long something takes."""
    sold_out: str = _NEVER
    """That nothing is left."""
    in_stock: str = _NEVER
    under: str = _NEVER
    """What stands before a number, if less is asked for; without that number itself."""
    over: str = _NEVER
    up_to: str = _NEVER
    at_least: str = _NEVER
    before: str = _NEVER
    """What stands before a date."""
    after: str = _NEVER
    yes: str = _NEVER
    """What stands in a cell."""
    no: str = _NEVER
    light: str = ""
    """Words, not a pattern: what such a question has beside the words of the table."""
    months: str = ""
    """Words: the months, in order."""

    @property
    def language(self) -> AnswerLanguage:
        return BY_NAME[self.name]

    @cached_property
    def light_terms(self) -> frozenset[str]:
        return frozenset(terms(self.light, self.language))

    def pattern(self, field: str) -> Pattern[str]:
        return _compiled(self, field)

    def asks(self, field: str, question: str) -> bool:
        return self.pattern(field).search(question.lower()) is not None

    def without(self, field: str, question: str) -> str:
        return self.pattern(field).sub(" ", question.lower())

    def people_in(self, question: str) -> Set[str]:
        """The terms of the words for people in a question."""
        return frozenset(terms(" ".join(self.pattern("people").findall(question.lower())), self.language))


_ALL = {name: TableWords(name, **either(words)) for name, words in tables("tables").items()}
_NONE = TableWords(ENGLISH.name, _NEVER, _NEVER, _NEVER, _NEVER)

EXTREMES = {
    "dearest": (True, "price"),
    "cheapest": (False, "price"),
    "newest": (True, "date"),
    "oldest": (False, "date"),
    "longest": (True, "length"),
    "shortest": (False, "length"),
    "least": (False, ""),  # "más bajo" has "más" in it
    "most": (True, ""),
}
"""By field, whether it is the most, and of what kind of column if it says so."""


def table_words(language: AnswerLanguage) -> TableWords:
    return _ALL.get(language.name, _NONE)


def asks_for_extreme(question: str, language: AnswerLanguage) -> bool:
    """Whether the most or the least is asked for."""
    words = table_words(language)
    return any(words.asks(field, question) for field in ("dearest", "cheapest", "least", "most"))


@cache
def _compiled(words: TableWords, field: str) -> Pattern[str]:
    return compile(words.language.whole(getattr(words, field)))


@cache
def called(field: str) -> Pattern[str]:
    """What a column of this kind is called, or a cell has in it, in any language: a table need not be in that of the
    question."""
    return compile(rf"(?<!\w)(?:{'|'.join(getattr(words, field) for words in _ALL.values())})(?!\w)", IGNORECASE)


@cache
def month_numbers() -> dict[str, int]:
    """The number of each month, by its name in any language and by the first three letters of it."""
    numbers: dict[str, int] = {}
    for words in _ALL.values():
        for number, month in enumerate(words.months.split(), 1):
            numbers.setdefault(month, number)
            numbers.setdefault(month[:3], number)
    return numbers
