"""Headings of a PDF: what its outline names, and lines that are larger or bolder than the text."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from ingest.convert.formats.pdf.layout import Line
from ingest.convert.formats.pdf.running import Place

PAGE_NUMBER = re.compile(r"(?:page|seite)?(?:\d{1,4}|[ivxl]+)")
ONE_SIZE = 0.8  # of the letters
LARGER = 1.15  # times the size of the text
LARGE = 1.3  # so that it is no row of a table
SMALLER = 0.93  # if it is bold
BOLD_TEXT = 0.4  # of the letters; where more are bold, that says nothing
LONG_LINE = 60  # characters; most lines of a text have more, and few of a table or a heading
LONGEST_LABEL = 4  # characters: "viii) "
LONGEST_LINE = 140
LONGEST = 200  # characters of a heading
MOST_LINES = 3
MANY_WORDS = 11  # of a sentence in bold
PITCH = 1.7  # line heights from one line of a heading to the next
DEEPEST = 6
RARE = 100  # headings for each that looks like this; it opens no level of its own
CELLS = 4  # lines that may stand between two cells of one height
LONG_CELL = 45  # characters; two of them side by side are columns of text
OUTLINED_LINES = 4
LONG_ENOUGH = 8  # letters of a title

LETTER = re.compile(r"[^\W\d_]")
NUMBER = re.compile(r"\(?[$€£]?\d[\d,.]*%?\)?")
ENDS_IN_NUMBER = re.compile(r"[\d)%—–-]$")
SIDE_BY_SIDE = re.compile(r"\d\s+[$€£(]?\d")
SECTION = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.?\s")
NEW_SECTION = re.compile(r"\d{1,3}(?:\.|(?:\.\d{1,3})+\.?)\s+\S")
NAMED_BY_NUMBER = re.compile(r"[^\W\d_].*\s(?:\d\d?|(?:19|20)\d\d)$")  # "Results of 2023", but no sum
NO_HEADING = "•-–·$(*"  # begins an item, a sum or a note
LABEL = re.compile(r"^(?:(?:chapter|part|section|appendix|annex|item|note)\b)?[\s\d.ivx]*", re.IGNORECASE)
NO_LETTERS = re.compile(r"[\W_]+")


_Look = tuple[float, bool, bool]  # the size, whether it is bold, and whether it is in capitals


class Entry(NamedTuple):
    """Of the outline."""

    level: int  # 1 is the outermost
    title: str
    page: int


class Heading(NamedTuple):
    level: int
    end: int  # the line after its last


class _Found(NamedTuple):
    end: int
    look: _Look
    depth: int  # by its number: 1.2.3 has 3


def headings(
    pages: Sequence[Sequence[Line]], running: Sequence[Collection[int]], outline: Sequence[Entry]
) -> dict[Place, Heading]:
    """By the page and line where they begin. `running` are the lines of each page that are none."""
    text = _text_style(pages)
    found = {
        (page, start): heading
        for page, lines in enumerate(pages)
        for start, heading in _on_page(lines, running[page], text)
    }
    return _with_levels(pages, found, _outlined(pages, running, outline))


class _TextStyle(NamedTuple):
    size: float
    bold_tells: bool
    larger: Collection[float]
    """Sizes of text that is larger than most."""


def _text_style(pages: Sequence[Sequence[Line]]) -> _TextStyle:
    letters: Counter[float] = Counter()  # by size
    in_long_lines: Counter[float] = Counter()  # the same, of what may be sentences and is not bold
    bold = 0
    for line in chain.from_iterable(pages):
        size, length = line.style.size, len(line.text)
        if not size:
            continue
        letters[size] += length
        if line.style.bold:
            bold += length
        elif length >= LONG_LINE:
            in_long_lines[size] += length
    is_of_one_size = max(letters.values(), default=0) > ONE_SIZE * letters.total()  # then long lines may be small print
    sizes = letters if is_of_one_size or not in_long_lines else in_long_lines
    larger = {size for size, number in in_long_lines.items() if 2 * number > letters[size]}
    return _TextStyle(max(sizes, key=sizes.__getitem__, default=math.inf), bold < BOLD_TEXT * letters.total(), larger)


def _on_page(lines: Sequence[Line], running: Collection[int], text: _TextStyle) -> Iterator[tuple[int, _Found]]:
    may_be = [number not in running and _may_be(line, text) for number, line in enumerate(lines)]
    for number in range(1, len(lines)):  # two on one height are parts of a table
        for other in range(max(number - CELLS, 0), number):
            if _beside(lines[other], lines[number]) and (other == number - 1 or _are_cells(lines[other : number + 1])):
                may_be[other : number + 1] = [False] * (number + 1 - other)
                break
    is_row = [len(NUMBER.findall(line.text)) > 1 and bool(ENDS_IN_NUMBER.search(line.text)) for line in lines]
    for start, end in _runs(lines, running, text):
        first = lines[start]
        if end - start > MOST_LINES or not all(may_be[start:end]) or not _may_begin(first.text.strip()):
            continue
        if any(line.gaps for line in lines[start:end]) and not _is_prose(lines[end : end + 1]):
            continue
        words = " ".join(line.text.strip() for line in lines[start:end])
        is_large = first.style.size >= LARGE * text.size and not _is_head(first, lines[end : end + 1])
        if len(words) > LONGEST or _closes_another(words) or (not is_large and _in_table(is_row, start, end)):
            continue
        section = SECTION.match(words)
        yield start, _Found(end, _look(first, words), section[1].count(".") + 1 if section else 1)


def _runs(lines: Sequence[Line], running: Collection[int], text: _TextStyle) -> Iterator[tuple[int, int]]:
    """First and last lines of what is set alike without a gap: a paragraph, or a heading. A number begins another."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and end not in running and not lines[end].blank:
            before, line = lines[end - 1], lines[end]
            is_next = line.style.size >= LARGE * text.size and NEW_SECTION.match(line.text)
            if line.style == before.style and 0 < before.y - line.y < PITCH * line.style.size and not is_next:
                continue
        yield start, end
        start = end


