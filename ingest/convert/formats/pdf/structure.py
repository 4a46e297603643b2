"""The pages of a PDF as text: headings as `#`, and what recurs on each page only once."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

import pypdfium2

from ingest.convert.formats.pdf.headings import Entry, Heading, headings
from ingest.convert.formats.pdf.indents import indented
from ingest.convert.formats.pdf.layout import Line, is_power
from ingest.convert.formats.pdf.rows import rows
from ingest.convert.formats.pdf.running import Paper, running
from ingest.convert.formats.pdf.tables import table_rows

MOST_ENTRIES = 10_000  # of an outline
DEEPEST_ENTRY = 10

HEADING = re.compile(r"^(?=#{1,6}[ \t])", re.MULTILINE)
FENCE = re.compile(r"^ {0,3}(?=```|~~~)", re.MULTILINE)


def outline(document: pypdfium2.PdfDocument) -> list[Entry]:
    entries = []
    for bookmark in islice(document.get_toc(max_depth=DEEPEST_ENTRY), MOST_ENTRIES):
        title, place = bookmark.get_title(), bookmark.get_dest()
        page = place.get_index() if place else None
        if title and page is not None:
            entries.append(Entry(bookmark.level + 1, title, page))
    return entries


class Written(NamedTuple):
    pages: list[str]
    has_headings: bool


def written(
    pages: Sequence[Sequence[Line]], papers: Sequence[Paper], entries: Sequence[Entry], as_markup: bool
) -> Written:
    """The text of each page; `as_markup` even if there are no headings."""
    recurs = running(pages, papers)
    by_page: list[dict[int, Heading]] = [{} for _ in pages]
    found = headings(pages, recurs.lines, entries)
    for (page, start), heading in found.items():
        by_page[page][start] = heading
    texts = [
        "\n".join(_lines(lines, its, again, as_markup or bool(found)))
        for lines, its, again in zip(indented(pages), by_page, recurs.again, strict=True)
    ]
    return Written(texts, bool(found))


def _lines(lines: Sequence[Line], found: dict[int, Heading], again: Collection[int], as_markup: bool) -> Iterator[str]:
    covered = {line for start, heading in found.items() for line in range(start, heading.end)}
    ends = rows(lines, covered.union(again))
    tables = table_rows(lines, ends, covered.union(again))
    number = 0
    while number < len(lines):
        if heading := found.get(number):
            words = (line.text.strip() for line in lines[number : heading.end])
            yield f"\n{'#' * heading.level} {' '.join(words)}\n"  # even behind a page break, it begins a line
            number = heading.end
            continue
        if number not in again:
            text = tables[number] if number in tables else _row(lines[number : ends[number] + 1])
            if text or number not in tables:  # else it is said with the row before
                yield _not_markup(text) if as_markup else text
        number = ends[number] + 1


def _row(lines: Sequence[Line]) -> str:
    text = lines[0].text
    for before, line in pairwise(lines):
        text += f"{'^' if is_power(before, line) else ' '}{line.text}"
    return text


def _not_markup(text: str) -> str:
    """With spaces before what would be taken for a heading or a fence."""
    if "#" not in text and "```" not in text and "~~~" not in text:
        return text
    return FENCE.sub("    ", HEADING.sub(" ", text))
