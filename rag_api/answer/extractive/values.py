"""Values: the cells of a column as numbers or dates, read as their table writes them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag_api.answer.language.table_words import month_numbers

_NUMBER = re.compile(
    r"(?:[A-Z]{3} )?[^\w(−–-]*([(−–-]?)\W*(\d+(?:[.,'’\s]\d+)*)\)?\s?(%|[^\W\d]{1,4}\.?[²³]?|[$€£¥])?\)?"
)
_LONGEST = 40  # characters of a number with its unit; the search takes time with the square of that
_GROUP = 3  # digits
_POINT = frozenset(("en", "zh", "ja", "ko", "th", "hi"))  # languages that write 1.5
_PLACES = 2  # decimal places of an average, at least


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column; None for a cell that is none."""

    values: list[float | None]
    decimal: str
    group: str

    def written(self, value: float, places: int) -> str:
        """A number as the column writes those it has."""
        whole, _, part = f"{value:,.{places}f}".partition(".")
        return whole.replace(",", self.group) + (self.decimal + part if part else "")


def numbers(column: Sequence[str], table: Iterable[str], language: str) -> Numbers | None:
    """What the separators mean is told by the column, by other cells of the table or, last, by the language; None if
    they contradict each other, or if the column has several units."""
    parsed = [_parsed(cell) for cell in column]
    if len({unit for _, _, unit in filter(None, parsed) if unit}) > 1:
        return None
    bodies = [body for _, body, _ in filter(None, parsed)]
    decimals = _decimals(bodies) or _decimals(body for _, body, _ in filter(None, map(_parsed, table)))
    if len(decimals) > 1:
        return None
    decimal = next(iter(decimals), "." if language in _POINT else ",")
    groups = {mark for body in bodies for mark in _MARK.findall(body) if mark != decimal}
    group = next(iter(groups), "," if decimal == "." else ".")
    values = [_value(each[0], each[1], decimal) if each else None for each in parsed]
    return Numbers(values, decimal, group)


def places(column: Iterable[str], decimal: str) -> int:
    """How many digits stand behind the decimal sign, at most."""
    bodies = (each[1].rpartition(decimal) for each in map(_parsed, column) if each)
    return max((len(part) for _, mark, part in bodies if mark), default=0)


def _parsed(cell: str) -> tuple[str, str, str] | None:
    found = _NUMBER.fullmatch(cell) if len(cell) <= _LONGEST else None
    return (found[1], found[2], (found[3] or "").lower()) if found else None


def _decimals(bodies: Iterable[str]) -> set[str]:
    """The decimal signs that are certain."""
    return set(_certain(bodies))


def _certain(bodies: Iterable[str]) -> Iterator[str]:
    for body in bodies:
        marks = _MARK.findall(body)
        first, *middle, last = _MARK.split(body) if marks else ("", "")
        if not marks or any(len(group) != _GROUP for group in middle):
            continue  # as a date has them
        alike = len(set(marks)) == 1
        if len(marks) > 1 and alike and len(last) == _GROUP:
            yield "," if marks[0] == "." else "."
        elif marks[-1] in ".," and (not alike or (len(marks) == 1 and _is_decimal(first, last))):
            yield marks[-1]


def _is_decimal(first: str, last: str) -> bool:
    return len(last) != _GROUP or len(first) > _GROUP or first == "0"


def _value(sign: str, body: str, decimal: str) -> float | None:
    whole, _, part = body.partition(decimal)
    first, *groups = _MARK.split(whole)
    if (part and not part.isdigit()) or any(len(group) != _GROUP for group in groups):
        return None
    number = float(f"{first}{''.join(groups)}.{part or 0}")
    return -number if sign else number


_MARK = re.compile(r"[.,'’\s]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th|er)?,? (?:de )?([^\W\d]{3,})\.?,?(?: (?:de )?(\d{4}))?")
_MONTH_FIRST = re.compile(r"([^\W\d]{3,})\.? (?:(\d{1,2})(?:st|nd|rd|th)?(?:, ?| |$))?(?:de )?(\d{4})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = 12

Date = tuple[int, int, int]
"""Year, month and day; 0 for what is not said."""


def dates(column: Sequence[str]) -> list[Date | None]:
    """The dates of a column; of 03/04/2025, other cells say whether it is in March or April."""
    slashed = [found for cell in column if (found := _DOTTED.fullmatch(cell)) and found[2] != "."]
    day_first = any(int(found[1]) > _MONTHS for found in slashed)
    month_first = any(int(found[3]) > _MONTHS for found in slashed)
    order = None if day_first == month_first else "day" if day_first else "month"
    return [date(cell, order) for cell in column]


def date(text: str, slashed: str | None = None) -> Date | None:
    """A date as it is written; `slashed` says what comes first where slashes part it."""
    if len(text) > _LONGEST:
        return None
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3] or 0)
    if found := _DOTTED.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        if found[2] == ".":
            return year, second, first
        return None if slashed is None else (year, second, first) if slashed == "day" else (year, first, second)
    if (found := _DAY_FIRST.fullmatch(text)) and (month := _month(found[2])):
        return int(found[3] or 0), month, int(found[1])
    if (found := _MONTH_FIRST.fullmatch(text)) and (month := _month(found[1])):
        return int(found[3] or 0), month, int(found[2] or 0)
    return (int(text), 0, 0) if _YEAR.fullmatch(text) else None


def _month(word: str) -> int | None:
    months = month_numbers()
    return months.get(word.lower()) or months.get(word.lower()[:3])
