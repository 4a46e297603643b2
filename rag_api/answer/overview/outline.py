"""An outline: the main sections of a document, by the headings in its chunks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.convert import markup_by_name

_FEWEST = 3  # sections that make an outline; with fewer, those one level deeper are named
_LONGEST = 120  # characters of a heading


@dataclass(frozen=True)
class Section:
    """A section that begins at `chunk.content[start:]`, with its text from `below` on."""

    heading: str
    chunk: Document
    start: int
    below: int


def outline(chunks: Sequence[Document]) -> list[Section]:
    """The sections of the highest level of which there are several, in order."""
    found = [(level, one) for level, one in headings(chunks) if not _LISTS.fullmatch(one.heading.lower())]
    levels = Counter(level for level, _ in found)
    chosen = next((level for level in sorted(levels) if levels[level] >= _FEWEST), max(levels, default=0))
    return [section for level, section in found if level == chosen]


_LISTS = re.compile(
    r"(?:table of )?contents|list of (?:tables|figures)|(?:general |subject )?index|revision history|collaborators"
    r"|copyright.*|inhalt|inhaltsverzeichnis|table des matières|sommaire|índice(?: general)?|indice|sumário|inhoud"
    r"|inhoudsopgave|содержание|оглавление|目录|目錄|目次|차례|목차|สารบัญ|المحتويات|الفهرس|विषय-?सूची"
)


def title_of(beginning: Document) -> str:
    """What a document calls itself, or the heading that its first chunk begins with."""
    if title := " ".join((chunk_meta(beginning).get("title") or "").split()):
        return title
    _, first = next(headings([beginning]), (0, None))
    return first.heading if first and first.start == 0 else ""


def headings(chunks: Sequence[Document]) -> Iterator[tuple[int, Section]]:
    """Each heading with its level, 1 for the highest, where it is first seen; there may be gaps between the chunks."""
    seen: set[tuple[str, ...]] = set()
    above: list[tuple[int, str]] = []  # the number of marks before each heading, and its text
    pattern = _MARKED if any(map(_is_marked, chunks)) else _PLAIN
    for chunk in chunks:
        content, path = chunk.content or "", list(chunk_meta(chunk).get("headings") or ())
        lines = _lines(content, pattern)
        begins = bool(path and lines and lines[0].start() == 0 and _text(lines[0]) == path[-1])
        outer = path[:-1] if begins else path
        if path and [text for _, text in above] != outer:
            marks = {text: its for its, text in above}
            above = [(marks.get(text, level), text) for level, text in enumerate(outer, 1)]
            for level in range(1, len(above) + 1):
                if _new(seen, above[:level]):
                    yield level, Section(above[level - 1][1], chunk, 0, 0)
        for line in lines:
            level = _level(line)
            above = [one for one in above if one[0] < level] + [(level, _text(line))] if level else [(0, _text(line))]
            if len(above[-1][1]) <= _LONGEST and _new(seen, above):
                yield len(above), Section(above[-1][1], chunk, line.start(), line.end())


def _is_marked(chunk: Document) -> bool:
    """Whether lines that begin with "#" are headings: in code they are not, and in a PDF only if some were found."""
    meta = chunk_meta(chunk)
    return bool(meta.get("headings")) or markup_by_name(meta.get("filename", "")) == "markdown"


def _lines(content: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    found = [line for line in pattern.finditer(content) if line["text"]]
    return [line for line in found if _is_heading(line)] if pattern is _PLAIN else found


def _is_heading(line: re.Match[str]) -> bool:
    """Whether a line of a plain text is a heading: in capitals, or with a number and no date or item of a list."""
    if _DATE.match(line["text"]):
        return False
    if not (number := _numbered(line)):
        return _in_capitals(line["text"])
    below = line.string[line.end() : line.end() + _LONGEST].lstrip().partition("\n")[0]
    following = _NUMBER.match(below)
    return not following or not following[2] or following[2].startswith(f"{number}.")


def _level(line: re.Match[str]) -> int:
    """The number of marks; of a numbered section, one more than that of the points within its number."""
    number = _numbered(line)
    return len(line["marks"]) or (1 + number.count(".") if number else 0)


def _numbered(line: re.Match[str]) -> str:
    """The number of a section, as in "§ 2 Rent", "Article 3" or "2.1 Late payment"; "" if there is none."""
    number = _NUMBER.match(line["text"]) if not line["marks"] else None
    return (number[1] or number[2]).rstrip(".") if number else ""


def _in_capitals(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters > 2 and text.isupper() and 2 * sum(map(str.isupper, text)) > letters


def _new(seen: set[tuple[str, ...]], above: list[tuple[int, str]]) -> bool:
    path = tuple(text for _, text in above)
    new = path not in seen
    seen.add(path)
    return new


def _text(line: re.Match[str]) -> str:
    return " ".join(line["text"].rstrip("# ").split())


_MARKED = re.compile(  # what is fenced comes first, so that comments in code are no headings
    r"^ {0,3}(?P<fence>```|~~~)(?s:.*?)(?:^ {0,3}(?P=fence)|\Z)|^(?P<marks>#{1,6})[ \t]+(?P<text>[^\n]+)$", re.MULTILINE
)
# In a plain text, a line in capitals or with the number of a section, with an empty line before it.
_PLAIN = re.compile(r"(?:(?<=\n\n)|\A)(?P<marks>)(?P<text>[^\n|]{3,79}[^\n|.!?;,])(?=\n)")
_DATE = re.compile(r"\d{1,2}\.? [^\W\d]{3,10},? (?:19|20)\d\d\b")
_NUMBER = re.compile(
    r"(?:§+|art\.|(?:article|artikel|section|clause|part|chapter|paragraph|artículo|articolo|artigo|artikkel|artykuł"
    r"|článek|cikk|articolul|madde|điều|pasal|άρθρο|статья|стаття|член|глава|abschnitt|kapitel|chapitre|capítulo"
    r"|capitolo|hoofdstuk|kapitola|rozdział|fejezet|bölüm|chương|bab|κεφάλαιο|розділ|المادة|ماده|دفعہ|סעיף|अनुच्छेद|धारा)\b"
    r"|第(?=\s?\d+[条條章節节]|[一二三四五六七八九十]+[条條章節节])|제(?=\s?\d+[조장])|ข้อ|มาตรา)"
    r"\s?(\d+(?:\.\d+)*|[ivxl]+\b|[一二三四五六七八九十]+)"
    r"|(\d{1,2}(?:\.\d{1,2}){0,3}\.?)(?:\s|\)\s)(?=[^\W\d_][^\n]{0,59}$)",
    re.IGNORECASE,
)
