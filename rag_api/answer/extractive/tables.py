"""Tables: a row with the names of its columns, and the cell that is asked for."""

import re
from collections.abc import Iterator, Sequence, Set

from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms

_SEPARATOR = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*")
_BAR = re.compile(r"(?<!\\)\|")


def is_separator(line: str) -> bool:
    """Whether a line, as in `| --- | --- |`, ends the header of a table."""
    return _SEPARATOR.fullmatch(line.strip()) is not None


def names_columns(line: str, below: str) -> bool:
    """Whether a row is the header of one below it, whose cells say their columns: `| Name: Ann | Room: 4 |`."""
    names, its = cells(line), cells(below)
    labels = [label for label, colon, _ in (cell.partition(": ") for cell in its) if colon]
    return len(labels) >= len(its) - 1 > 0 and all(label in names for label in labels)


def header(rows: Sequence[str]) -> tuple[list[str], int]:
    """The columns of a table, and how many of its rows name them; none if its first row is one like the others."""
    first, second = rows[0], rows[1] if len(rows) > 1 else ""
    if is_separator(second):
        return cells(first), 2
    if any(names_columns(first, row) for row in rows[1:_LOOKED_AT]):
        return cells(first), 1
    if groups := _grouped(cells(first), cells(second)):
        return groups, 2
    columns = _by_form(rows)
    return columns, 1 if columns else 0


