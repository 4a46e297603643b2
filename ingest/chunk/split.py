"""The splitter: cuts documents into chunks of at most N tokens, with their position in the text, pages and headings."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

from haystack import Document, component

from ingest.chunk.meta import (
    KEPT,
    LONGEST_COLUMNS,
    LONGEST_HEADING,
    LONGEST_SPACE,
    MAX_CHUNK_TOKENS,
    MIN_CHUNK_TOKENS,
    PAGE_BREAK,
    chunk_id,
)
from ingest.tokens import encoding

# A section of at least so many tokens gets its own chunk: docs/quality.md says what that gains.
SECTION = 50

SEGMENT = 50_000  # characters that are read at once

# Where a text may be cut, best first; each match ends where the next chunk may start.
PARAGRAPH_END = re.compile(rf"\n[ \t{PAGE_BREAK}]*\n\s*|(?<=\|)\n(?=\|)")  # or the end of a row of a table
SENTENCE_END = re.compile(r"[.!?][\"')\]”’»]*\s+(?=[^\sa-z])|[。！？][」』）”’]*")
LINE_END = re.compile(rf"[\n{PAGE_BREAK}]+")
SPACE = re.compile(r"\s*")

# A token always begins here, whatever comes before or after: no pattern of o200k_base crosses it.
BEHIND_WORD = re.compile(r"(?<=\S) ")

HEADING_OR_FENCE = re.compile(r"^(?:(#{1,6})[ \t]+(.*)| {0,3}(```|~~~).*)$", re.MULTILINE)
# The first row of a table, the second, and where the others end.
TABLE = re.compile(r"^(\|[^\n]*\|)[ \t]*\n(\|[^\n]*)(?:\n\|[^\n]*)*", re.MULTILINE)
RULE = re.compile(r"\|[ \t]*:?-")  # below the names of columns, in Markdown
VALUE = re.compile(r"\| [-+(]?[$€£¥]? ?(?!(?:19|20)\d\d \|)\d[\d.,]* ?[%)€$]? (?=\|)")  # a cell; a year may be a name
ROW_FOLLOWS = re.compile(r"[ \t]*\n?\|")
CLOSING_HASHES = re.compile(r"(?:^|(?<=[ \t]))#+$")


class Heading(NamedTuple):
    start: int
    text_below: int  # where the text under it starts
    path: list[str]  # from the outermost heading down to this one


@component
class TokenSplitter:
    """Cuts each document into chunks of at most `max_tokens`; adjacent chunks share `overlap_tokens`.

    If the meta of a document has `chunk_tokens` and `overlap_tokens`, these are used instead. Tokens are those of
    o200k_base, of which a word takes about as many in any language. A chunk ends before the next heading, unless that
    would make it very short; else at the best boundary near the limit: the end of a paragraph, sentence, line or word.
    A longer word is cut between two characters. A chunk is `text[start:end]` of its document, and only white space is
    left out.
    """

    def __init__(self, max_tokens: int = 512, overlap_tokens: int = 0) -> None:
        """Raises `ValueError` for sizes that are not possible."""
        check(max_tokens, overlap_tokens)
        self.max_tokens = max_tokens
        self.overlap_tokens = overlap_tokens

    def warm_up(self) -> None:
        """Load the tokenizer now, which takes part of a second, rather than with the first document."""
        _ = encoding().starts

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """The chunks of all documents, in order. Raises `ValueError` if a document's meta asks for impossible sizes."""
        return {"documents": [chunk for document in documents for chunk in self._cut(document)]}

    def _cut(self, document: Document) -> Iterator[Document]:
        most = document.meta.get("chunk_tokens", self.max_tokens)
        overlap = document.meta.get("overlap_tokens", self.overlap_tokens)
        check(most, overlap)
        return _chunks(document, most, overlap)


def check(max_tokens: int, overlap_tokens: int) -> None:
    """Raise `ValueError` if chunks of this size and overlap are not possible."""
    if not MIN_CHUNK_TOKENS <= max_tokens <= MAX_CHUNK_TOKENS:
        raise ValueError(f"max_tokens must be from {MIN_CHUNK_TOKENS} to {MAX_CHUNK_TOKENS}, not {max_tokens}.")
    if not 0 <= overlap_tokens <= max_tokens // 2:
        raise ValueError(
            f"overlap_tokens must be from 0 to half of max_tokens ({max_tokens // 2}), not {overlap_tokens}."
        )


