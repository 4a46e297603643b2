"""Grids: the whole tables of passages, with what their columns are called and hold."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.answer_types import names_person
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.tables import header, is_total, row_cells, tables
from rag_api.answer.extractive.values import Date, Numbers, dates, numbers
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import called
from rag_api.answer.language.terms import Analysed, terms

FEWEST = 2
"""Rows that there is something to compare in."""
_MOST_TERMS = 6  # of a cell by which rows are chosen; a longer one is a note
_MOSTLY = 0.5  # of the cells of a column
_PARTLY = 0.5  # of the words of a header, if no other has as many
_ALIKE = 4  # letters that two words of one family begin with
_SHARE = 0.75  # of the shorter word

# What stands in a header beside what it is called.
_UNITS = re.compile(
    r"\b(?:eur|usd|gbp|chf|pln|jpy|km|cm|mm|kg|mg|ml|kwh?|min|sec|std|m|g|h|l|s)\b|[€$£¥%#]", re.IGNORECASE
)
_MONEY = re.compile(r"\b(?:eur|euros?|usd|gbp|chf|pln|jpy|zł|kr)\b|[€$£¥]", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:h|min|std)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    place: int
    name: str
    cells: list[str]
    language: AnswerLanguage

    @cached_property
    def terms(self) -> frozenset[str]:
        """Of its name, without the unit unless there is nothing else."""
        return frozenset(terms(_UNITS.sub(" ", self.name), self.language) or terms(self.name, self.language))

    @cached_property
    def cell_terms(self) -> list[frozenset[str]]:
        each = [terms(cell, self.language) for cell in self.cells]
        return [frozenset(its) if len(its) <= _MOST_TERMS else frozenset() for its in each]

    def explains(self, words: Set[str]) -> set[str]:
        """Those of the words that its name has."""
        return {word for word in words if any(alike(word, its) for its in self.terms)}

    def is_called(self, field: str) -> bool:
        """Whether it is one of prices, lengths or stock, by its name or its unit."""
        by_unit = {"price": _MONEY, "length": _HOURS}.get(field)
        in_cells = field == "price" and sum(bool(_MONEY.search(cell)) for cell in self.cells) > _MOSTLY * len(
            self.cells
        )
        return bool(called(field).search(self.name) or (by_unit and by_unit.search(self.name))) or in_cells

    @cached_property
    def dates(self) -> list[Date | None]:
        return dates(self.cells)

    @cached_property
    def is_date(self) -> bool:
        """Whether most of its cells are days or months, or all of them years."""
        is_day = self._mostly([each is not None and bool(each[1]) for each in self.dates])
        return is_day or all(each is not None for each in self.dates)

    @cached_property
    def is_person(self) -> bool:
        """Whether most of its cells are a first and a second name, where capitals tell one."""
        return self._mostly([_is_person(cell) for cell in self.cells])

    @cached_property
    def is_yes_or_no(self) -> bool:
        yes, no = called("yes"), called("no")
        return all(not cell or yes.fullmatch(cell) or no.fullmatch(cell) for cell in self.cells)

    def is_yes(self, place: int) -> bool:
        return called("yes").fullmatch(self.cells[place]) is not None

    def _mostly(self, so: Sequence[bool]) -> bool:
        return sum(so) > _MOSTLY * len(so)


@dataclass(frozen=True)
class Grid:
    columns: list[Column]
    rows: list[Candidate]
    about: frozenset[str]
    """The terms of what it is about: its file, its headings and the line above it."""
    language: str
    """In which its numbers are written, as far as they do not say it themselves."""

    def numbers(self, column: Column) -> Numbers | None:
        key = column.place
        if key not in self._numbers:
            others = (cell for each in self.columns for cell in each.cells)
            self._numbers[key] = numbers(column.cells, others, self.language)
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[int, Numbers | None]:
        return {}

    def is_number(self, column: Column) -> bool:
        """Whether most of its cells are numbers, and no years or dates."""
        found = self.numbers(column)
        return found is not None and sum(each is not None for each in found.values) > _MOSTLY * len(self.rows)

    def saying(self, places: Sequence[int], rows: Sequence[int]) -> list[Candidate]:
        """Rows with their first cell and those of some columns."""
        kept = list(dict.fromkeys([0, *places]))
        names = [self.columns[place].name for place in kept]
        return [
            replace(self.rows[row], columns=names, cells=[self.columns[place].cells[row] for place in kept], whole=True)
            for row in rows
        ]


def grids(passages: Sequence[Document], language: AnswerLanguage) -> Iterator[Grid]:
    """The tables that stand in a passage from the first row to the last, without the rows of their totals."""
    for number, passage in enumerate(passages):
        content, meta = passage.content or "", chunk_meta(passage)
        for lines in tables(content):
            at_end = not content[lines[-1].end() :].strip()
            if (at_end and not meta.get("table_ends")) or len(lines) <= FEWEST:
                continue
            texts = [line[0] for line in lines]
            columns, named_by = header(texts)
            its = [row_cells(text, columns) for text in texts[named_by:]] if columns else []
            if not its or not all(its) or len(set(texts)) < len(texts):
                continue  # a row that stands twice: is it one more?
            told = [(line, each) for line, each in zip(lines[named_by:], its, strict=True) if not _sums_up(each)]
            if not told or not all(_is_of_one(each) for _, each in told):
                continue
            above = _above(content[: lines[0].start()], meta.get("headings") or (), language)
            name = frozenset(terms(f"{meta.get('filename') or ''} {meta.get('title') or ''}", language))
            yield Grid(
                [
                    Column(place, column, [each[place] for _, each in told], language)
                    for place, column in enumerate(columns)
                ],
                [_row(number, line) for line, _ in told],
                above | name,
                meta["language"] if meta.get("language", "en") != "en" else language.name,
            )


def named(columns: Sequence[Column], words: Set[str], *, partly: bool) -> Column | None:
    """The column that is called what is asked for: by all of its name, or by a part of it if no other column has as
    much."""
    found = [(len(column.explains(words)), column) for column in columns]
    for least in (1.0, _PARTLY):
        fit = [(count, column) for count, column in found if count and count >= least * len(column.terms)]
        most = max((count for count, _ in fit), default=0)
        best = [column for count, column in fit if count == most]
        if best or not partly:
            return best[0] if len(best) == 1 else None
    return None


def _sums_up(row: Sequence[str]) -> bool:
    """Whether it is the row of a total, whose word may stand right before the sum."""
    return is_total(next(filter(None, row), ""))


def _is_of_one(row: Sequence[str]) -> bool:
    """Whether a row says something of one thing: else it may be the heading of those below it, a part of the one above,
    or a sum."""
    return bool(row[0]) and any(row[1:]) and not is_total(row[0].split()[0].rstrip(":"))


def _above(content: str, headings: Sequence[str], language: AnswerLanguage) -> frozenset[str]:
    lines = content.split("\n")
    titles = [line for line in lines if line.startswith("#")]
    caption = next((line for line in reversed(lines) if line.strip()), "")
    return frozenset(terms(" ".join([*headings, *titles, "" if caption.startswith("|") else caption]), language))


def _row(passage: int, line: re.Match[str]) -> Candidate:
    place = Analysed(line.start(), line.end(), False, [], frozenset())
    return Candidate(passage, 0, place, line[0], frozenset(), frozenset())


def _is_person(cell: str) -> bool:
    return cell != cell.lower() and not any(map(str.isdigit, cell)) and names_person(cell, "")


def alike(word: str, other: str) -> bool:
    """Whether two stems are of one family, as those of "supplies" and "supplier"."""
    if word == other:
        return True
    if {word, other} & {f"{word}er", f"{other}er", f"{word}or", f"{other}or"}:
        return True  # who owns it is its owner
    length = max(_ALIKE, int(_SHARE * min(len(word), len(other)) + 0.5))
    return len(word) >= length <= len(other) and word[:length] == other[:length]
