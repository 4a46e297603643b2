"""The tables of a sheet: where each begins, which row names its columns, and what stands above it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile
from string import ascii_uppercase

from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.cells import HIDDEN_ROW, Row, Value
from ingest.convert.parts.headers import (
    HALF,
    SAMPLE,
    filled_columns,
    goes_on,
    grouped_names,
    holds_values,
    is_above_digits,
    is_above_values,
    is_below_header,
    is_entry,
    is_header,
    is_legend,
    joined_names,
    labels_groups,
    may_name,
    rows_are_pairs,
)
from ingest.convert.parts.matrix import Matrix, find_matrix
from ingest.convert.parts.pairs import in_form, is_label, labels_of_form
from ingest.convert.parts.row_labels import RowLabels
from ingest.convert.parts.spans import MAX_COLUMNS

WITHIN = 10  # rows of those that are looked at, of which a header is one of the first
LONGEST_LABEL = 40  # characters; of a group of rows
PREAMBLE_ROWS = 5  # above a table: at most so many pairs, such as `Author | Finance`, are no table of their own


def blocks(rows: Iterator[Row], comments: Iterable[tuple[str, str]] = ()) -> Blocks:
    """Each table under its header, which names the values of its rows. `comments` are those on cells, with the name of
    each cell; `rows` are counted from 1 then."""
    return _Sheet(rows, comments).read()


class _Sheet:
    """The rows from top to bottom, with some read ahead where a table may begin."""

    def __init__(self, rows: Iterator[Row], comments: Iterable[tuple[str, str]]) -> None:
        self.comments: dict[str, list[str]] = {}  # by the number of the row
        for cell, text in comments:
            self.comments.setdefault(cell.lstrip(ascii_uppercase), []).append(f"Comment on {cell}: {text}")
        self.rows = (row for row in rows if any(row.cells))
        self.waiting: deque[Row] = deque()
        self.body = Blocks()
        self.header: list[str] | None = None  # empty when the table has none
        self.columns: set[int] = set()  # those that the header names
        self.values: set[int] = set()  # those of them that hold values
        self.rows_above: list[Row] = []  # the first of the table
        self.has_titles = False  # whether rows of the table are titles of those below them
        self.is_sum = False  # whether these rows, behind a gap, are totals
        self.is_apart = False  # whether these rows stand below the table without being of it
        self.form: frozenset[int] | None = None  # in a form, the columns of labels without a colon
        self.group: str | None = None  # what the rows before were of, if only the first of a group says that
        self.labels = RowLabels()
        self.last = -2  # the number of the row before

    def read(self) -> Blocks:
        while self.wait_for(1):
            row = self.waiting[0]
            if row.number > self.last + 1:
                begun = self.begin()
            else:
                begun = len(self.columns) > 1 and row.filled() == 1 and self.begin_below_title()
            if not begun:
                self.write(self.take())
        for text in chain(*self.comments.values()):  # on headers, titles and empty rows
            self.body.paragraph(text)
        return self.body

    def wait_for(self, count: int) -> bool:
        while len(self.waiting) < count and (row := next(self.rows, None)) is not None:
            self.waiting.append(row)
        return bool(self.waiting)

    def take(self) -> Row:
        row = self.waiting.popleft()
        self.last = row.number
        return row

    def write(self, row: Row) -> None:
        if self.form is None:
            row = self.labels.labelled(row)
        said = self.comments.pop(str(row.number), []) if self.comments else []
        if row.is_hidden:
            said = [HIDDEN_ROW, *said]
        if self.form is not None:
            cells = in_form(row.cells, self.form)
            if said or row.filled() > 1 or is_label(cells[0]):
                self.body.row(cells + said)
            else:
                self.body.paragraph(cells[0])
        elif self.header and ((row.across and row.filled() == 1) or self.is_title(row)):
            self.group = None if self.group is None else ""
            self.body.row([*filter(None, row.cells), *said])  # the title of a part, or a note
        elif self.header and not self.is_apart:
            if len(self.rows_above) < SAMPLE:
                self.rows_above.append(row)
            if row.names() == self.header and not said:
                return  # said again, as on each page
            header = self.header
            if (at := self.sum_at(row)) is not None:
                header = [*header[:at], "", *header[at + 1 :]]
            cells = self.with_group(row.cells)
            if said:
                cells = [*cells, *[""] * (len(header) - len(cells)), *said]
            self.body.record(header, cells)
        elif self.is_apart and row.filled() == 1 and not said:
            self.paragraph(row)
        else:
            self.body.row(_trimmed(_dense(row.cells)) + said)

    def is_title(self, row: Row) -> bool:
        """Whether its only cell says what the rows below are, such as Costs: it stands where they have their labels, as
        one does right below the header. Elsewhere it may be a row whose values are lacking."""
        return self.has_titles and self.is_label_alone(row)

    def is_label_alone(self, row: Row) -> bool:
        at = min(self.columns, default=0)
        return row.filled() == 1 and any(row.cells[at : at + 1]) and at not in self.values

    def with_group(self, cells: list[str]) -> list[str]:
        """With the label of its group, which may stand in its first row only."""
        at = min(self.columns, default=0)
        if self.group is None or at + 1 >= len(cells):
            return cells
        if cells[at] and not isinstance(cells[at], Value) and len(cells[at]) <= LONGEST_LABEL:
            self.group = cells[at] if cells[at + 1] else ""
        elif not cells[at] and cells[at + 1] and not isinstance(cells[at + 1], Value):
            return [*cells[:at], self.group, *cells[at + 1 :]]
        else:
            self.group = ""
        return cells

    def sum_at(self, row: Row) -> int | None:
        """Where a row has what it sums up, such as Total, if that is in a column of values, whose name does not fit."""
        at = next(column for column, cell in enumerate(row.cells) if cell)
        if (at not in self.values and not (self.is_sum and at > min(self.columns))) or isinstance(row.cells[at], Value):
            return None
        cells = list(filter(None, row.cells[at + 1 :]))
        return at if cells and all(isinstance(cell, Value) for cell in cells) else None

    def paragraph(self, row: Row) -> None:
        if sum(map(is_label, row.cells)) > 1:
            self.body.row(in_form(row.cells))
        else:
            self.body.paragraph(" ".join(filter(None, row.cells)))

    def begin(self) -> bool:
        """Behind an empty row: what stands above a table, and its header; False if the rows go on as before."""
        self.wait_for(SAMPLE)
        block, more = _block(self.waiting, 0)
        self.is_sum = self.is_apart = False
        self.group = None if self.group is None else ""
        if matrix := find_matrix(block):
            self.form = None
            self.begin_matrix(block, matrix)
            return True
        self.form = self.form_above(block)
        if self.form is not None:
            return False
        at = self.first_header(block, more) if self.header is None else self.own_header(block)
        if at is not None:
            self.begin_table(block, at)
        elif len(block) == 1 and block[0].filled() == 1 and (more or self.body):
            self.paragraph(self.take())  # a title, or a note below a table
        elif self.header is None and more and len(block) <= PREAMBLE_ROWS:
            for _ in block:
                self.paragraph(self.take())
        else:
            self.is_sum = self.sums_up(block)
            self.is_apart = not self.is_sum and not goes_on(block, self.rows_above)
            self.header = self.header or []
            return False
        return True

    def sums_up(self, block: Sequence[Row]) -> bool:
        """Whether each of its rows has values, and these below values, as totals have."""
        found = [{column for column, cell in enumerate(row.cells) if isinstance(cell, Value)} for row in block]
        return all(columns and columns <= self.values for columns in found)

    def form_above(self, block: list[Row]) -> frozenset[int] | None:
        """If the block is a form, where its labels are; if it begins with one above a table, that is written first."""
        rows = list(takewhile(lambda row: row.filled() == 1 or _begins_with_label(row), block))
        if self.header and len(rows) == len(block) and all(map(_begins_with_label, rows)):
            return frozenset()
        form = labels_of_form([row.cells for row in block])
        if form is None and len(rows) > 1 and labels_of_form([row.cells for row in rows]) == frozenset():
            self.form = frozenset()
            for _ in rows:
                self.write(self.take())
            del block[: len(rows)]
        return form

    def begin_below_title(self) -> bool:
        """The same right below another table, with nothing but a title between."""
        self.wait_for(SAMPLE)
        block, _ = _block(self.waiting, 0)
        if len(block) < 3 or block[1].filled() < 2 or not all(map(may_name, block[1].cells)):
            return False
        if not (is_header(block[1], block[2:4]) and is_above_values(block[1], block[2:4])):
            return False
        self.begin_table(block, 1)
        return True

    def begin_table(self, block: Sequence[Row], at: int) -> None:
        groups = grouped_names(block[at - 1], block[at]) if at else None
        for _ in range(at - 1 if groups else at):
            self.paragraph(self.take())
        if groups:
            self.take()
        row = self.take()
        names = groups or row.names()
        while self.waiting and is_below_header(row, list(self.waiting)):
            above, row = row, self.take()
            names = joined_names(above._replace(cells=names, across={c: c for c in above.across}), row)
        self.labels.clear()
        self.header, self.rows_above, self.is_sum, self.is_apart = names, [], False, False
        self.columns = filled_columns(self.header)
        whole = [row for row in block[at + 1 :] if row.cells[min(self.columns) :][:1] not in ([], [""])]
        self.values = {column for column in self.columns if holds_values(column, whole, HALF)}
        self.has_titles = bool(self.values) and any(map(self.is_label_alone, block[at + 1 : at + 2]))
        self.group = "" if labels_groups(min(self.columns), block[at + 1 :]) else None
        self.body.row(_dense(row.cells if names == row.names() and not row.hidden else names), begins_table=True)

    def begin_matrix(self, block: Sequence[Row], matrix: Matrix) -> None:
        for row in block[: matrix.at]:
            self.take()
            if matrix.has_group and row is block[matrix.at - 1]:
                row = row._replace(cells=row.cells[: matrix.left])
            if any(row.cells):
                self.paragraph(row)
        self.take()
        if matrix.aside is not None:
            for row in block[matrix.at + 1 :]:
                row.cells[matrix.aside] = ""  # it names the labels of the rows
        self.labels.clear()
        self.has_titles = False
        self.header, self.rows_above, self.is_sum, self.is_apart = matrix.names, [], False, False
        self.columns = self.values = filled_columns(matrix.names)
        self.body.row(matrix.names, begins_table=True)

    def first_header(self, block: Sequence[Row], more: bool) -> int | None:
        """Where the first table has its header, if it begins in this block."""
        if any(rows_are_pairs(block[n:]) for n in range(len(block) - 1)[:WITHIN]):
            return None
        at = next((n for n in range(len(block) - 1)[:WITHIN] if is_header(block[n], block[n + 1 :])), None)
        if at and is_entry(block[at - 1], block[at:]):
            return None  # a list
        if at is None and (len(block) > 2 or not more):  # some columns have no name
            at = next((n for n, row in enumerate(block[:WITHIN]) if row.filled() > 1), None)
            if at is not None and (
                any(isinstance(cell, Value) for cell in block[at].cells) or is_entry(block[at], block[at + 1 :])
            ):
                at = None
        if at is not None and len(block) <= PREAMBLE_ROWS and max(row.filled() for row in block) == 2:
            below, _ = _block(self.waiting, len(block))
            if any(
                below[n].filled() > 2
                and is_header(below[n], below[n + 1 :])
                and is_above_values(below[n], below[n + 1 :])
                for n in range(len(below) - 1)[:WITHIN]
            ):
                return None  # pairs above a wider table
        return at

    def own_header(self, block: Sequence[Row]) -> int | None:
        """Where the block has a header of its own, rather than more rows of the table above it."""
        for number, row in enumerate(block[: min(len(block) - 1, WITHIN)]):
            below = block[number + 1 :]
            if not is_header(row, below):
                continue
            columns = filled_columns(row.names())
            wide = len(columns) > 2 and len(below) > 1
            titled = number > 0 and all(above.filled() == 1 for above in block[:number])
            if (
                row.names() == self.header
                or is_above_values(row, below)
                or (titled and columns != self.columns and not is_legend(block[number:]))
                or (wide and (is_above_digits(row, below) or not goes_on(block, self.rows_above)))
                or (self.columns and max(columns) > max(self.columns))
                or columns.isdisjoint(self.columns)
            ):
                return number
        return None


def _block(rows: Sequence[Row], start: int) -> tuple[list[Row], bool]:
    """The rows from `start` up to an empty one, and whether any follow it."""
    found: list[Row] = []
    for row in list(rows)[start:]:
        if found and row.number > found[-1].number + 1:
            return found, True
        found.append(row)
    return found, False


def _dense(cells: list[str]) -> list[str]:
    """Without the empty ones, where nearly all are."""
    width = len(cells)
    if width > MAX_COLUMNS and MAX_COLUMNS * (width - cells.count("")) < 10 * width:
        return list(filter(None, cells))
    return cells


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _begins_with_label(row: Row) -> bool:
    return is_label(next(filter(None, row.cells)))
