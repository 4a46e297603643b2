"""What is asked: the terms of a question with their weights, and the kind of thing that answers it."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import log

from rag_api.answer.extractive.answer_types import (
    asks_amount,
    asks_price,
    asks_version,
    has_capitals,
    is_measured,
    negates,
    negations,
)
from rag_api.answer.extractive.steps import asks_for_list, asks_what_to_do
from rag_api.answer.language import attributes
from rag_api.answer.language.attributes import attribute
from rag_api.answer.language.dimensions import dimension, without_asking
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.sentences import sentences
from rag_api.answer.language.table_words import table_words
from rag_api.answer.language.terms import WORD, terms

_TERM = 3  # words that a defined term has at most
_MEASURED = (None, "count", "what")  # kinds of which a question for a measure is one
_FADING = 0.5  # of a turn beside the one after it
_BESIDE = 0.5  # the weight of a word that is not in the sentence that asks: of a turn before, of "Answer in dollars."


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    """In lower case."""
    kind: str | None
    negated: bool
    """Whether it asks what is not so."""
    several: bool
    """Whether it asks for several things, or for steps."""
    remedy: bool
    """Whether it asks what to do."""
    counted: frozenset[str]
    """The term of what is counted, as in "how many hours", or of what a version is of."""
    language: AnswerLanguage
    order: list[str]
    """The terms of what asks, as they follow each other."""
    weights: dict[str, float]
    """The weight of each term, 1 in all: the fewer passages have it, the more."""
    names: frozenset[str]
    """The terms that are of names, as their capitals say."""
    own: frozenset[str]
    """The terms of a follow-up that no turn before it has; none if it is none."""

    @property
    def defines(self) -> bool:
        """Whether it asks what something is, and not for one of its attributes."""
        return self.kind == "what" and len(self.order) <= _TERM

    def share(self, words: Set[str]) -> float:
        """How much of the question some of its words are."""
        return sum(map(self.weights.__getitem__, words))

    @classmethod
    def of(cls, question: str, earlier: str, language: AnswerLanguage, passages: Sequence[Set[str]]) -> "Asked":
        """`earlier` are the turns that the question leans on, the latest first, perhaps with itself before them;
        `passages` are the terms of each."""
        text, earlier = _plain(question), _plain(earlier)
        asking = _asking(text)
        kind = language.asks_for(asking)
        if (kind == "count" and asks_price(asking.lower())) or asks_amount(asking.lower()):
            kind = "price"
        elif kind is None and asks_version(asking.lower()):
            kind = "version"
        kind = dimension(asking, language) or kind if kind in _MEASURED else kind
        kind = attribute(asking, language) or kind
        order = _looked_for(asking, language)
        ordered = set(order)
        counts = dict.fromkeys(order, 1.0)
        counts = dict.fromkeys(terms(text, language), _BESIDE) | counts
        turns = [_looked_for(turn, language) for turn in earlier.removeprefix(text).split("\n") if turn]
        for age, turn in enumerate(turns):
            for word in turn:
                counts.setdefault(word, _BESIDE * _FADING**age)
        question_words = set(terms(asking, language)) - ordered
        denying = set(terms(" ".join(negations(asking)), language))  # what is forbidden is told by "shall not"
        rarity = {}
        for word in (word for word in counts if word not in question_words):
            holding = sum(word in passage for passage in passages)
            if not holding and (word not in ordered or word in denying):
                continue  # such as "Round your answer": how to answer is said in no document
            rarity[word] = log(1 + (len(passages) + 1) / (holding + 0.5)) * counts[word]
        total = sum(rarity.values())
        weights = {word: weight / total for word, weight in rarity.items()}
        capitals = [name for name in _names(asking, language) if not _PERIOD.fullmatch(name)]
        names = frozenset(terms(" ".join(capitals), language)) & weights.keys()
        own = weights.keys() & set(order).difference(*turns) if turns else ()
        several = asks_for_list(asking, language)
        remedy = asks_what_to_do(text, language)
        counted = _counted(asking, language) if kind == "count" else []
        if kind == "version" and (whose := _VERSION_OF.search(asking)):
            counted = terms(whose[1], language)
        return cls(
            text.lower(),
            kind,
            negates(asking),
            several,
            remedy,
            frozenset(counted),
            language,
            order,
            weights,
            names,
            frozenset(own),
        )


def _counted(asking: str, language: AnswerLanguage) -> list[str]:
    """What follows "how many", or "how much" if that is a noun; nothing where it need not follow, as in Thai or
    Arabic."""
    if is_measured(asking.lower()) or not has_capitals(asking):
        return []
    counted = language.after_question_words(asking, "count")
    if not table_words(language).asks("many", asking):
        counted = next(iter(WORD.findall(counted)), "")
    return terms(counted, language)[:1]


def _looked_for(asking: str, language: AnswerLanguage) -> list[str]:
    """The terms of a question without the words that ask, unless there are no others."""
    if name := dimension(asking, language):
        asking = without_asking(asking, language, name)
    elif attribute(asking, language):
        asking = attributes.without_asking(asking)
    kind = language.asks_for(asking)
    left = terms(language.without_question_words(asking, kind), language) if kind else []
    if kind == "count" and asks_price(asking.lower()):
        left = terms(_COSTS.sub(" ", language.without_question_words(asking, kind)), language) or left
    return left or terms(asking, language)


def _plain(question: str) -> str:
    """Periods as documents write them, and without the unit of the answer."""
    question = _FISCAL_YEAR.sub(lambda year: f" {year[1] or '20'}{year[2]}", _UNIT.sub(" ", question))
    return _QUARTER.sub(lambda quarter: f"{quarter[1]} {quarter[2]}", question)


_FISCAL_YEAR = re.compile(r"\bFY ?'?(20)?(\d\d)\b")
_QUARTER = re.compile(r"\b(Q[1-4])(?:,? of |['’ ]*)((?:19|20)\d\d)\b")
_UNIT = re.compile(r"\((?:in|to|as) [^()]{1,60}\)|\bin (?:USD|EUR|GBP|US\$)(?: (?:thousand|million|billion)s?)?\b")
_VERSION_OF = re.compile(r"\b(?:of|von|de|di|da|do|van) (?:the |der |la |il )?([^\s?]+)")
_PERIOD = re.compile(r"[QH][1-4]")
_WORD = re.compile(r"[^\W_]\w*")
_ACRONYM = re.compile(r"[A-Z]{2,}\d*|[^\W_]*[a-z][A-Z]\w*|[A-Z]+\d+\w*")


_LATIN_NAME = re.compile(r"[A-Z][A-Za-z0-9]+")


def _names(question: str, language: AnswerLanguage) -> list[str]:
    """Its words with a capital inside the sentence, where nouns have none, and those of capitals, or with capitals or
    digits inside. Where most words have capitals, they say nothing."""
    if not language.blanks:
        return _LATIN_NAME.findall(question)
    words = [match for match in _WORD.finditer(question) if match[0][0].isalpha()]
    upper = [match for match in words if match[0][0].isupper() and match[0] != "OK"]
    if len(words) > 2 and len(upper) > 0.6 * len(words):
        return []
    inside = language.name != "de"
    return [
        match[0]
        for match in upper
        if _ACRONYM.fullmatch(match[0])
        or (inside and match.start() > 1 and question[match.start() - 2] not in ".?!:。")
    ] + [match[0] for match in words if match[0][0].islower() and _ACRONYM.fullmatch(match[0])]


_COSTS = re.compile(
    r"\b(?:costs?|kostete?n?|cout\w*|cuestan?|costo|costa(?:no|n)?|custa\w*|kost|kosztuj\w+|koster|kostar|стоит|стоят)\b"
)
"""Verbs that ask for a price, as they are compared: who answers need not say them."""


_QUESTION_MARK = ("?", "？", "؟")
_COLON = re.compile(r"[:：] ")


def _asking(question: str) -> str:
    """The sentences of a question that end in a question mark, and of these what follows a colon; all if none does."""
    found = [question[one.start : one.end] for one in sentences(question)]
    asking = [_COLON.split(one)[-1] for one in found if one.endswith(_QUESTION_MARK)]
    return " ".join(asking) or question
