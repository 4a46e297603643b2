"""What is asked: the terms of a question with their weights, and the kind of thing that answers it."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import log

from rag_api.answer.extractive.answer_types import negates
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.sentences import sentences
from rag_api.answer.language.terms import terms

_TERM = 3  # words that a defined term has at most
_BESIDE = 0.5  # the weight of a word that is not in the sentence that asks: of a turn before, of "Answer in dollars."


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    """In lower case."""
    kind: str | None
    negated: bool
    """Whether it asks what is not so."""
    order: list[str]
    """The terms of what asks, as they follow each other."""
    weights: dict[str, float]
    """The weight of each term, 1 in all: the fewer passages have it, the more."""

    @property
    def defines(self) -> bool:
        """Whether it asks what something is, and not for one of its attributes."""
        return self.kind == "what" and len(self.order) <= _TERM

    def share(self, words: Set[str]) -> float:
        """How much of the question some of its words are."""
        return sum(map(self.weights.__getitem__, words))

    @classmethod
    def of(cls, question: str, earlier: str, language: AnswerLanguage, passages: Sequence[Set[str]]) -> "Asked":
        """`passages` are the terms of each."""
        text = _FISCAL_YEAR.sub(lambda year: f" {year[1] or '20'}{year[2]}", question)
        asking = _asking(text)
        kind = language.asks_for(asking)
        order = terms(language.without_question_words(asking, kind), language) if kind else []
        order = order or terms(asking, language)
        beside = [word for word in terms(text, language) + terms(earlier, language) if word not in order]
        question_words = set(terms(asking, language)) - set(order)
        rarity = {}
        for word in dict.fromkeys(order + beside):
            if word not in question_words:
                holding = sum(word in passage for passage in passages)
                rarity[word] = log(1 + (len(passages) + 1) / (holding + 0.5)) * (1.0 if word in order else _BESIDE)
        total = sum(rarity.values())
        return cls(
            text.lower(), kind, negates(asking), order, {word: weight / total for word, weight in rarity.items()}
        )


_FISCAL_YEAR = re.compile(r"\bFY ?'?(20)?(\d\d)\b")
_QUESTION_MARK = ("?", "？", "؟")
_COLON = re.compile(r"[:：] ")


def _asking(question: str) -> str:
    """The sentences of a question that end in a question mark, and of these what follows a colon; all if none does."""
    found = [question[one.start : one.end] for one in sentences(question)]
    asking = [_COLON.split(one)[-1] for one in found if one.endswith(_QUESTION_MARK)]
    return " ".join(asking) or question
