"""Candidates: the sentences of the passages, each with what stands around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.clutter import is_clutter
from rag_api.answer.extractive.tables import cells, header, is_total, row_cells, tables
from rag_api.answer.language.code import is_of_code
from rag_api.answer.language.figures import figures, measures, periods, unit
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.sentences import label, without_emphasis
from rag_api.answer.language.table_words import month_numbers
from rag_api.answer.language.terms import Analysed, analysed, terms


@dataclass(slots=True, eq=False)
class Candidate:
    """Sentence number `place` of a passage, with the terms of the two sentences before it (`around`) and of the
    headings above it (`about`)."""

    passage: int
    place: int
    sentence: Analysed
    text: str
    around: frozenset[str]
    about: frozenset[str]
    columns: list[str] = field(default_factory=list)
    """Of the table that it is a row of."""
    cells: list[str] = field(default_factory=list)
    """Of a row: what it is about, then what stands in its columns."""
    titles: frozenset[str] = frozenset()
    """The terms of the lines above its table."""
    unit: str = ""
    """What its figures are counted in, such as "in thousands"."""
    whole: bool = False
    """Whether all its cells are said, and not those of the asked columns."""
    key: frozenset[str] = frozenset()
    """The terms of the entry that it belongs to: of the first cell of its row, of the term that it explains."""
    announces: bool = False
    """Whether it is the caption of a table or of code, or ends with a colon."""
    entry: "Candidate | None" = None
    """The sentence with a time or date that begins the entry it stands in, as in a chronicle."""
    dated: "Candidate | None" = None
    """The nearest heading above it, or line of its own, that has a date, as in a diary or a list of changes."""
    heading: str = ""
    """The nearest heading above it."""
    opens: bool = False
    """Whether a paragraph begins with it."""
    likeness: float | None = None
    """In meaning, to the question; None if it was not compared."""
    likeness_above: float = 0.0
    """That of the heading."""
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def candidates(passages: Sequence[Document], language: AnswerLanguage) -> list[Candidate]:
    """Every sentence once, though chunks overlap. Headings, and the headers of tables, are not candidates, but say what
    stands below them is about."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        content, meta, is_code = passage.content or "", chunk_meta(passage), is_of_code(passage)
        subject = f"{meta.get('title') or ''} {Path(meta.get('filename') or '').stem}"
        above = frozenset(terms(" ".join([subject, *(meta.get("headings") or [])]), language))
        headings: list[tuple[int, frozenset[str]]] = []
        nearest = next(reversed(meta.get("headings") or []), "")
        about = above
        last = last_but_one = frozenset[str]()
        place = end = 0
        text = ""
        table: _Table | None = None
        report: _Table | None = None
        counted = ""  # in which unit
        titles: list[frozenset[str]] = []
        entry: Candidate | None = None
        dated: list[tuple[int, Candidate]] = []  # with the level of the heading
        explained = frozenset[str]()
        set_off: _Label | None = None  # what the paragraph or item begins with
        head: Analysed | None = None
        rows = {lines[0].start(): lines for lines in tables(content)}
        below = 0  # where the rows below a header begin
        for sentence, following in pairwise([*analysed(content, language, is_code), None]):
            assert sentence
            if sentence.heading:
                level = len(content[sentence.start : sentence.end].split(maxsplit=1)[0])
                headings = [*(each for each in headings if each[0] < level), (level, sentence.known)]
                nearest = content[sentence.start : sentence.end].lstrip("# ")
                about = above.union(*(known for _, known in headings))
                dated = [each for each in dated if each[0] < level]
                if _DATE.search(nearest):
                    dated.append((level, _line(index, content, sentence)))
                last, last_but_one, table, explained = frozenset(), frozenset(), None, frozenset()
                set_off = None
                report, titles, counted = None, [], unit(content[sentence.start : sentence.end])
                continue
            before, text = text, " ".join(content[sentence.start : sentence.end].split())
            if head:  # a term on a line of its own is said with its explanation
                text = f"{content[head.start : head.end]}: {text.lstrip(': ')}"
                both = head.terms + sentence.terms
                sentence, head = Analysed(head.start, sentence.end, False, both, frozenset(both)), None
            if text[0] != "|":
                table = None
            elif sentence.start < below:
                continue  # the header's other rows
            elif lines := rows.get(sentence.start):
                columns, count = header([line[0] for line in lines])
                table = None
                if count:
                    table = _Table(columns, frozenset(terms(" ".join(columns), language)), last)
                    below = lines[count].start() if count < len(lines) else lines[-1].end()
                    continue
                if sentence.start == 0 and (begun := meta.get("columns")):
                    table = _Table(cells(begun), frozenset(terms(begun, language)), last)
            counted = unit(text) or counted
            if named := _periods(text, before):
                report = _Table(["", *named], sentence.known, frozenset[str]().union(*titles[-_TITLES:]))
                if following and figures(content[following.start : following.end]):
                    continue
            elif len(text) > _LINE or text[-1] in _ENDS:
                report, titles = None, []
            elif not figures(text):
                titles.append(sentence.known)
            between = content[end : sentence.start]
            opens = end == 0 or "\n\n" in between
            if set_off and (between.strip() if set_off.in_item else opens and not set_off.is_alone):
                set_off = None
            elif set_off and not set_off.in_item:
                set_off = set_off._replace(is_alone=False)
            if named_by := label(text):
                is_alone = named_by == without_emphasis(text)
                set_off = _Label(terms(named_by, language), in_item=bool(between.strip()), is_alone=is_alone)
            if opens:
                entry, explained = None, frozenset()
            end = sentence.end
            if set_off and set_off.is_alone and named_by and named_by[-1] not in ":：":
                last, last_but_one = sentence.known, last
                continue
            if is_clutter(content, sentence.start, end) or (is_code and _CONTINUED.fullmatch(text)):
                continue
            if not is_code and (term := _explained(content, sentence, following)):
                explained = frozenset(terms(term, language))
                if following and content[sentence.end : following.start + 1].split() == [":"]:
                    head = sentence
                    continue
            if (
                table is None and len(text) <= _LINE and text[-1] != "." and _PERIODS.search(text)
            ):  # the header of a table in running text
                last, last_but_one = sentence.known, last
                continue
            if following and _heads_figures(text, content[following.start : following.end]):
                last, last_but_one = sentence.known, last
                continue
            if text[-1] in ":：" and following and _is_of_report(content[following.start : following.end]):
                last, last_but_one = sentence.known, last  # it announces figures, and says none
                continue
            cut = _cells(text, report.columns) if report and not table else []
            said = f"{index} {text}" if cut else text  # a row of one report says nothing of another
            if sentence.known and said not in seen:
                seen.add(said)
                key = explained or frozenset(set_off.terms if set_off else ())
                if set_off and not named_by:  # it says as much of the other sentences as of the first
                    words = [*set_off.terms, *sentence.terms]
                    sentence = sentence._replace(terms=words, known=frozenset(words))
                one = Candidate(index, place, sentence, text, last | last_but_one, about | key, key=key)
                one.heading, one.opens = nearest, opens
                if table:
                    one.around, one.about = table.before, about | table.header
                    if in_columns := row_cells(text, table.columns):
                        one.columns, one.cells = table.columns, in_columns
                elif report and cut:
                    one.about, one.columns, one.cells = about | report.header, report.columns, cut
                    one.titles = report.before
                    one.unit = "" if all(cell.endswith("%") for cell in cut[1:]) else counted
                elif (
                    (row := measures(text))
                    and len(row) == len(named_above := nearest.split())
                    and _are_names(named_above)
                ):
                    one.columns, one.cells, one.whole = named_above, row, True  # the header was taken for a heading
                shown = following and content.startswith(_SHOWN, following.start) and not text.startswith(_SHOWN)
                one.announces = text[-1] in ":：" or (bool(shown) and text[-1] not in _STOPS)
                if text[0] == "|" and not is_total(cells(text)[0]):
                    one.key = frozenset(terms(cells(text)[0], language))
                one.entry = entry = one if _TIMED.match(text) else entry
                if _DATE_ALONE.fullmatch(text):  # with what follows up to the next one or a heading
                    dated = [*(each for each in dated if each[0] < _LOWEST), (_LOWEST, one)]
                elif dated:
                    one.dated = dated[-1][1]
                found.append(one)
                place += 1
            last, last_but_one = sentence.known, last
    return found


