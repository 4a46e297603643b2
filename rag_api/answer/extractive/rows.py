"""Rows: whether a row of a table, taken for the sentence that answers, has what is asked and not only its subject."""

import re

from rag_api.answer.extractive.answer_types import negates, says
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.grid import Column, alike
from rag_api.answer.extractive.limits import LIMITS
from rag_api.answer.language.dimensions import dimension, is_of
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import EXTREMES, table_words
from rag_api.answer.language.terms import terms

_NUMBER = re.compile(r"\W{0,3}(?:\w+ ){0,2}[$€£¥]?(\d+)")  # "under 20 euros", "before May 2016"
_DIGITS = re.compile(r"\d+")
_FEWEST = 3  # columns; a table of two is a list of pairs, whose second says all there is


def has_what_is_asked(one: Candidate, question: str, language: AnswerLanguage) -> bool:
    """Also true of what is no row, or of one whose columns have no names."""
    if len(one.columns) < _FEWEST or one.whole:
        return True
    words, text = table_words(language), question.lower()
    is_named = set(terms(one.cells[0], language)) <= set(terms(text, language))
    said = " ".join([*one.columns, *one.cells]).lower()
    for field in (*EXTREMES, "total", "average", "sold_out"):
        if words.asks(field, text) and not words.asks(field, said) and not (field == "total" and is_named):
            return False  # that it has the most, no row says of itself
    if negates(words.without("sold_out", text)) and not negates(said):
        return False
    for side in LIMITS:
        for limit in words.pattern(side).finditer(text):
            number = _NUMBER.match(text, limit.end())
            if number and not (words.asks(side, said) and number[1] in _DIGITS.findall(said)):
                return False  # which rows are within a limit is told of a whole table, or by one that names it
    columns = [
        Column(place, name, [cell], language)
        for place, (name, cell) in enumerate(zip(one.columns, one.cells, strict=True))
        if cell
    ]
    if name := dimension(text, language):
        return is_of(name, one.cells[0]) or any(is_of(name, column.name) for column in columns)
    kind = language.asks_for(text)
    asked = set(terms(language.without_question_words(text, kind) if kind else text, language))
    others = [column for column in columns if column.place]
    if any(all(any(alike(word, its) for word in asked) for its in column.terms) for column in others if column.terms):
        return True
    left = asked - words.light_terms - one.about - one.sentence.known - words.people_in(text)
    left = {word for word in left if len(word) > 1} if language.blanks else set()  # without blanks, these are no words
    costs = kind == "price" or words.asks("costs", text)
    if kind == "count" or costs:
        return costs and (
            sum(column.is_called("price") for column in others) == 1
            or (is_named and any(says("price", cell, "") for cell in one.cells[1:]))
        )
    if kind in ("when", "clock"):
        return sum(column.is_date for column in others) == 1 or not left
    if kind == "who":
        return any(column.is_person for column in (columns if not left else others))
    return not left