def _grouped(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The columns of a header of two rows, the upper of which stands over several: `| Task | A | A |` above `| Task |
    Days | Cost |`."""
    names = [upper if upper == lower else f"{upper} {lower}" for upper, lower in zip(above, below, strict=False)]
    is_header = len(above) == len(below) > 1 and above[0] == below[0] and len(set(above)) < len(above)
    return names if is_header and len(set(names)) == len(names) and not any(map(_DIGIT.search, below)) else []


def _by_form(rows: Sequence[str]) -> list[str]:
    """The columns of a table by its first row; none if that is a row like the others. Not all formats tell a header."""
    columns, *others = [cells(row) for row in rows] or [[""]]
    if not others or len(set(columns)) < len(columns) or not all(columns[1:]):
        return []
    label, colon, _ = columns[0].partition(": ")
    if colon and others[0][0].startswith(f"{label}: "):  # the first row of a part of a spreadsheet
        return []
    below = [[row[place] for row in others if len(row) == len(columns)] for place in range(1, len(columns))]
    if not all(map(_may_name, columns, [[], *below])):
        return []
    if any(sum(_DIGIT.search(cell) is not None for cell in column) > len(others) / 2 for column in below):
        return columns
    return columns if len(columns) > _PAIR and len(others) > 1 else []


def _may_name(column: str, below: Sequence[str]) -> bool:
    """Whether a cell may name a column: it has no figure, or is a name with one, such as N4, above figures."""
    if not _DIGIT.search(column) or _PERIOD.fullmatch(column):
        return True
    figures = sum(_FIGURE.match(cell) is not None for cell in below)
    return _NUMBERED.fullmatch(column) is not None and figures > len(below) / 2


def is_total(cell: str) -> bool:
    """Whether a row with this first cell sums up those above it."""
    return _TOTAL.fullmatch(cell) is not None


_DIGIT = re.compile(r"\d")
_PERIOD = re.compile(
    r"(?:FY ?|[QH]\d )?(?:19|20)\d\d|[QHT][1-4]|(?:\d{1,2}\.? )?[^\W\d]+\.? (?:\d{1,2}, )?(?:19|20)?\d\d"
)
_NUMBERED = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я][^\W\d_]*[-/. ]?\d+(?:[.,]\d+)?[^\W\d_]?(?: (?:19|20)\d\d| [A-Z]{1,2})?")
_FIGURE = re.compile(r"[-+−(]?[$€£¥]? ?\d")
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?|sums?|(?:gesamt|summe|insgesamt|zusammen)\w*|totale?s?|totaa?l|somme|suma|итого|всего"
    r"|المجموع|الإجمالي|कुल|योग|合计|总计|小计|合計|計|합계|총계|รวม",
    re.IGNORECASE,
)
_PAIR = 2  # columns of what may be a list of terms


def tables(content: str) -> Iterator[list[re.Match[str]]]:
    """The tables of a text, each as its lines."""
    rows: list[re.Match[str]] = []
    for row in _ROW.finditer(content):
        if rows and content[rows[-1].end() : row.start()].strip(" \t") != "\n":
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


_ROW = re.compile(r"^\|.*\S", re.MULTILINE)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BAR.split(line.strip().strip("|"))]


def row_cells(line: str, columns: Sequence[str]) -> list[str]:
    """The cells of a row in the order of the columns, "" where it has none; none if they do not fit. Rows of
    spreadsheets name their columns, `| Name: Ann | Room: 4 |`, and leave out what is empty."""
    its = cells(line)
    if not any(label in columns for label, colon, _ in (cell.partition(": ") for cell in its) if colon):
        return its if len(its) == len(columns) else []
    found, place = [""] * len(columns), 0
    for number, cell in enumerate(its):
        named = (at for at in range(place, len(columns)) if columns[at] and cell.startswith(f"{columns[at]}: "))
        at = next(named, 0 if number == 0 and not columns[0] else None)
        if at is None:
            return []
        found[at] = cell.removeprefix(f"{columns[at]}: ")
        place = at + 1
    return found


def told(row: Sequence[str], columns: Sequence[str], wanted: Sequence[Set[str]], language: AnswerLanguage) -> str:
    """A row as a person would say it: "37 mm, Rear: 4.0 bar" where a column is asked for, else with all columns. Of
    what is `wanted`, the first that names a column counts."""
    name, *values = row
    named = [(column, value) for column, value in zip(columns[1:], values, strict=False) if value]
    for words in wanted:
        if asked := _asked([column for column, _ in named], words, language):
            found_by = set() if words & set(terms(name, language)) else words
            # Of a row that begins with a code, the cell with the name that was asked for, too.
            named = [
                each
                for place, each in enumerate(named)
                if place in asked or not found_by.isdisjoint(terms(each[1], language))
            ]
            break
    said = "; ".join(f"{column}: {value}" if column else value for column, value in named)
    if name.isdigit() and columns[0] and not _PERIOD.fullmatch(name):
        name = f"{columns[0]}: {name}"
    return f"{name}, {said}" if name and said else name or said


def _asked(columns: Sequence[str], words: Set[str], language: AnswerLanguage) -> list[int]:
    """Which columns are named by some words: those whose names they have in full or else, of the others, the one with
    most of them, if that is half of its name."""
    found = [
        (len(words & its) / len(its), len(words & its))
        for column in columns
        if (its := set(terms(column, language)) or {""})
    ]
    full = [place for place, (share, _) in enumerate(found) if share == 1]
    if full:
        most = max(found[place][1] for place in full)
        return [place for place in full if found[place][1] == most]
    most = max((count for _, count in found), default=0)
    best = [place for place, (share, count) in enumerate(found) if count == most > 0 and share >= _HALF]
    return best if len(best) == 1 else []


_HALF = 0.5
_LOOKED_AT = 5  # rows of a spreadsheet, of which the first may be headings


def told_by_itself(line: str, wanted: Set[str], language: AnswerLanguage) -> str:
    """The same for a row whose cells name their columns, as in `| Name: Ann | Room: 4 |`, or that has no such names:
    the first cell, and those that have something of what is asked, if it asks for a column."""
    name, *others = [cell for cell in cells(line) if cell] or [""]
    labels = [set(terms(other.partition(": ")[0], language)) if ": " in other else set() for other in others]
    if any(wanted & label for label in labels):
        others = [other for other in others if not wanted.isdisjoint(terms(other, language))]
    return ", ".join([name, *others])
