"""What a page of a file looks like, and where on it a quote stands: what the sandbox runs for who reads a citation.

What a format can show stands in `CONVERTERS`. A format without pages has none of it.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

from ingest.convert import CONVERTERS, Format
from ingest.convert.extract import sniff
from ingest.convert.parts.boxes import Box
from ingest.convert.parts.quote import Match
from ingest.errors import ConversionFailed, Reason

PIECE_BYTES = 3 << 16  # of a picture; receiving a piece blocks the receiver


class MarkedPage(NamedTuple):
    number: int
    """From 1."""
    width: float
    """In points, as the page is shown, as its height is."""
    height: float
    boxes: Sequence[Box]


class Marked(NamedTuple):
    page_count: int
    """Of the whole file."""
    match: Match
    reason: str | None
    """Why there are no boxes."""
    pages: Sequence[MarkedPage]
    """Those asked for that there are."""


def draw(file: BinaryIO, filename: str, extension: str, page: int, width: int) -> Iterator[int | str]:
    """How many pages there are, then this one (from 1) as a PNG file, in pieces of base64; none if there is no such
    page. Raises `ConversionFailed`."""
    function = _function(_format(file, filename, extension).draw, filename)
    count, picture = function(file, filename, page, width)
    yield count
    for start in range(0, len(picture), PIECE_BYTES):
        yield b64encode(picture[start : start + PIECE_BYTES]).decode()


def marks(
    file: BinaryIO, filename: str, extension: str, quote: str, first: int, last: int, languages: Sequence[str]
) -> list[Any]:
    """A `Marked` in lists, since JSON has no other; `languages` as `FileConverter` has them. Raises
    `ConversionFailed`."""
    function = _function(_format(file, filename, extension).mark, filename)
    marked: Marked = function(file, filename, quote, first, last, languages)
    pages = [[*page[:-1], [list(box) for box in page.boxes]] for page in marked.pages]
    return [marked.page_count, marked.match, marked.reason, pages]


def _format(file: BinaryIO, filename: str, extension: str) -> Format:
    kind = sniff(file, filename, extension) if extension in CONVERTERS else None
    if kind is None:
        raise _not_shown(filename)
    file.seek(0)
    return CONVERTERS[kind]


def _function(named: str | None, filename: str) -> Callable[..., Any]:
    if named is None:
        raise _not_shown(filename)
    module, _, name = named.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _not_shown(filename: str) -> ConversionFailed:
    return ConversionFailed(
        f"'{filename}' has no pages that can be shown: only PDF files have, and pictures where text recognition (OCR) "
        "is installed. Ask for its text instead.",
        Reason.UNSUPPORTED,
    )
