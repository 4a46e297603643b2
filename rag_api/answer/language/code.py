"""Sentences of source code and of settings: those of its comments, and its lines."""

import re
from collections.abc import Iterator

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.convert import markup_by_name
from rag_api.answer.language.sentences import Sentence, split

_LINE = re.compile(r"[^\n\f]+")
_MARK = re.compile(  # what a comment, or a line of one, begins with, in most languages; no `#define`, `*pointer`, `--n`
    r"[ \t]*(?:///*!?|#+!?(?=[\s!/#-]|\Z)|(?:--+|;+|%+)(?=\s|\Z)|/\*+!?|\*+/?(?=\s|\Z)|[rRuU]?(?:\"\"\"|''')"
    r"|(?:REM|rem)\b)[ \t]*"
)
_MARKS = re.compile(rf"^{_MARK.pattern}|[ \t]*\*+/[ \t]*$", re.MULTILINE)
_CLOSED = re.compile(r"\s*(?:\*+/|\"\"\"|'''|[-=*#~]{4,})\s*\Z")
_WORD = re.compile(r"\w")
_OF_ITS_OWN = re.compile(r"@\w|:\w+|[-*+] |\d+[.)] ")  # a parameter, or an item
# A name that is given a value, all of it on this line.
_VALUE = re.compile(
    r"(?:[^=(:]*[^=(:!<>+*/-](?::?=(?![=>])|:[ \t])|#[ \t]*define[ \t]+\w+[ \t]).*[^\s{(\[\\,:=]\s*[,;]?\s*"
)
_TURNED_OFF = re.compile(r"[#;/]+ ?[\w.-]+ ?= ?\S*")  # in settings, what would be so anyway
_LONGEST = 400  # characters of a comment that is said with the value it is about


def code_sentences(text: str) -> list[Sentence]:
    """The sentences of the comments, and the lines of code, in order. A comment right above a value is one with it, as
    one says what it is for and the other what it is."""
    found: list[Sentence] = []
    comment: list[tuple[int, int]] = []  # the lines of a paragraph
    closing, end = "", 0
    for line in _LINE.finditer(text):
        words = line[0].strip()
        start, before, end = line.start() + len(line[0]) - len(line[0].lstrip()), end, line.end()
        is_comment = bool(closing) or (_MARK.match(words) is not None and not _TURNED_OFF.fullmatch(words))
        closing = _still_open(words, closing)
        said = _said(text, start, start + len(words))
        ends = text.count("\n", before, start) > 1 or not _WORD.search(words)
        if comment and (ends or (is_comment and _OF_ITS_OWN.match(text, said[0]))):
            found += _prose(text, comment)
            comment = []
        if not _WORD.search(text, *said):
            continue
        if is_comment:
            comment.append(said)
        elif comment and said[1] - comment[0][0] <= _LONGEST and _VALUE.fullmatch(text, *said):
            found.append(Sentence(comment[0][0], said[1]))
            comment = []
        else:
            found += [*_prose(text, comment), Sentence(*said)]
            comment = []
    return [*found, *_prose(text, comment)]


def is_of_code(passage: Document) -> bool:
    """Whether a line that begins with "#" is a comment, and one that begins with a bar goes on from the one before."""
    meta = chunk_meta(passage)
    return markup_by_name(meta.get("filename") or "") == "code" and not meta.get("headings")


def without_marks(text: str) -> str:
    """A comment as it is read."""
    return _MARKS.sub("", text)


def _still_open(words: str, closing: str) -> str:
    """What closes the comment, or the text of several lines, that goes on below."""
    if closing:
        return "" if closing in words else closing
    if words.startswith("/*"):
        return "" if "*/" in words else "*/"
    return next((quotes for quotes in ('"""', "'''") if words.count(quotes) % 2), "")


def _said(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the words of a line of a comment are."""
    mark = _MARK.match(text, start, end)
    start = mark.end() if mark else start
    closed = _CLOSED.search(text, start, end)
    return start, closed.start() if closed else end


def _prose(text: str, lines: list[tuple[int, int]]) -> Iterator[Sentence]:
    if not lines:
        return
    for start, end, _ in split(text, lines[0][0], lines[-1][1]):
        mark = _MARK.match(text, start, end)
        yield Sentence(mark.end() if mark else start, end)