def _chunks(document: Document, max_tokens: int, overlap_tokens: int) -> Iterator[Document]:
    text = document.content or ""
    kept = {key: document.meta[key] for key in KEPT if key in document.meta}
    cuts = _Cuts(text, document.meta.get("markup", "text"))
    # In a pipeline of somebody's own, a document has nothing but its id.
    ids = (kept.get("store_id", ""), kept.get("file_id", document.id), kept.get("store_file_id", ""))
    page, counted = 1, 0  # the page at offset `counted`
    covered = 0
    for position, (start, end, tokens) in enumerate(_spans(text, cuts, max_tokens, overlap_tokens)):
        content = text[start:end]
        meta: dict[str, Any] = kept | {"position": position, "start": start, "end": end, "tokens": tokens}
        if document.meta.get("paged"):
            page += text.count(PAGE_BREAK, counted, start)
            counted = start
            meta |= {"page_start": page, "page_end": page + content.count(PAGE_BREAK)}
        if path := cuts.headings_at(start):
            meta["headings"] = path
        if columns := cuts.columns_at(start):
            meta["columns"] = columns
        if content[content.rfind("\n") + 1 :].startswith("|") and not ROW_FOLLOWS.match(text, end):
            meta["table_ends"] = True
        if 0 < covered < start <= covered + LONGEST_SPACE:
            meta["space_before"] = text[covered:start]  # so that adjacent chunks can be merged exactly
        covered = end
        yield Document(id=chunk_id(*ids, position), content=content, meta=meta)