def _are_names(words: Sequence[str]) -> bool:
    """Whether the words of a heading can be names of columns: "6 Technical data" is a heading indeed."""
    return all(word[0].isupper() for word in words)


def _line(passage: int, content: str, heading: Analysed) -> Candidate:
    """A heading, as a sentence that can be said."""
    its = _without_marks(content, heading)
    return Candidate(passage, -1, its, content[its.start : its.end], frozenset(), frozenset())


def _without_marks(content: str, heading: Analysed) -> Analysed:
    """A heading as a sentence."""
    text = content[heading.start : heading.end].lstrip("# ")
    return heading._replace(start=heading.end - len(text), heading=False)


class _Label(NamedTuple):
    """The words with which a paragraph or an item begins that are set as its heading."""

    terms: list[str]
    in_item: bool
    is_alone: bool
    """Whether they are a line of their own, which the paragraph follows."""


class _Table(NamedTuple):
    columns: list[str]
    header: frozenset[str]
    before: frozenset[str]
    """What is said before it, perhaps as its caption."""


def _heads_figures(text: str, below: str) -> bool:
    """Whether a line names the columns of the rows of figures below it: it ends as no sentence does, and has no
    figures."""
    is_scrap = len(text) <= _LINE and text[-1] not in _STOPS and text[0] != "|" and not _DIGIT.search(text)
    return is_scrap and figures(below) is not None


