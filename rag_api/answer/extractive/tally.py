"""Tallies: which rows of a table a question means, how many they are, which has the most, and what they add up to.

Only of tables that are known from the first row to the last, as a part of one would give another number; and only if
the table has every word of the question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from haystack import Document

from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.grid import FEWEST, Column, Grid, alike, grids, named
from rag_api.answer.extractive.limits import limited
from rag_api.answer.extractive.table_question import TableQuestion
from rag_api.answer.extractive.tables import tables
from rag_api.answer.extractive.values import Date, places
from rag_api.answer.language.dimensions import is_of
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms

MOST = 20  # rows that are said
_TIES = 3
_CODE = re.compile(r"[a-z]{1,4}-?\d{1,6}[a-z]?")
_LABEL = re.compile(rf"\b([^\W\d_]+) (?={_CODE.pattern}\b)")
"""The word before a code, which says what it is the code of."""


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
    asked = TableQuestion.of(question, language)
    for grid in grids(passages, language):
        # "Which walks are difficult?" may name a cell or, where stems are short, the column "difficulty".
        if tally := _Reading(asked, grid).tally() or _Reading(asked, grid).tally(cells_only=True):
            return tally
    return None


class _Reading:
    """A question, read with one table in sight. `_left` are the words that nothing in it has explained yet."""

    def __init__(self, asked: TableQuestion, grid: Grid) -> None:
        self._asked, self._grid = asked, grid
        within = limited(asked, grid)
        text, self._rows = within.text, within.rows
        self._places = [within.column.place] if within.column else []  # of the columns by which rows were chosen
        self._is_price_compared = within.column is not None and within.column.is_called("price")
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
            # "How many M8 bolts are there?" is not how many rows are called so.
            if len(self._rows) == 1 and set(self._places) <= {0, *self._keys()} and (stock := self._stock()):
                return self._said([*self._places, stock.place])
            about_rows = chosen or self._are_rows()
            return self._said(self._places, f"{len(self._rows)}:") if about_rows else None
        if not chosen or (asked.counted and len(self._rows) > 1):
            return None
        if target is None and self._names_code():
            return self._said(range(len(self._grid.columns)))
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
        if found := named(typed, self._left, partly=True):
            return found
        return self._column("price") if self._asked.costs and not kind else None

    def _target(self) -> Column | None:
        """The column whose cells are asked for."""
        asked, columns = self._asked, self._grid.columns[1:]
        if asked.costs:
            prices = [column for column in columns if column.is_called("price") and self._grid.is_number(column)]
            return named(prices, self._left, partly=False) or (prices[0] if len(prices) == 1 else None)
        if asked.dimension:
            its = [column for column in columns if is_of(asked.dimension, column.name)]
            return its[0] if len(its) == 1 else named(its, self._left, partly=True)
        if asked.words.asks("lasts", asked.text):
            its = [column for column in columns if column.is_called("length")]
            return its[0] if len(its) == 1 else named(its, self._left, partly=True)
        if asked.counted or asked.kind == "count":
            return named([column for column in columns if self._grid.is_number(column)], self._left, partly=False)
        if asked.kind in ("when", "clock"):
            typed = [column for column in columns if column.is_date]
            return typed[0] if len(typed) == 1 else named(typed, self._left, partly=True)
        if asked.kind == "who":
            if found := named(columns, self._left, partly=False):
                return found
            people = [column for column in columns if column.is_person]
            return people[0] if len(people) == 1 and not self._grid.columns[0].is_person else None
        return named(columns, self._left, partly=True)

    def _take(self, column: Column) -> None:
        """The words that ask for a column are explained by it."""
        self._left -= column.explains(self._left)
        if self._asked.costs and column.is_called("price"):
            asking = self._asked.words.pattern("costs").findall(self._asked.text)
            self._left -= set(terms(" ".join(asking), self._asked.language))

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
            if column.is_yes_or_no and (words := column.explains(self._left)):
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
        stock = self._stock()
        if stock and (found := self._grid.numbers(stock)):
            said = set(terms(text, self._asked.language))
            self._left &= said
            self._rows = [row for row in self._rows if found.values[row] == 0]
            self._places.append(stock.place)

    def _stock(self) -> Column | None:
        """The column that says how many there are of what a row is called."""
        columns = [each for each in self._grid.columns[1:] if each.is_called("stock") and self._grid.is_number(each)]
        return columns[0] if len(columns) == 1 else None

    # What is left

    def _unexplained(self, column: Column | None) -> set[str]:
        grid, asked = self._grid, self._asked
        left = {word for word in self._left if len(word) > 1} - asked.words.light_terms - grid.about
        if asked.counted and self._stock():
            left -= set(terms(" ".join(asked.words.pattern("in_stock").findall(asked.text)), asked.language))
        if self._names_code():
            left -= set(terms(" ".join(_LABEL.findall(asked.text)), asked.language))
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

    def _names_code(self) -> bool:
        """Whether the one row that is meant was found by its code alone, as in "error E9", which the table need not
        call an error."""
        asked = self._asked
        if len(self._rows) != 1 or set(self._places) != {0} or asked.kind not in (None, "what") or asked.dimension:
            return False
        code = self._grid.columns[0].cells[self._rows[0]].lower()
        return _CODE.fullmatch(code) is not None and code in re.findall(r"[\w-]+", asked.text)

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
