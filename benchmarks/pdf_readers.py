"""What is read of PDFs here, beside what other programs read of them.

    .venv/bin/python -m benchmarks.pdf_readers FOLDER... [--python PYTHON] [--only NAME...] [--pages FILE]

Needs `pdftotext`, whose words and their places say what is right: poppler has no part in what is read here. `mutool`
takes part if it is there; pymupdf, pymupdf4llm and kreuzberg do if PYTHON, of an environment of their own, has them.
With `--pages`, the pages of two columns that were read here in another order are written to FILE.

- outline: share of the titles of outlines that are headings on their page or the next, if their words are there
- columns: share of the pages with two columns of prose that have nearly all of their lines in order
- rows: share of the rows of figures whose cells stand in one line, in order
- words: share of the words of a file that two of three engines know (PDFium here, poppler, mupdf)
- ms: CPU a page; that of commands has their start in it
"""

import argparse
import json
import math
import re
import resource
import shutil
import subprocess
import sys
import time
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from benchmarks.index_search import row
from ingest.convert.formats.pdf import convert

GAP = 1.0  # line heights between the cells of a row; between words it is a third
GUTTER = 0.6  # between columns
FEWEST_CELLS = 3
ALIGNED = 2.0  # points
MARK = 0.8  # of the height of the row
PROSE = 25  # characters of a line of prose
LETTERS = 0.7  # of them
FEWEST_LINES = 10  # of each column
COLUMN = 0.3  # of the page's width
IN_ORDER = 0.95  # of the lines of a page
LABEL = re.compile(r"^(?:(?:chapter|part|section|appendix)\b)?[\s\d.ivx]*", re.IGNORECASE)
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*)$", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]{2,}")
LEADERS = re.compile(r"(?:\. ?){3}")
NUMBER = re.compile(r"[$€£(]*\d[\d.,]*[%)]*")
BBOX = re.compile(
    r'<page width="([\d.]+)"|<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)

PYMUPDF = "import pymupdf; read = lambda path: [page.get_text() for page in pymupdf.open(path)]"
PYMUPDF4LLM = """
import pymupdf4llm
options = dict(page_chunks=True, show_progress=False, use_ocr=False)
read = lambda path: [page["text"] for page in pymupdf4llm.to_markdown(path, **options)]
"""
KREUZBERG = """
from kreuzberg import ExtractionConfig, OutputFormat, PageConfig, extract_file_sync
config = ExtractionConfig(pages=PageConfig(extract_pages=True), output_format="markdown", use_cache=False)
def read(path):
    result = extract_file_sync(path, config=config)  # the pages are without headings, the whole is without pages
    return [page["content"] for page in result.pages or []] + [result.content]
"""
ALONE = """
import contextlib, json, os, sys, time
with contextlib.redirect_stdout(sys.stderr):
    started = time.process_time()
    pages = read(sys.argv[1])
    spent = time.process_time() - started
print(json.dumps([spent, pages]))
"""


class Word(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float
    text: str


class Line(NamedTuple):
    """Words that stand beside each other without a gap: of one column, or of one cell."""

    x0: float
    x1: float
    y: float
    text: str

    @property
    def is_prose(self) -> bool:
        return len(self.text) >= PROSE and sum(map(str.isalpha, self.text)) >= LETTERS * len(self.text.replace(" ", ""))


class Read(NamedTuple):
    pages: Sequence[str]
    seconds: float  # of CPU


Reader = Callable[[Path], Read]


def main(folders: Sequence[Path], python: str | None, only: Sequence[str], pages: Path | None) -> None:
    files = sorted(path for folder in folders for path in folder.rglob("*.pdf"))
    readers = {name: reader for name, reader in _readers(python).items() if not only or name in only}
    counts = {name: Counter[str]() for name in readers}
    wrong: list[str] = []
    for number, path in enumerate(files, start=1):
        print(f"{number} of {len(files)}: {path.name}", file=sys.stderr)
        told = _read(path, readers)
        places = list(page_words(path))
        outline = list(_outline(path, [_bare("".join(word.text for word in words)) for _, words in places]))
        known = _known([told[name].pages for name in ("here", "pdftotext", "mutool") if name in told])
        for name, read in told.items():
            count = counts[name]
            count.update(pages=len(places), ms=round(1000 * read.seconds))
            count.update(_outlined(outline, read.pages, read.pages[len(places) :]))
            count.update(words=len(known), words_read=len(known & _words(read.pages)))
            for page, (width, words) in enumerate(places):
                text = read.pages[page] if page < len(read.pages) else ""
                if columns := _columns(words, width):
                    in_order = _are_in_order(columns, text)
                    count.update(columns=1, columns_read=in_order)
                    if name == "here" and not in_order:
                        wrong.append(f"{path}\t{page + 1}")
                else:
                    rows = table_rows(words)
                    count.update(rows=len(rows), rows_read=whole_rows(rows, text))
    _print(counts)
    if pages:
        pages.write_text("\n".join(wrong))


def _print(counts: dict[str, Counter[str]]) -> None:
    kinds = ("outline", "columns", "rows", "words")
    row("", *kinds, "ms")
    for name, count in counts.items():
        shares = [f"{count[f'{kind}_read'] / max(count[kind], 1):.3f}" for kind in kinds]
        row(name, *shares, f"{count['ms'] / max(count['pages'], 1):.1f}")
    most = max(counts.values(), key=Counter.total)
    row("of", *(f"{most[kind]:,}" for kind in kinds), f"{most['pages']:,} pages")


def _readers(python: str | None) -> dict[str, Reader]:
    readers: dict[str, Reader] = {
        "here": _here,
        "pdftotext": lambda path: _command("pdftotext", str(path), "-"),
        "pdftotext -layout": lambda path: _command("pdftotext", "-layout", str(path), "-"),
    }
    if shutil.which("mutool"):
        readers["mutool"] = lambda path: _command("mutool", "draw", "-F", "txt", str(path))
    for name, code in (("pymupdf", PYMUPDF), ("pymupdf4llm", PYMUPDF4LLM), ("kreuzberg", KREUZBERG)):
        if python and not subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode:
            readers[name] = lambda path, code=code: _alone(python, code, path)  # type: ignore[misc]
    return readers


def _read(path: Path, readers: dict[str, Reader]) -> dict[str, Read]:
    told = {}
    for name, reader in readers.items():
        try:
            told[name] = reader(path)
        except Exception as error:
            print(f"{name}: {path}: {error}", file=sys.stderr)
            told[name] = Read([], 0)
    return told


def _here(path: Path) -> Read:
    started = time.process_time()
    with path.open("rb") as file:
        text = convert(file, path.name, {}).text  # no picture is recognised
    return Read(text.split("\f"), time.process_time() - started)


def _command(*command: str) -> Read:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, capture_output=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Read(output.decode("utf-8", "replace").split("\f"), seconds)


def _alone(python: str, code: str, path: Path) -> Read:
    output = subprocess.run([python, "-c", code + ALONE, str(path)], capture_output=True, check=True).stdout
    seconds, pages = json.loads(output.splitlines()[-1])  # before it stands what some say of themselves
    return Read(pages, seconds)


def page_words(path: Path) -> Iterator[tuple[float, list[Word]]]:
    """The width of each page, and its words as poppler finds them."""
    output = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout
    page: tuple[float, list[Word]] | None = None
    for width, *box, text in BBOX.findall(output.decode("utf-8", "replace")):
        if width:
            if page:
                yield page
            page = float(width), []
        elif page:
            x0, y0, x1, y1 = map(float, box)
            page[1].append(Word(x0, y0, x1, y1, unescape(text)))
    if page:
        yield page


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """What stands on one height, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.y0 + word.y1):
        height = word.y1 - word.y0
        if rows and word.y0 + word.y1 - rows[-1][0].y0 - rows[-1][0].y1 < height / 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(each) for each in rows]


def _lines(row: Sequence[Word], gutter: float | None = None) -> Iterator[Line]:
    """A row, cut where there is a gap; at the gutter between two columns a smaller one does."""
    start = 0
    for end in range(1, len(row) + 1):
        last = row[end - 1]
        gap = (row[end].x0 - last.x1) / (last.y1 - last.y0 or 1) if end < len(row) else math.inf
        if gap > GAP or (gutter and gap > GUTTER and last.x1 <= gutter <= row[end].x0):
            yield Line(row[start].x0, last.x1, last.y0, " ".join(word.text for word in row[start:end]))
            start = end


def _gutter(words: Sequence[Word], width: float) -> float:
    """Where, near the middle of the page, the fewest words are."""
    crossed = Counter(x for word in words for x in range(math.ceil(word.x0), math.ceil(word.x1)))
    places = range(round(0.4 * width), round(0.6 * width))
    runs = [(least, list(run)) for least, run in groupby(places, crossed.__getitem__)]
    _, run = min(runs, key=lambda each: (each[0], -len(each[1])))
    return (run[0] + run[-1]) / 2


def _columns(words: Sequence[Word], width: float) -> list[Line] | None:
    """The lines of prose of a page with two columns, in order; what is wider has columns above and below."""
    gutter = _gutter(words, width)
    prose = [line for each in _rows(words) for line in _lines(each, gutter) if line.is_prose]
    whole = "\n".join(_bare(line.text) for line in prose)
    across = [line.y for line in prose if line.x0 < gutter < line.x1]
    prose = [line for line in prose if whole.count(_bare(line.text)) == 1]
    left = [line for line in prose if line.x1 <= gutter]
    right = [line for line in prose if line.x0 >= gutter]
    wide = [sum(line.x1 - line.x0 >= COLUMN * width for line in side) for side in (left, right)]
    if min(wide) < FEWEST_LINES or len(across) > min(wide):
        return None
    bands = [-math.inf, *across, math.inf]
    return [line for top, end in pairwise(bands) for side in (left, right) for line in side if top <= line.y < end]


def _are_in_order(lines: Sequence[Line], text: str) -> bool:
    whole = _bare(text)
    places = [whole.find(bare) for bare in (_bare(line.text) for line in lines) if whole.count(bare) == 1]
    return 2 * len(places) > len(lines) and _longest_rise(places) >= IN_ORDER * len(places)


def _longest_rise(numbers: Sequence[int]) -> int:
    """The length of the longest rising subsequence."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)


def table_rows(words: Sequence[Word]) -> list[list[str]]:
    """The cells of rows with figures that stand above or below others like them, so that they are no formulas."""
    rows = [list(_lines(_without_marks(each))) for each in _rows(words)]
    found = []
    for number, lines in enumerate(rows):
        if sum(bool(LEADERS.search(line.text)) for line in lines) > 1:
            continue  # two entries of an index in columns
        cells = [bare for bare in (_bare(line.text) for line in lines) if bare]
        figures = sum(bool(NUMBER.fullmatch(line.text)) for line in lines)
        near = rows[max(number - 1, 0) : number] + rows[number + 1 : number + 2]
        if len(cells) >= FEWEST_CELLS and figures > 1 and any(_are_aligned(lines, other) for other in near):
            found.append(cells)
    return found


def _without_marks(row: Sequence[Word]) -> list[Word]:
    """Where the mark of a footnote comes, readers do not agree."""
    height = max(word.y1 - word.y0 for word in row)
    return [word for word in row if word.y1 - word.y0 > MARK * height]


def _are_aligned(row: Sequence[Line], other: Sequence[Line]) -> bool:
    same = [any(min(abs(a.x0 - b.x0), abs(a.x1 - b.x1)) < ALIGNED for b in other) for a in row]
    return sum(same) > 1


def whole_rows(rows: Sequence[Sequence[str]], text: str) -> int:
    lines = [_bare(line) for line in text.split("\n")]
    return sum(any(_has(line, cells) for line in lines) for cells in rows)


def _has(line: str, cells: Sequence[str]) -> bool:
    at = 0
    for cell in cells:
        at = line.find(cell, at)
        if at < 0:
            return False
        at += len(cell)
    return True


def _outline(path: Path, pages: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Titles that stand on their page or the next, and that page."""
    with pypdfium2.PdfDocument(path) as document:
        for bookmark in document.get_toc(max_depth=10):
            title, place = _title(bookmark.get_title()), bookmark.get_dest()
            page = place.get_index() if place else None
            if title and page is not None and any(title in text for text in pages[page : page + 2]):
                yield title, page


def _outlined(outline: Sequence[tuple[str, int]], pages: Sequence[str], whole: Sequence[str]) -> Counter[str]:
    """`whole` is what a reader has said without pages: there a title may be anywhere."""
    told, anywhere = ([{_title(line) for line in HEADING.findall(page)} for page in each] for each in (pages, whole))
    found = 0
    for title, page in outline:
        headings = chain.from_iterable(told[page : page + 2] + anywhere)
        found += any(_says(heading, title) for heading in headings)
    return Counter(outline=len(outline), outline_read=found)


def _says(heading: str, title: str) -> bool:
    return heading.startswith(title) and len(heading) <= 2 * len(title)


def _known(engines: Sequence[Sequence[str]]) -> set[str]:
    counts = Counter(word for pages in engines for word in _words(pages))
    return {word for word, count in counts.items() if count > 1}


def _words(pages: Sequence[str]) -> set[str]:
    return {word for page in pages for word in WORD.findall(_plain(page))}


def _title(text: str) -> str:
    return _bare(LABEL.sub("", text.strip().strip("*_"))) or _bare(text)


def _bare(text: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, _plain(text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--python")
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--pages", type=Path)
    given = parser.parse_args()
    main(given.folders, given.python, given.only, given.pages)