def _spans(text: str, cuts: "_Cuts", max_tokens: int, overlap_tokens: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of tokens of each chunk."""
    tokens = _Tokens(text)
    stop = len(text.rstrip())
    least = (max_tokens + overlap_tokens) // 2  # so that at least half of the possible new text is in a chunk
    start, covered = _skip_space(text, 0), 0
    while covered < stop:
        section = max(covered, tokens.position(start, SECTION - 1))
        earliest = max(covered, tokens.position(start, SECTION // 2 - 1))
        before = _before_heading(cuts, tokens, earliest, cuts.heading_after(section))
        end, count = _end(text, tokens, cuts, start, min(stop, before), least, max_tokens)
        if end <= covered:  # only white space was new: go on after it, without overlap
            start = _skip_space(text, covered)
            continue
        yield start, end, count
        covered = end
        start = _next_start(text, tokens, cuts, start, end, overlap_tokens)


def _before_heading(cuts: "_Cuts", tokens: "_Tokens", after: int, heading: int) -> int:
    """This cut before a heading, or that before the one above it: with little text, that belongs to what is below it.
    No cut is made up to `after`."""
    while (above := cuts.heading_above(heading)) > after and tokens.position(above, SECTION - 1) >= heading:
        heading = above
    return heading


def _end(text: str, tokens: "_Tokens", cuts: "_Cuts", start: int, stop: int, least: int, most: int) -> tuple[int, int]:
    """Where the chunk from `start` ends, and how many tokens it has."""
    budget = most
    while True:
        end = limit = tokens.position(start, budget)
        if limit < stop:
            end = cuts.last(tokens.position(start, min(least, budget - 1)), limit)
        end = max(start + len(text[start : min(end, stop)].rstrip()), start + 1)
        # By itself, a piece of text may be encoded a little differently.
        count = tokens.count(start, end)
        if count <= most:
            return end, count
        budget -= count - most


def _next_start(text: str, tokens: "_Tokens", cuts: "_Cuts", start: int, end: int, overlap: int) -> int:
    """Where the chunk after `text[start:end]` starts."""
    budget = overlap
    while budget > 0:
        earliest = tokens.position(end, -budget)
        if earliest <= start:  # it would repeat this chunk
            break
        following = _skip_space(text, cuts.first(earliest, tokens.position(end, -budget * 3 // 4)))
        if (count := tokens.count(following, end)) <= overlap:
            return following
        budget -= count - overlap
    return _skip_space(text, end)


def _skip_space(text: str, start: int) -> int:
    match = SPACE.match(text, start)
    return match.end() if match else start


class _Tokens:
    """The tokens of a text, counted once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._encoding = encoding()
        segments = (text[start:end] for start, end in pairwise(_segments(text)))
        tokens = chain.from_iterable(map(self._encoding.encode, segments))
        lengths = map(self._encoding.starts.__getitem__, tokens)
        self._ends = array("q", accumulate(lengths))  # where each token ends in the text

    def position(self, start: int, count: int) -> int:
        """Where the `count`-th token after `start` ends; with a negative count, before it."""
        index = bisect_right(self._ends, start) - 1 + count
        return self._ends[min(index, len(self._ends) - 1)] if index >= 0 else 0

    def count(self, start: int, end: int) -> int:
        """The number of tokens of `text[start:end]` by itself."""
        found = BEHIND_WORD.search(self._text, start + 1, end)
        if found is None:
            return self._encoded(start, end)
        first = found.start()
        last = next(_behind_words(self._text, first, end), first)
        inner = bisect_right(self._ends, last) - bisect_right(self._ends, first)
        return self._encoded(start, first) + inner + self._encoded(last, end)

    def _encoded(self, start: int, end: int) -> int:
        return len(self._encoding.encode(self._text[start:end]))


def _segments(text: str) -> Iterator[int]:
    """Where to cut a text that is encoded in pieces: where that does not change its tokens, if possible."""
    start = 0
    while len(text) - start > SEGMENT:
        yield start
        start = next(_behind_words(text, start, start + SEGMENT), start + SEGMENT)
    yield start
    yield len(text)


def _behind_words(text: str, after: int, before: int) -> Iterator[int]:
    """The spaces between two offsets that come right after a word, the last first."""
    while (before := text.rfind(" ", after + 1, before)) != -1:
        if not text[before - 1].isspace():
            yield before


def count_tokens(text: str) -> int:
    return sum(len(encoding().encode(text[at : at + SEGMENT])) for at in range(0, len(text), SEGMENT))


class _Cuts:
    """Where a text may be cut, and its headings."""

    def __init__(self, text: str, markup: str) -> None:
        self._text = text
        self._patterns = [PARAGRAPH_END, LINE_END] if markup == "code" else [PARAGRAPH_END, SENTENCE_END, LINE_END]
        self._headings = list(_headings(text)) if markup == "markdown" else []
        self._heading_starts = [heading.start for heading in self._headings]
        self._before_headings = self._apart_from_headings(self._heading_starts)

    @cached_property
    def _ranks(self) -> list[list[int]]:
        """The cuts of each kind, the best kind first. Found when needed: a text that fits into one chunk does not need
        them."""
        ends = ([match.end() for match in pattern.finditer(self._text)] for pattern in self._patterns)
        return [self._before_headings, *map(self._apart_from_headings, ends)]

    def _apart_from_headings(self, cuts: list[int]) -> list[int]:
        return [cut for cut in cuts if not self._parts_heading(cut)] if self._headings else cuts

    def heading_after(self, offset: int) -> int:
        """The next cut before a heading, or the end of the text."""
        headings = self._before_headings
        index = bisect_right(headings, offset)
        return headings[index] if index < len(headings) else len(self._text)

    def heading_above(self, offset: int) -> int:
        """Where the heading before the one at `offset` is, if that is one of its own; else 0."""
        index = bisect_left(self._heading_starts, offset)
        if not 0 < index < len(self._headings):
            return 0
        above, below = self._headings[index - 1], self._headings[index]
        return above.start if above.path == below.path[:-1] else 0

    def last(self, after: int, limit: int) -> int:
        """The best cut in (`after`, `limit`]; of equally good ones, the last."""
        for rank in self._ranks:
            index = bisect_right(rank, limit) - 1
            if index >= 0 and rank[index] > after:
                return rank[index]
        words = (cut for cut in range(limit, after, -1) if self._between_words(cut))
        return next(words, limit)

    def first(self, earliest: int, latest: int) -> int:
        """The best cut in [`earliest`, `latest`]; of equally good ones, the first."""
        for rank in self._ranks:
            index = bisect_left(rank, earliest)
            if index < len(rank) and rank[index] <= latest:
                return rank[index]
        words = (cut for cut in range(earliest, latest + 1) if self._between_words(cut))
        return next(words, earliest)

    def headings_at(self, offset: int) -> list[str]:
        """The headings above `offset`, outermost first."""
        index = bisect_right(self._heading_starts, offset) - 1
        return self._headings[index].path if index >= 0 else []

    def columns_at(self, offset: int) -> str:
        """The first row of the table that `offset` is within, below that row."""
        index = bisect_left(self._tables, (offset,)) - 1
        return self._tables[index][2] if index >= 0 and offset < self._tables[index][1] else ""

    @cached_property
    def _tables(self) -> list[tuple[int, int, str]]:
        """Where the first row of each table ends, where the table does, and the row."""
        tables = TABLE.finditer(self._text)
        return [(t.end(1), t.end(), t[1][:LONGEST_COLUMNS]) for t in tables if _names_columns(t[1], t[2])]

    def _between_words(self, cut: int) -> bool:
        return self._text[cut - 1 : cut].isspace() or self._text[cut : cut + 1].isspace()

    def _parts_heading(self, cut: int) -> bool:
        """Whether the cut would leave a heading, or a part of one, at the end of a chunk."""
        index = bisect_left(self._heading_starts, cut) - 1
        return index >= 0 and cut <= self._headings[index].text_below


def _names_columns(first: str, second: str) -> bool:
    """Whether the first row of a table says what the values of the others are, and these do not say so themselves, as
    those of spreadsheets do."""
    if RULE.match(second):
        return True
    first, second = first[:LONGEST_COLUMNS], second[:LONGEST_COLUMNS]
    name = first.strip("| ").partition(" |")[0]
    return not VALUE.search(first) and VALUE.search(second) is not None and f"| {name}: " not in second


def _headings(text: str) -> Iterator[Heading]:
    above: list[tuple[int, str]] = []
    fence = None
    for match in HEADING_OR_FENCE.finditer(text):
        if marker := match[3]:
            fence = marker if fence is None else None if fence == marker else fence
        elif fence is None and (title := CLOSING_HASHES.sub("", match[2].strip())[:LONGEST_HEADING].rstrip()):
            level = len(match[1])
            above = [(its, name) for its, name in above if its < level] + [(level, title)]
            yield Heading(match.start(), _skip_space(text, match.end()), [name for _, name in above])
