"""Limits: the rows of a table whose number or date is on the side of one that a question names, as in "under 20 euros"
or "before May"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_api.answer.extractive.grid import Column, Grid, alike, named
from rag_api.answer.extractive.table_question import TableQuestion
from rag_api.answer.extractive.values import Date, date
from rag_api.answer.language.terms import terms

LIMITS = ("up_to", "at_least", "under", "over", "before", "after")
"""The words that name one, by their names in `table_words`."""


@dataclass(frozen=True)
class Limited:
    text: str
    """What the question says beside the limit."""
    rows: list[int]
    """Those that are within it."""
    column: Column | None = None
    """The one that was compared, if there is a limit."""


def limited(asked: TableQuestion, grid: Grid) -> Limited:
    """All rows, if the question names no limit or no column can be compared with it."""
    words, text = asked.words, asked.text
    for field in LIMITS:
        for found in words.pattern(field).finditer(text):
            before, rest = text[: found.start()], text[found.end() :].lstrip()
            by_date = field in ("before", "after")
            within = (
                _by_date(field, before, rest, asked, grid) if by_date else _by_number(field, before, rest, asked, grid)
            )
            if within:
                return within
    return _on_date(asked, grid) or Limited(text, list(range(len(grid.rows))))


def _on_date(asked: TableQuestion, grid: Grid) -> Limited | None:
    """The rows of a day or month that a question names, however the table writes it."""
    for word in re.finditer(r"\S+", asked.text):
        limit, length = _date_at_start(asked.text[word.start() :])
        if limit is None or not limit[1]:
            continue
        before, rest = asked.text[: word.start()], asked.text[word.start() + length :]
        column = _date_column(before, asked, grid)
        its = [_as_of(each, limit) for each in column.dates] if column else []
        if column and limit in its:
            return _within(column, [each == limit for each in its], None not in its, before, rest, asked)
    return None


def _date_column(before: str, asked: TableQuestion, grid: Grid) -> Column | None:
    typed = [column for column in grid.columns[1:] if column.is_date]
    return typed[0] if len(typed) == 1 else named(typed, set(terms(before, asked.language)), partly=True)


def _by_date(field: str, before: str, rest: str, asked: TableQuestion, grid: Grid) -> Limited | None:
    limit, length = _date_at_start(rest)
    column = _date_column(before, asked, grid)
    if limit is None or column is None:
        return None
    its = [_as_of(each, limit) for each in column.dates]
    side = [each is not None and (each < limit if field == "before" else each >= limit) for each in its]
    return _within(column, side, None not in its, before, rest[length:], asked)


def _by_number(field: str, before: str, rest: str, asked: TableQuestion, grid: Grid) -> Limited | None:
    figure = re.match(r"[€$£¥]?\s?(\d+(?:[.,'’]\d+)*)\s?([€$£¥%]|[^\W\d]{1,5}\b)?", rest)
    if not figure:
        return None
    typed = [column for column in grid.columns[1:] if grid.is_number(column) and not column.is_date]
    words = set(terms(f"{before} {figure[2] or ''}", asked.language))
    prices = [column for column in typed if column.is_called("price")]
    money = asked.costs or re.search(r"[€$£¥]|\b(?:eur|euros?|usd|gbp|chf|dollars?|pounds?)\b", rest)
    by_name = named(typed, words, partly=False)
    by_price = prices[0] if money and len(prices) == 1 else named(typed, words, partly=True)
    column = by_name or by_price
    found = grid.numbers(column) if column else None
    if column is None or found is None:
        return None
    limit = _number(figure[1], found.decimal)
    side = [each is not None and _SIDES[field](each, limit) for each in found.values]
    unit = figure.end() if figure[2] and (money or figure[2] in column.name.lower()) else figure.end(1)
    return _within(column, side, None not in found.values, before, rest[unit:], asked)


def _within(
    column: Column, side: Sequence[bool], whole: bool, before: str, after: str, asked: TableQuestion
) -> Limited:
    """No rows, unless the `whole` column could be read."""
    names = re.compile(r"[^\W\d]+")

    def other(word: re.Match[str]) -> str:
        its = terms(word[0], asked.language)
        return "" if its and any(alike(its[0], name) for name in column.terms) else word[0]

    rows = [row for row, is_so in enumerate(side) if is_so] if whole else []
    return Limited(names.sub(other, f"{before} {after}"), rows, column)


_SIDES = {
    "under": lambda value, limit: value < limit,
    "up_to": lambda value, limit: value <= limit,
    "over": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
}


def _number(digits: str, decimal: str) -> float:
    whole, mark, part = digits.rpartition(decimal)
    is_decimal = bool(mark) and len(part) != 3
    return float(re.sub(r"\D", "", whole) + "." + part if is_decimal else re.sub(r"\D", "", digits))


def _date_at_start(text: str) -> tuple[Date | None, int]:
    """The date that a text begins with, and its length: of "June 2025 in Leeds", two words."""
    words = list(re.finditer(r"\S+", text))[:4]
    for count in range(len(words), 0, -1):
        end = words[count - 1].end()
        if found := date(text[words[0].start() : end].rstrip("?.,!¿")):
            return found, end
    return None, 0


def _as_of(each: Date | None, limit: Date) -> Date | None:
    """A date as precise as the limit; None if it says less."""
    if each is None or (limit[0] and not each[0]):
        return None
    return (each[0] if limit[0] else 0, each[1] if limit[1] else 0, each[2] if limit[2] else 0)
