"""Tallies: how many rows of a table a question means, or which of them has the most.

Only of tables that stand in a passage from the first row to the last, as a part of one would give another number.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.answer_types import names_person
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate, candidates
from rag_api.answer.extractive.evidence import considered
from rag_api.answer.extractive.tables import cells, header, is_separator, is_total, names_columns, tables
from rag_api.answer.language.counting import asks_how_many, people
from rag_api.answer.language.extremes import extreme
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms

MOST = 12  # rows that are said
_TIES = 3
_FEWEST = 2  # rows that there is something to count in


@dataclass(frozen=True)
class Tally:
    """The rows, as many as are said; `number` is how many there are, if that was asked."""

    rows: list[Candidate]
    number: int | None = None


@dataclass(frozen=True)
class _Table:
    columns: list[str]
    rows: list[Candidate]
    above: frozenset[str]
    """The terms of what it is about."""

    def saying(self, rows: Sequence[Candidate], places: Sequence[int]) -> list[Candidate]:
        """Rows with their first cell and those of some columns."""
        columns = [self.columns[0], *(self.columns[place] for place in places)]
        return [
            replace(row, columns=columns, cells=[row.cells[0], *(row.cells[place] for place in places)], whole=True)
            for row in rows
        ]


def tallied(question: str, passages: Sequence[Document], language: AnswerLanguage) -> Tally | None:
    """What a question asks to be counted or compared; None if it asks neither, or no whole table can tell."""
    most = extreme(question, language)
    if not most and not asks_how_many(question, language):
        return None
    if not any(next(tables(passage.content or ""), None) for passage in passages):
        return None
    found, _ = considered(most[1] if most else question, "", passages, language)
    if not found:
        return None
    for table in _tables(question, passages, language):
        tally = _best(table, most[0], found.asked, language) if most else _count(table, found.asked, language)
        if tally:
            return tally
    return None


def _best(table: _Table, most: bool, asked: Asked, language: AnswerLanguage) -> Tally | None:
    """The row with the most, or the least, in the one column that is asked for."""
    wanted = set(asked.order)
    named = [
        (len(wanted & set(terms(column, language))), place) for place, column in enumerate(table.columns) if place > 0
    ]
    overlap, place = max(named, default=(0, 0))
    if not overlap or sum(count == overlap for count, _ in named) > 1:
        return None
    rows, places = _meant(table, wanted - set(terms(table.columns[place], language)), language)
    values = [_number(row.cells[place], language) for row in rows]
    if len(rows) < _FEWEST or any(value is None for value in values):
        return None
    by_value = [(value, row) for value, row in zip(values, rows, strict=True) if value is not None]
    end = (max if most else min)(value for value, _ in by_value)
    first = [row for value, row in by_value if value == end]
    return Tally(table.saying(first, [*places, place])) if len(first) <= _TIES else None


def _count(table: _Table, asked: Asked, language: AnswerLanguage) -> Tally | None:
    """The rows that have what is asked for in their cells, or all if the first column is called so."""
    wanted = set(asked.order)
    if any(
        _is_number(table, place, language) and wanted & set(terms(column, language)) for place, column in _others(table)
    ):
        return None  # it asks for what stands there
    rows, places = _meant(table, wanted, language)
    if not rows or not (places or set(terms(table.columns[0], language)) <= wanted):
        return None
    return Tally(table.saying(rows[:MOST], places), len(rows))


def _meant(table: _Table, wanted: Set[str], language: AnswerLanguage) -> tuple[list[Candidate], list[int]]:
    """The rows that have in a cell what is asked for, and the columns where; none if some of it is neither there nor in
    what is said above the rows."""
    left = set(wanted) - table.above
    rows, places = table.rows, []
    for place, _ in _others(table):
        having = [row for row in rows if (words := set(terms(row.cells[place], language))) and words <= wanted]
        if having:
            rows = having
            places.append(place)
            left -= set(terms(having[0].cells[place], language))
    return ([], []) if left else (rows, places)


def _others(table: _Table) -> list[tuple[int, str]]:
    return list(enumerate(table.columns))[1:]


def _is_number(table: _Table, place: int, language: AnswerLanguage) -> bool:
    return all(_number(row.cells[place], language) is not None for row in table.rows)


def _tables(question: str, passages: Sequence[Document], language: AnswerLanguage) -> Iterator[_Table]:
    """The whole tables of the passages, without the rows of their totals."""
    by_place = {(one.passage, one.sentence.start): one for one in candidates(passages, language)}
    for number, passage in enumerate(passages):
        content, meta = passage.content or "", chunk_meta(passage)
        for lines in tables(content):
            at_end = not content[lines[-1].end() :].strip()
            if (at_end and not meta.get("table_ends")) or len(lines) <= _FEWEST:
                continue
            first, second, *_ = texts = [line[0] for line in lines]
            if is_separator(second):
                columns, below = cells(first), lines[2:]
            else:
                columns, below = cells(first) if names_columns(first, second) else header(texts), lines[1:]
            rows = [(by_place.get((number, line.start())), _cells(line[0], columns)) for line in below]
            if not columns or any(one is None or len(its) != len(columns) for one, its in rows):
                continue  # such as a row that stands twice
            told = [replace(one, cells=its) for one, its in rows if one and not is_total(its[0])]
            if told:
                name = terms(meta.get("filename") or "", language)
                above = told[0].about.union(terms(first, language), name)
                if all(_is_person(row.cells[0]) for row in told):
                    above |= people(question, language)
                yield _Table(columns, told, above)


def _is_person(cell: str) -> bool:
    """Whether a cell is a first and a second name, where capitals tell one."""
    return cell != cell.lower() and names_person(cell, "")


def _cells(line: str, columns: Sequence[str]) -> list[str]:
    """The cells of a row, without the names of the columns that spreadsheets have before each."""
    its = cells(line)
    return [cell.removeprefix(f"{column}: ") for cell, column in zip(its, columns, strict=False)]


_WHOLE = re.compile(r"[^\d\w]*([-−–(]?)[^\d\w]*(\d+(?:[.,'\s]\d+)*)\)?\s?(?:%|[^\W\d]{1,4}\.?|[$€£¥])?")
_LONGEST = 40  # characters of a number with its unit; the search takes time with the square of that
_POINT = frozenset(("en", "zh", "ja", "ko", "th", "hi"))  # languages that write 1.5


def _number(cell: str, language: AnswerLanguage) -> float | None:
    """A cell as a number; None if it says anything else."""
    found = _WHOLE.fullmatch(cell) if len(cell) <= _LONGEST else None
    if not found:
        return None
    *groups, last = re.split(r"[.,'\s]", found[2])
    part = found[2][-len(last) - 1 : -len(last)]
    is_point = part in ".," and (part == ".") == (language.name in _POINT)
    decimal = bool(groups) and (len(last) != 3 or is_point)
    digits = "".join(groups) + (f".{last}" if decimal else last)
    return -float(digits) if found[1] else float(digits)