def _may_be(line: Line, text: _TextStyle) -> bool:
    words = line.text.strip()
    style = line.style
    larger = style.size >= max(text.size * LARGER, text.size + 1) and (style.bold or style.size not in text.larger)
    if not (larger or (style.bold and text.bold_tells and style.size >= SMALLER * text.size)):
        return False
    if not 0 < len(words) <= LONGEST_LINE:
        return False
    if words[-1] == "." and not larger and words.count(" ") > MANY_WORDS:
        return False
    return not SIDE_BY_SIDE.search(words) and not _ends_in_sums(words)


def _ends_in_sums(words: str) -> bool:
    if section := NEW_SECTION.match(words):
        title = words[section.end() - 1 :]
        if len(NUMBER.findall(title)) == 1 and NAMED_BY_NUMBER.match(title):
            return False
    return len(NUMBER.findall(words)) > 1 and bool(ENDS_IN_NUMBER.search(words))


def _may_begin(words: str) -> bool:
    if words[0] in NO_HEADING or words[0].islower() or words[-1] in ",;":
        return False
    letters = len(LETTER.findall(words))
    return letters > 2 and 2 * letters >= len(words) - words.count(" ")


def _closes_another(words: str) -> bool:
    """Whether it ends what a line before it begins: "Editing)." of "(see Line Editing)."; not "a) Editing"."""
    before, bracket, _ = words.partition(")")
    return bool(bracket) and "(" not in before and len(before) > LONGEST_LABEL


def _is_prose(lines: Sequence[Line]) -> bool:
    return any(len(line.text) >= LONG_LINE and not line.gaps for line in lines)


def _beside(one: Line, other: Line) -> bool:
    return not one.blank and not other.blank and abs(one.y - other.y) < 2


def _is_head(first: Line, below: Sequence[Line]) -> bool:
    """Of a table in larger print than the text."""
    return any(line.style.size == first.style.size and SIDE_BY_SIDE.search(line.text) for line in below)


def _are_cells(lines: Sequence[Line]) -> bool:
    """Of one print; a heading beside another has text below it."""
    return all(len(line.text) < LONG_CELL and line.style == lines[0].style for line in lines)


