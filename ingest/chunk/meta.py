"""What a document, and each chunk that is cut from it, carries in its Haystack meta; and where pages begin and end.

A page number of a citation comes about here: a converter puts `PAGE_BREAK` between pages, the splitter counts them into
`page_start` and `page_end`, `search.adjacent` takes the last of what it puts together, and `pages` tells the pages of a
quote.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from haystack import Document

PAGE_BREAK = "\f"
"""Stands between two pages of a text; quotes and offsets count it as the character that it is."""

MIN_CHUNK_TOKENS, MAX_CHUNK_TOKENS = 100, 4096
"""The limits of the most tokens that a chunk may be asked to hold."""


class DocumentMeta(TypedDict, total=False):
    """Of a file's text, on its way from the job to the splitter."""

    store_id: str
    file_id: str
    store_file_id: str
    """The file's place in the store: a file that is taken out and put in again has a new one."""
    filename: str
    attributes: Mapping[str, Any]
    """As `records.attributes.index_fields` makes them of the client's."""
    chunk_tokens: int
    """The most tokens of a chunk."""
    overlap_tokens: int
    """How many tokens two chunks share that follow each other."""

    title: str
    """What the document calls itself."""
    converter: str
    """Which converter read it, in which version."""
    read_as: str
    """The file ending by which it was read, where its own was wrong."""
    markup: str
    """`markdown`, `text` or `code`: what a heading and a good place to cut are."""
    paged: bool
    """Whether `PAGE_BREAK` stands between pages that a reader knows by number."""
    language: str
    """By its name in `languages.BY_NAME`: that in which its words are stemmed."""


class ChunkMeta(TypedDict, total=False):
    """Of a chunk, as the index keeps it and a search brings it back."""

    store_id: str
    file_id: str
    store_file_id: str
    filename: str
    attributes: Mapping[str, Any]
    """In what a search hands out, the client's own, as they are now."""
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
    """The pages on which it begins and ends, from 1; not there where a file has none."""
    headings: Sequence[str]
    """Those that it stands under, the outermost first."""
    space_before: str
    """White space between the chunk before and this one, which belongs to neither."""


KEPT: Sequence[str] = ("store_id", "file_id", "store_file_id", "filename", "title", "language", "attributes")
"""What a chunk takes from its document; the rest describes the conversion."""


def chunk_meta(chunk: "Document") -> ChunkMeta:
    """The meta of a chunk, typed."""
    return cast(ChunkMeta, chunk.meta)


def pages(chunk: "Document", start: int, end: int) -> tuple[int | None, int | None]:
    """The pages on which `content[start:end]` of a chunk begins and ends; None where its file has none."""
    content, first = chunk.content or "", chunk_meta(chunk).get("page_start")
    if first is None:
        return None, None
    first += content.count(PAGE_BREAK, 0, start)
    return first, first + content.count(PAGE_BREAK, start, end)


def on_one_page(text: str) -> str:
    """A text as it is shown where there are no pages: one begins on a new line."""
    return text.replace(PAGE_BREAK, "\n")
