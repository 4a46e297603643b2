"""The Haystack meta of a document and of the chunks that are cut from it; and where pages begin and end.

The page number of a citation comes about like this: a converter puts `PAGE_BREAK` between pages, the splitter counts
them into `page_start` and `page_end`, `search.adjacent` takes the last of the chunks it merges, and `pages` gives the
pages of a quote.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from haystack import Document

PAGE_BREAK = "\f"
"""Between two pages of a text; it counts as a character in quotes and offsets."""

MIN_CHUNK_TOKENS, MAX_CHUNK_TOKENS = 100, 4096
"""The range from which the size of chunks may be chosen."""

LONGEST_TITLE, LONGEST_HEADING, LONGEST_COLUMNS = 500, 300, 300
"""Characters of them that are kept: each chunk has them, and is found by their words."""

LONGEST_SPACE = 1000
"""Characters of white space between two chunks that are kept."""

LONGEST_NOTE = 5000


class DocumentMeta(TypedDict, total=False):
    """The meta of a file's text, on its way from the job to the splitter."""

    store_id: str
    file_id: str
    store_file_id: str
    """Of the file in this store: a file that is taken out and put in again gets a new one."""
    filename: str
    attributes: Mapping[str, Any]
    """The client's, as `records.attributes.index_fields` returns them."""
    chunk_tokens: int
    """The most tokens of a chunk."""
    overlap_tokens: int
    """How many tokens two adjacent chunks share."""

    title: str
    """What the document calls itself."""
    converter: str
    """Which converter read it, in which version."""
    note: str
    """What of it was not read, for whoever put it in."""
    read_as: str
    """The ending by which the file was read, if its own was wrong."""
    markup: str
    """`markdown`, `text` or `code`, which decides what is a heading and where to cut."""
    paged: bool
    """Whether `PAGE_BREAK` separates pages that a reader knows by number."""
    language: str
    """A name in `languages.BY_NAME`, whose stemmer is used."""


class ChunkMeta(TypedDict, total=False):
    """The meta of a chunk, as the index keeps it and a search returns it."""

    store_id: str
    file_id: str
    store_file_id: str
    filename: str
    attributes: Mapping[str, Any]
    """In a passage, the client's current ones."""
    title: str
    language: str

    position: int
    """0 for the first chunk of a file, 1 for the next, and so on."""
    start: int
    end: int
    """The chunk is `text[start:end]` of the file's text."""
    tokens: int
    """Of o200k_base."""
    page_start: int
    page_end: int
    """The pages on which it begins and ends, from 1; missing if the file has no pages."""
    headings: Sequence[str]
    """The headings above it, the outermost first."""
    columns: str
    """The first row of the table that it begins within."""
    table_ends: bool
    """Whether its last line is the last row of a table."""
    space_before: str
    """White space between the chunk before and this one."""

    position_end: int
    """In a passage of several chunks, the position of the last."""
    score_parts: Mapping[str, float]
    """In a passage that was found by words and by meaning, the score of each."""
    near_spellings: Mapping[str, Sequence[str]]
    """In a passage, by word of the question that no chunk has, the words that it has in its place."""
    found_at: int
    """In a passage that a model has put in order, its place before that, from 1."""
    described: Mapping[str, str]
    """In a passage that stands for its whole file: which part of it this is, and what is known of the rest."""


KEPT: Sequence[str] = ("store_id", "file_id", "store_file_id", "filename", "title", "language", "attributes")
"""What a chunk takes from its document; the rest is about the conversion."""


WHOSE: Sequence[str] = ("store_id", "file_id", "store_file_id", "filename", "attributes")
"""What a document is given, and never takes from who reads it: its chunks could take the place of another's."""

PLACE = frozenset(("position", "start", "end", "tokens"))
"""What each chunk has."""

_NUMBERS = PLACE | {"page_start", "page_end"}
_FLAGS = frozenset(("paged", "table_ends"))
_LONGEST: Mapping[str, int] = {
    **dict.fromkeys(("language", "converter", "markup", "read_as"), 200),
    "title": LONGEST_TITLE,
    "note": LONGEST_NOTE,
    "columns": LONGEST_COLUMNS,
    "space_before": LONGEST_SPACE,
}
_MOST_HEADINGS = 6  # one above the other
_MOST = 1 << 40  # of what is counted

FOUND = _NUMBERS | _FLAGS | _LONGEST.keys() | {"headings"}
"""What reading and cutting find."""


def is_sound(meta: object) -> bool:
    """Whether that which was found is as above: it may come from a process that was taken over."""
    return isinstance(meta, dict) and all(map(_is_sound, meta, meta.values()))


def _is_sound(name: str, value: object) -> bool:
    if name in _NUMBERS:
        return type(value) is int and 0 <= value < _MOST
    if name in _FLAGS:
        return type(value) is bool
    if name == "headings":
        return isinstance(value, list) and len(value) <= _MOST_HEADINGS and all(map(_is_heading, value))
    return name in _LONGEST and type(value) is str and len(value) <= _LONGEST[name]


def _is_heading(value: object) -> bool:
    return type(value) is str and len(value) <= LONGEST_HEADING


def chunk_id(store_id: str, file_id: str, store_file_id: str, position: int) -> str:
    """The same for the same position in the same store file: writing again replaces the chunk, and the first chunks of
    a file are found without reading the others."""
    key = f"{store_id}/{file_id}/{store_file_id}/{position}"
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def chunk_meta(chunk: "Document") -> ChunkMeta:
    """The meta of a chunk, typed."""
    return cast(ChunkMeta, chunk.meta)


def pages(chunk: "Document", start: int, end: int) -> tuple[int | None, int | None]:
    """The pages on which `content[start:end]` of a chunk begins and ends; None if its file has no pages."""
    content, first = chunk.content or "", chunk_meta(chunk).get("page_start")
    if first is None:
        return None, None
    first += content.count(PAGE_BREAK, 0, start)
    return first, first + content.count(PAGE_BREAK, start, end)


def on_one_page(text: str) -> str:
    """A text for where there are no pages: each page begins on a new line."""
    return text.replace(PAGE_BREAK, "\n")