def _in_table(is_row: Sequence[bool], start: int, end: int) -> bool:
    """Between rows, or the head of one."""
    return is_row[end : end + 1] == [True] or (any(is_row[max(start - 2, 0) : start]) and any(is_row[end : end + 3]))


def _outlined(
    pages: Sequence[Sequence[Line]], running: Sequence[Collection[int]], outline: Sequence[Entry]
) -> dict[Place, Heading]:
    """Where the entries of the outline stand on the pages that they name, or on the next."""
    found: dict[Place, Heading] = {}
    titles: dict[int, list[str]] = {}  # what each line of a page would be as the first of a heading, and as another
    others: dict[int, list[str]] = {}
    taken: dict[int, set[int]] = defaultdict(set)
    for entry in outline:
        title = _bare(entry.title)
        for page in (entry.page, entry.page + 1):
            if not title or page >= len(pages):
                continue
            if page not in titles:
                words = ["" if number in running[page] else line.text for number, line in enumerate(pages[page])]
                titles[page] = [_bare(line) for line in words]
                others[page] = [NO_LETTERS.sub("", line.casefold()) for line in words]
            if place := _find(title, titles[page], others[page], taken[page]):
                start, end = place
                found[page, start] = Heading(min(entry.level, DEEPEST), end)
                taken[page].update(range(start, end))
                break
    return found


def _find(title: str, firsts: Sequence[str], others: Sequence[str], taken: Collection[int]) -> tuple[int, int] | None:
    for start, words in enumerate(firsts):
        if not words or start in taken or not title.startswith(words):
            continue
        end = start + 1
        while len(words) < len(title) and end < min(start + OUTLINED_LINES, len(others)):
            words += others[end]
            end += 1
        if words == title:
            return start, end
    if len(title) >= LONG_ENOUGH:  # then the page may say a little more
        last = max((number for number, words in enumerate(firsts) if words), default=0)
        for start, words in enumerate(firsts):
            if start == last and any(firsts[:last]) and PAGE_NUMBER.fullmatch(words.removeprefix(title)):
                continue  # the title of the section, at the foot of one of its pages
            if start not in taken and words.startswith(title) and len(words) <= 2 * len(title):
                return start, start + 1
    return None


def _bare(text: str) -> str:
    """The letters and digits, without the number of the section, which the outline may leave out."""
    whole = text.strip().casefold()
    return NO_LETTERS.sub("", LABEL.sub("", whole)) or NO_LETTERS.sub("", whole)


def _with_levels(
    pages: Sequence[Sequence[Line]], found: dict[Place, _Found], outlined: dict[Place, Heading]
) -> dict[Place, Heading]:
    """The outline decides on what looks like its entries; else what is larger or bolder is further out, and of one look
    what has the shorter number."""
    looks: dict[_Look, Counter[int]] = defaultdict(Counter)
    for (page, start), heading in outlined.items():
        line = pages[page][start]
        looks[_look(line, line.text)][heading.level] += 1
    known = {look: levels.most_common(1)[0][0] for look, levels in looks.items()}
    covered = {(page, line) for (page, start), its in outlined.items() for line in range(start, its.end)}
    rest = {place: its for place, its in found.items() if place not in covered}
    uses = Counter(its.look for its in rest.values())
    shallowest: dict[_Look, int] = {}
    for its in rest.values():
        shallowest[its.look] = min(shallowest.get(its.look, its.depth), its.depth)
    often = max(2, len(rest) // RARE)
    level = 0
    for look in sorted(known.keys() | uses.keys(), reverse=True):
        if look in known:
            level = max(level, known[look])
        elif uses[look] >= often or not level:
            level += 1
            known[look] = level
        else:
            known[look] = level + 1
    headings = dict(outlined)
    for place, its in rest.items():
        headings[place] = Heading(min(known[its.look] + its.depth - shallowest[its.look], DEEPEST), its.end)
    return headings


def _look(line: Line, words: str) -> _Look:
    return line.style.size, line.style.bold, words.isupper()
