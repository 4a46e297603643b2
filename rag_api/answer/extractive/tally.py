"""Tallies: which rows of a table a question means, how many they are, which has the most, and what they add up to.

Only of tables that are known from the first row to the last, as a part of one would give another number; and only if
the table has every word of the question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from haystack import Document

from rag_api.answer.extractive.answer_types import negates
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.grid import FEWEST, Column, Grid, alike, grids
from rag_api.answer.extractive.tables import tables
from rag_api.answer.extractive.values import Date, date, places
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import EXTREMES, TableWords, table_words
from rag_api.answer.language.terms import terms

MOST = 20  # rows that are said
_TIES = 3
_PARTLY = 0.5  # of the words of a header, if no other has as many
_FIGURE = re.compile(r"\d+(?:[.,'’]\d+)*")


@dataclass(frozen=True)
class Tally:
    """The rows, as many as are said, of `number`; `said` is what was computed from them, if it was."""

    rows: list[Candidate]
    number: int
    said: str = ""


def tallied(question: str, passages: Sequence[Document], language: AnswerLanguage) -> Tally | None:
    """What the rows of a table say; None if no whole table has it."""
    if not any(next(tables(passage.content or ""), None) for passage in passages):
        return None
    asked = _Asked.of(question, language)
    for grid in grids(passages, language):
        # "Which walks are difficult?" may name a cell or, where stems are short, the column "difficulty".
        if tally := _Reading(asked, grid).tally() or _Reading(asked, grid).tally(cells_only=True):
            return tally
    return None


@dataclass(frozen=True)
class _Asked:
    """A question, without the words that say what is to be done with the rows."""

    text: str
    """In lower case."""
    words: TableWords
    language: AnswerLanguage
    kind: str | None
    extreme: tuple[bool, str] | None
    summed: str
    """"total" or "average", if either is asked for."""
    counted: bool
    costs: bool
    negated: bool
    """Whether the rows are asked for that something is not so of."""

    @classmethod
    def of(cls, question: str, language: AnswerLanguage) -> "_Asked":
        words, text = table_words(language), question.lower()
        summed = next((field for field in ("average", "total") if words.asks(field, text)), "")
        costs = words.asks("costs", text)
        fields = [field for field in EXTREMES if words.asks(field, text)]
        kind = language.asks_for(text)
        costs = costs or kind == "price"
        if "cheapest" in fields or "dearest" in fields:
            costs = False
        counted = words.asks("many", text)
        for field in ([summed] if summed else []) + ([] if summed == "average" else fields[:1]):
            text = words.without(field, text)
        extreme = EXTREMES[fields[0]] if fields and not summed else None
        kind = language.asks_for(text)
        negated = negates(words.without("sold_out", text))
        return cls(text, words, language, kind, extreme, summed, counted, costs, negated)


class _Reading:
    """A question, read with one table in sight. `_left` are the words that nothing in it has explained yet."""

    def __init__(self, asked: _Asked, grid: Grid) -> None:
        self._asked, self._grid = asked, grid
        self._rows = list(range(len(grid.rows)))
        self._places: list[int] = []  # of the columns by which rows were chosen
        self._is_price_compared = False
        text = self._compared(asked.text)
        kind = asked.kind
        text = asked.language.without_question_words(text, kind) if kind and kind != "what" else text
        self._order = terms(asked.words.without("many", text) if asked.counted else text, asked.language)
        self._left = set(self._order)

    def tally(self, *, cells_only: bool = False) -> Tally | None:
        """`cells_only`: no column is taken for what is asked."""
        asked = self._asked
        if asked.extreme or asked.summed:
            column = self._column(asked.extreme[1] if asked.extreme else "")
            if column is None:
                return None
            self._take(column)
            self._choose()
            if self._unexplained(column) or not self._rows:
                return None
            return self._extreme(column, asked.extreme[0]) if asked.extreme else self._sum(column)
        target = None if cells_only else self._target()
        if asked.costs and target is None and not self._is_price_compared:
            return None
        if target:
            self._take(target)
        before = len(self._rows)
        self._choose()
        chosen = bool(self._places) or len(self._rows) < before
        if self._unexplained(target) or not self._rows:
            return None
        if asked.counted and target is None:
            about_rows = chosen or self._are_rows()
            return self._said(self._places, f"{len(self._rows)}:") if about_rows else None
        if not chosen or (asked.counted and len(self._rows) > 1):
            return None
        if target is None and not self._names_rows():
            return None
        if target is None and set(self._places) <= {0, *self._keys()}:
            return None  # they say no more than the question does
        return self._said([*self._places, *([target.place] if target else [])])

    def _said(self, shown: Sequence[int], said: str = "") -> Tally:
        rows = self._grid.saying([*self._keys(), *shown], self._rows[:MOST])
        number = len(self._rows)
        return Tally(rows, number, said or (f"{number}:" if number > MOST else ""))

    def _keys(self) -> list[int]:
        """The second column, too, where the first has codes and that has names."""
        first, second = self._grid.columns[0], self._grid.columns[1]
        is_code = sum(any(map(str.isdigit, cell)) for cell in first.cells) > len(first.cells) / 2
        is_name = len(set(second.cells)) == len(second.cells) and not self._grid.is_number(second)
        return [1] if is_code and is_name and not second.is_date else []

    # The column that is asked for

    def _column(self, kind: str) -> Column | None:
        """The column to compare or to add up."""
        columns = self._grid.columns[1:]
        if kind == "date":
            typed = [column for column in columns if column.is_date]
        else:
            typed = [column for column in columns if self._grid.is_number(column) and not column.is_date]
            if kind:
                typed = [column for column in typed if column.is_called(kind)]
        if len(typed) == 1 and kind:
            return typed[0]
        if named := self._named(typed, partly=True):
            return named
        return self._column("price") if self._asked.costs and not kind else None

    def _target(self) -> Column | None:
        """The column whose cells are asked for."""
        asked, columns = self._asked, self._grid.columns[1:]
        if asked.costs:
            prices = [column for column in columns if column.is_called("price") and self._grid.is_number(column)]
            return self._named(prices, partly=False) or (prices[0] if len(prices) == 1 else None)
        if asked.counted or asked.kind == "count":
            return self._named([column for column in columns if self._grid.is_number(column)], partly=False)
        if asked.kind in ("when", "clock"):
            typed = [column for column in columns if column.is_date]
            return typed[0] if len(typed) == 1 else self._named(typed, partly=True)
        if asked.kind == "who":
            if named := self._named(columns, partly=False):
                return named
            people = [column for column in columns if column.is_person]
            return people[0] if len(people) == 1 and not self._grid.columns[0].is_person else None
        return self._named(columns, partly=True)

    def _take(self, column: Column) -> None:
        """The words that ask for a column are explained by it."""
        self._left -= self._explained_by(column)
        if self._asked.costs and column.is_called("price"):
            asking = self._asked.words.pattern("costs").findall(self._asked.text)
            self._left -= set(terms(" ".join(asking), self._asked.language))

    def _named(self, columns: Sequence[Column], *, partly: bool) -> Column | None:
        """The column that is called what is asked for: by all of its name, or by a part of it if no other column has as
        much."""
        found = [(len(self._explained_by(column)), column) for column in columns]
        for least in (1.0, _PARTLY):
            fit = [(count, column) for count, column in found if count and count >= least * len(column.terms)]
            most = max((count for count, _ in fit), default=0)
            best = [column for count, column in fit if count == most]
            if best or not partly:
                return best[0] if len(best) == 1 else None
        return None

    def _explained_by(self, column: Column) -> set[str]:
        """The words of the question that its name has."""
        return {word for word in self._left if any(alike(word, its) for its in column.terms)}

    # The rows that are meant

    def _choose(self) -> None:
        """Keep the rows that have the words of the question in their cells, column after column, the one that has most
        of them first."""
        if self._asked.words.asks("sold_out", self._asked.text):
            self._empty()
        while self._left and self._rows:
            having = [(self._in_cells(column), column) for column in self._grid.columns]
            words, column = max(having, key=lambda each: (len(each[0]), self._is_all(*each)))
            if self._asked.negated and column.place not in {0, *self._keys()}:
                break  # the others are meant
            if not words or (len(words) == 1 and self._is_told_otherwise(next(iter(words)))):
                break
            together = [row for row in self._rows if words <= column.cell_terms[row]]
            self._rows = together or [row for row in self._rows if not words.isdisjoint(column.cell_terms[row])]
            self._places.append(column.place)
            self._left -= words
        for column in self._grid.columns[1:]:
            if column.is_yes_or_no and (words := self._explained_by(column)):
                self._rows = [row for row in self._rows if column.is_yes(row) != self._asked.negated]
                self._places.append(column.place)
                self._left -= words

    def _is_told_otherwise(self, word: str) -> bool:
        """Whether the rows are called so anyway: of products, all are."""
        return word in self._grid.columns[0].terms

    def _in_cells(self, column: Column) -> set[str]:
        words: set[str] = set()
        for row in self._rows:
            words |= self._left & column.cell_terms[row]
        return words

    def _is_all(self, words: set[str], column: Column) -> bool:
        return any(its and its <= words for its in column.cell_terms)

    def _empty(self) -> None:
        """Keep the rows of which nothing is left."""
        text = self._asked.words.without("sold_out", self._asked.text)
        stock = [
            column for column in self._grid.columns[1:] if column.is_called("stock") and self._grid.is_number(column)
        ]
        if len(stock) == 1 and (found := self._grid.numbers(stock[0])):
            said = set(terms(text, self._asked.language))
            self._left &= said
            self._rows = [row for row in self._rows if found.values[row] == 0]
            self._places.append(stock[0].place)

    def _compared(self, text: str) -> str:
        """Keep the rows whose number or date is on the side of one that is asked for; the text without it."""
        words = self._asked.words
        for field in ("up_to", "at_least", "under", "over", "before", "after"):
            for found in words.pattern(field).finditer(text):
                rest = text[found.end() :].lstrip()
                number = _FIGURE.match(rest) or re.match(r"[€$£¥] ?(\d[\d.,'’]*)", rest)
                if not number and field not in ("before", "after"):
                    continue
                if (left := self._beside(field, text[: found.start()], rest)) is not None:
                    return left
        return text

    def _beside(self, field: str, before: str, rest: str) -> str | None:
        grid = self._grid
        if field in ("before", "after"):
            limit, length = _date_at_start(rest)
            typed = [column for column in grid.columns[1:] if column.is_date]
            self._left = set(terms(before, self._asked.language))
            column = typed[0] if len(typed) == 1 else self._named(typed, partly=True)
            if limit is None or column is None:
                return None
            its = [_as_of(each, limit) for each in column.dates]
            if any(each is None for each in its):
                self._rows = []
            side = [each is not None and (each < limit if field == "before" else each >= limit) for each in its]
            return self._kept(column, side, before, rest[length:])
        figure = re.match(r"[€$£¥]?\s?(\d+(?:[.,'’]\d+)*)\s?([€$£¥%]|[^\W\d]{1,5}\b)?", rest)
        if not figure:
            return None
        typed = [column for column in grid.columns[1:] if grid.is_number(column) and not column.is_date]
        self._left = set(terms(f"{before} {figure[2] or ''}", self._asked.language))
        prices = [column for column in typed if column.is_called("price")]
        money = self._asked.costs or re.search(r"[€$£¥]|\b(?:eur|euros?|usd|gbp|chf|dollars?|pounds?)\b", rest)
        by_name = self._named(typed, partly=False)
        column = by_name or (prices[0] if money and len(prices) == 1 else self._named(typed, partly=True))
        found = grid.numbers(column) if column else None
        if column is None or found is None:
            return None
        limit_value = _number(figure[1], found.decimal)
        if any(each is None for each in found.values):
            self._rows = []
        side = [each is not None and _SIDES[field](each, limit_value) for each in found.values]
        unit = figure.end() if figure[2] and (money or figure[2] in column.name.lower()) else figure.end(1)
        return self._kept(column, side, before, rest[unit:])

    def _kept(self, column: Column, side: Sequence[bool], before: str, after: str) -> str:
        self._rows = [row for row in self._rows if side[row]]
        self._places.append(column.place)
        self._is_price_compared = column.is_called("price")
        names = re.compile(r"[^\W\d]+")

        def other(word: re.Match[str]) -> str:
            its = terms(word[0], self._asked.language)
            return "" if its and any(alike(its[0], name) for name in column.terms) else word[0]

        return names.sub(other, f"{before} {after}")

    # What is left

    def _unexplained(self, column: Column | None) -> set[str]:
        grid, asked = self._grid, self._asked
        left = {word for word in self._left if len(word) > 1} - asked.words.light_terms - grid.about
        left = {word for word in left if not any(alike(word, its) for its in grid.columns[0].terms)}
        keys = self._keys()
        left = {word for word in left if not any(alike(word, its) for key in keys for its in grid.columns[key].terms)}
        for other in grid.columns:
            if other.place in self._places or (column and not asked.counted):
                left = {word for word in left if not any(alike(word, its) for its in other.terms)}
        if any(each.is_person for each in [grid.columns[0], *(grid.columns[key] for key in keys)]):
            left -= asked.words.people_in(asked.text)
        return left

    def _are_rows(self) -> bool:
        """Whether what is asked for is what the rows are called."""
        called = [self._grid.columns[place].terms for place in (0, *self._keys())]
        return any(alike(word, its) for word in self._order for names in called for its in names)

    def _names_rows(self) -> bool:
        """Whether the rows themselves are asked for: by what they are called, or who they are."""
        asked, first = self._asked, self._grid.columns[0]
        if asked.kind == "who":
            return first.is_person
        return asked.kind in (None, "what", "where") and (
            self._are_rows()
            or any(word in self._grid.about for word in self._order)
            or bool(asked.words.people_in(asked.text))
        )

    # What they come to

    def _extreme(self, column: Column, most: bool) -> Tally | None:
        values: list[float | Date | None]
        if column.is_date:
            values = [column.dates[row] for row in self._rows]
        else:
            found = self._grid.numbers(column)
            values = [found.values[row] for row in self._rows] if found else [None]
        known = [value for value in values if value is not None]
        if len(values) < FEWEST or len(known) < len(values) or len({type(value) for value in known}) > 1:
            return None
        end = (max if most else min)(known)
        self._rows = [row for row, value in zip(self._rows, values, strict=True) if value == end]
        return self._said([*self._places, column.place]) if len(self._rows) <= _TIES else None

    def _sum(self, column: Column) -> Tally | None:
        found = self._grid.numbers(column)
        values = [found.values[row] for row in self._rows] if found else [None]
        known = [value for value in values if value is not None]
        if found is None or len(known) < len(values):
            return None
        if len(values) < FEWEST:  # a total that stands in a cell
            return self._said([*self._places, column.place]) if self._asked.summed == "total" else None
        digits = places([column.cells[row] for row in self._rows], found.decimal)
        if self._asked.summed == "average":
            value, said = sum(known) / len(known), self._asked.language.replies.average
            digits = max(digits, 0 if value == int(value) else 2)
        else:
            value, said = sum(known), self._asked.language.replies.sum
        text = said.format(column.name, len(known), found.written(value, digits))
        return self._said([*self._places, column.place], text)


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
