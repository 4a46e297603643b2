"""Delimited tables (CSV, TSV): each row names its values; delimiter, quotes and header are found by trying."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, Literal

from ingest.convert import Extracted
from ingest.convert.formats.text import CONTROL_CHARACTERS, decode
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.pairs import are_pairs
from ingest.errors import ConversionFailed

CONVERTER = "csv 4"

# The first of equally good ones wins: files with semicolons have decimal commas, hardly ever the reverse.
DELIMITERS = "\t;|,"
STATED = re.compile(r"sep=([^\"\n])\n", re.IGNORECASE)  # the first line, as Excel writes and reads it
SAMPLE_ROWS = 200
SAMPLE_BYTES = 1 << 16
TABLE_FROM = 0.6  # at least so many rows of a table have the same number of cells; prose with commas has fewer
NAMED_UP_TO = 40_000_000  # characters; a table that would be longer with names in each row gets them once

VALUE = re.compile(r"[\s$€£¥+(-]*\d[\d\s.,:/%eE+()TZ'-]*|\S+@\S+|\w+://\S*")
YEAR = re.compile(r"(?:18|19|20)\d\d")
MAX_NAME = 60  # characters of a column's name

Row = list[str]
Quoting = Literal[0, 3]  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    csv.field_size_limit(sys.maxsize)  # cells are as long as they are
    delimiter = None
    if stated := STATED.match(text):
        delimiter, text = stated[1], text[stated.end() :]
    delimiter = delimiter or _delimiter(text)
    if delimiter is None:  # no table: a list, or prose
        return Extracted(text, CONVERTER)
    rows = _rows(text, delimiter, _quoting(text, delimiter))
    return Extracted(_written(rows, len(text), text.count("\n")), CONVERTER)


def is_table(start: bytes) -> bool:
    """Whether a file that begins like this is text with rows of cells."""
    if not start.strip():
        return False
    try:
        text = decode(start, "")
    except ConversionFailed:
        return False
    if CONTROL_CHARACTERS.search(text) or "\n" not in text:
        return False
    return STATED.match(text) is not None or _delimiter(text) is not None


def _written(rows: Iterator[Row], characters: int, lines: int) -> str:
    sample = list(islice(rows, SAMPLE_ROWS))
    if not sample:
        return ""
    width = _width(sample)
    # A row above the table may be filled up with delimiters to the table's width.
    reaches = [max(_used(row)) + 1 if len(row) == width else 0 for row in sample]
    usual = _most_common(filter(None, reaches))
    first = next((number for number, reach in enumerate(reaches) if 2 * reach > usual), 0)
    blocks = Blocks()
    for row in sample[:first]:  # titles and dates of export
        blocks.paragraph(" ".join(filter(None, row)))
    header, below = sample[first], sample[first + 1 :]
    blocks.row(header)
    named = _is_header(header, below) and characters + lines * sum(map(len, header)) < NAMED_UP_TO
    for row in chain(below, rows):
        if named and len(row) > 1:
            blocks.record(header, row)
        else:
            blocks.row(row)
    return blocks.text()


def _rows(text: str, delimiter: str, quoting: Quoting, strict: bool = False) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, quoting=quoting, strict=strict)
    return (row for row in reader if any(row))


def _used(row: Row) -> set[int]:
    return {column for column, cell in enumerate(row) if cell}


def _width(rows: Iterable[Row]) -> int:
    """The most common number of cells."""
    return _most_common(map(len, rows))


def _most_common(numbers: Iterable[int]) -> int:
    """The largest of those that come most often."""
    return max(Counter(numbers).items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]


def _delimiter(text: str) -> str | None:
    """The one that splits the first rows into the most regular table, or None."""
    best: tuple[tuple[bool, bool], str] | None = None
    for delimiter in DELIMITERS:
        rows = list(islice(_rows(text, delimiter, csv.QUOTE_MINIMAL), SAMPLE_ROWS))
        width = _width(rows)
        share = sum(len(row) == width for row in rows) / max(len(rows), 1)
        rank = (bool(rows) and len(rows[0]) == width, share >= 0.9)
        if width > 1 and share >= TABLE_FROM and (best is None or rank > best[0]):
            best = (rank, delimiter)
    return best and best[1]


def _quoting(text: str, delimiter: str) -> Quoting:
    """Whether quotes enclose cells. Where some are unclosed or inside a cell, whichever gives more regular rows."""
    try:
        for _ in _rows(text, delimiter, csv.QUOTE_MINIMAL, strict=True):
            pass
        return csv.QUOTE_MINIMAL
    except csv.Error:
        width = _width(islice(_rows(text, delimiter, csv.QUOTE_MINIMAL), SAMPLE_ROWS))
        return max(
            (csv.QUOTE_NONE, csv.QUOTE_MINIMAL),
            key=lambda quoting: sum(len(row) == width for row in _rows(text, delimiter, quoting)),
        )


def _is_header(first: Row, below: Sequence[Row]) -> bool:
    """Whether the first row names the columns: it has no numbers where the cells below do."""
    if len(first) == 2 and are_pairs([(row[0], row[1]) for row in (first, *below) if len(row) == 2]):
        return False
    votes = 0
    for column, name in enumerate(first):
        cells = [row[column].strip() for row in below if column < len(row) and row[column].strip()]
        values = sum(bool(VALUE.fullmatch(cell)) for cell in cells)
        years = sum(bool(YEAR.fullmatch(cell)) for cell in cells)
        is_year = YEAR.fullmatch(name.strip()) and years < 0.8 * len(cells)  # a column a year is common
        if VALUE.fullmatch(name.strip()) and not is_year:
            votes -= 1
        elif cells and values >= 0.8 * len(cells):
            votes += 1
    if votes:
        return votes > 0
    return len(set(first)) == len(first) and all(
        0 < len(name.strip()) <= MAX_NAME and all(column >= len(row) or row[column] != name for row in below)
        for column, name in enumerate(first)
    )
