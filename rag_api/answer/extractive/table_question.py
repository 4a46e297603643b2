"""A question as tables can answer it: what is to be done with their rows."""

from dataclasses import dataclass

from rag_api.answer.extractive.answer_types import negates
from rag_api.answer.language.dimensions import dimension, without_asking
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import EXTREMES, TableWords, table_words


@dataclass(frozen=True)
class TableQuestion:
    """A question, without the words that say what is to be done with the rows."""

    text: str
    """In lower case."""
    words: TableWords
    language: AnswerLanguage
    kind: str | None
    dimension: str | None
    extreme: tuple[bool, str] | None
    summed: str
    """"total" or "average", if either is asked for."""
    counted: bool
    costs: bool
    negated: bool
    """Whether the rows are asked for that something is not so of."""

    @classmethod
    def of(cls, question: str, language: AnswerLanguage) -> "TableQuestion":
        words, text = table_words(language), question.lower()
        summed = next((field for field in ("average", "total") if words.asks(field, text)), "")
        costs = words.asks("costs", text)
        fields = [field for field in EXTREMES if words.asks(field, text)]
        measured = dimension(text, language)
        costs = costs and not measured
        if "cheapest" in fields or "dearest" in fields:
            costs = False
        counted = words.asks("many", text)
        for field in ([summed] if summed else []) + ([] if summed == "average" else fields[:1]):
            text = words.without(field, text)
        extreme = EXTREMES[fields[0]] if fields and not summed else None
        text = without_asking(text, language, measured) if measured else text
        kind = language.asks_for(text)
        negated = negates(words.without("sold_out", text))
        return cls(text, words, language, kind, measured, extreme, summed, counted, costs, negated)