def _is_of_report(text: str) -> bool:
    return figures(text) is not None or len(_periods(text, "")) > 0


def _periods(text: str, before: str) -> list[str]:
    """The columns that a line of periods names, above figures."""
    named = periods(text, before) if len(text) <= _LINE and text[-1] not in _STOPS else []
    return named if sum(map(bool, named)) > 1 else []


def _cells(text: str, columns: Sequence[str]) -> list[str]:
    """A row of figures, as far as the columns have names. What is more than these stands in its label, unless there are
    columns without a name."""
    row, named = figures(text), sum(map(bool, columns))
    if not row or len(row[1]) < named:
        return []
    label, its = row
    if columns[-1]:
        return [" ".join([label, *its[:-named]]), *its[-named:]]
    return [label, *its[:named]]


def _explained(content: str, sentence: Analysed, following: Analysed | None) -> str:
    """The term that a sentence begins to explain, as in a list of definitions: it is a name in capitals at the
    beginning of a line, or has a line of its own on which the explanation follows."""
    text = content[sentence.start : sentence.end]
    if sentence.start and content[sentence.start - 1] not in "\n\f":
        return ""
    if name := _NAME_EXPLAINED.match(text):
        return name[1]
    if following is None or text[-1] in _STOPS or "\n" in text or not 0 < len(text.split()) <= _TERM:
        return ""
    return text if _NEXT_LINE.fullmatch(content, sentence.end, following.start + 1) else ""


_TERM = 3  # words that a term has which is explained
_SHOWN = ("|", "```")  # a table, or code
_CONTINUED = re.compile(r"\|[^|]*")
_STOPS = ".,;:!?|。！？：；"
_ENDS = ".!?。！？"
_TITLES = 4  # lines above periods that say what stands below them
_NAME_EXPLAINED = re.compile(r"([A-Z][A-Z0-9]*_?[A-Z0-9_]{2,}) (?=(?:An?|[A-Z][a-z]+) )")
_NEXT_LINE = re.compile(r"[ \t]*\n[ \t]*(?:(?::[ \t]+)?[A-ZÀ-ÞА-Я]|:)")

_LINE = 200  # characters
_DIGIT = re.compile(r"\d")
_PERIODS = re.compile(r"(?:\b(?:19|20)\d\d\b[^\w.]*){2,}(?:(?:vs\.?|%|\$|∆|[Cc]hange|[Cc]urrency)\W*|\d{4}\W*)*\Z")
_MONTH = r"[^\W\d]{3,10}"
_DATE = re.compile(
    rf"\b(?:1\d|20)\d\d-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d\d)\b"
    rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)? (?:de )?{_MONTH} (?:de )?(?:1\d|20)\d\d\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:1\d|20)\d\d\b|(?:1\d|20)\d\d年"
    rf"|(?i:\b(?:{'|'.join(month_numbers())})),? (?:1\d|20)\d\d\b"  # no other word: Windows 2000
)
_DATE_ALONE = re.compile(rf"(?:{_MONTH},? )?(?:{_DATE.pattern})[.:]?")
_LOWEST = 9  # below every level of a heading
_TIMED = re.compile(r"\d{1,2}[:.h]\d{2}\b(?![.:]\d)|(?:1\d|20)\d\d\b(?=[\s:,–-])|\d{1,2}\.? [^\W\d]{3,} \d{4}\b")
