"""Where on the pages of a PDF the words of a quote are."""

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import accumulate, islice
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert import ocr
from ingest.convert.formats.pdf.drawing import opened, opened_page
from ingest.convert.formats.pdf.pages import shows_picture
from ingest.convert.page_view import Marked, MarkedPage
from ingest.convert.parts import quote as quotes
from ingest.convert.parts.boxes import Box, joined

MOST_CHARACTERS = 1_000_000  # of all pages together
MOST_BOXES = 2000
MOST_PICTURES = 2  # on which text is recognised, which takes seconds each
PRECISE = 1_000_000  # parts of a page: PDFium gives whole numbers

HIGH, LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)  # the halves of a character in UTF-16
NOT_SEEN = "\xad"  # a soft hyphen, which parts no words

OUTSIDE = "The words stand outside of what is shown of these pages."
NOT_THERE = "The quote is not on these pages."
NO_TEXT = f"There is no text on these pages, they may be a scan: to have words marked on it, {ocr.advice()}."


def marks(file: BinaryIO, filename: str, quote: str, first: int, last: int, languages: Sequence[str] = ()) -> Marked:
    """On the pages from `first` to `last`, which are counted from 1. What is not found in their text is looked for on
    pictures, where text can be recognised here."""
    with opened(file, filename) as document, ExitStack() as pages:
        count = len(document)
        numbers = range(first, min(last, count) + 1)
        shown = [pages.enter_context(opened_page(document, filename, number)) for number in numbers]
        texts = [pages.enter_context(_Text(page)) for page in shown]
        match, boxes = _in_text(quote, shown, texts)
        if match == "none" and any([_flatten(page) for page in shown]):
            shown = [pages.enter_context(opened_page(document, filename, number)) for number in numbers]
            texts = [pages.enter_context(_Text(page)) for page in shown]
            match, boxes = _in_text(quote, shown, texts)
        reason = None
        if match == "none":
            match, boxes = _in_pictures(quote, shown, languages)
            reason = _why_none(texts) if match == "none" else None
        elif not any(boxes):
            match, reason = "none", OUTSIDE
        marked = [
            MarkedPage(number, page.get_width(), page.get_height(), joined(its, page.get_width() / page.get_height()))
            for number, page, its in zip(numbers, shown, boxes, strict=True)
        ]
        return Marked(count, match, reason, marked)


def _in_text(
    quote: str, pages: Sequence[pypdfium2.PdfPage], texts: Sequence["_Text"]
) -> tuple[quotes.Match, list[list[Box]]]:
    """And the boxes on each page."""
    letters = quotes.letters(islice(_characters(texts), MOST_CHARACTERS))
    match, pieces = quotes.found(quote, letters)
    boxes: list[list[Box]] = [[] for _ in pages]
    for place, start, end in _on_pages(texts, letters.at, pieces):
        boxes[place] += _boxes(pages[place], texts[place], start, end)[: MOST_BOXES - sum(map(len, boxes))]
    return match, boxes


def _in_pictures(
    quote: str, pages: Sequence[pypdfium2.PdfPage], languages: Sequence[str]
) -> tuple[quotes.Match, list[list[Box]]]:
    """The same, on the first pages that are pictures, or have some."""
    boxes: list[list[Box]] = [[] for _ in pages]
    pictures = [place for place, page in enumerate(pages) if shows_picture(page)][:MOST_PICTURES]
    if not pictures or not ocr.is_installed():
        return "none", boxes
    from ingest.convert.formats.pdf.scans import words_on  # needs the extra
    from ingest.convert.ocr.marks import marked

    match, found = marked(quote, [words_on(pages[place], languages) for place in pictures])
    for place, its in zip(pictures, found, strict=True):
        boxes[place] = its
    return match, boxes


def _flatten(page: pypdfium2.PdfPage) -> bool:
    """Make text of what was filled in on a page; returns whether there is any, when it is opened anew."""
    return bool(pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)


class _Text:
    """The characters of a page, as PDFium numbers them."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._text = page.get_textpage()
        self.raw = self._text.raw
        self.count: int = self._text.count_chars()

    def __enter__(self) -> "_Text":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def characters(self) -> Iterator[str]:
        """One for each number; of two that are one character, as in UTF-16, it is that of the second."""
        high = 0
        for number in range(self.count):
            code = pdfium.FPDFText_GetUnicode(self.raw, number)
            if code in LOW and high:
                yield chr(0x10000 + ((high - HIGH.start) << 10) + code - LOW.start)
            else:
                yield NOT_SEEN if code in HIGH or code in LOW else chr(code)
            high = code if code in HIGH else 0


def _characters(texts: Sequence[_Text]) -> Iterator[str]:
    """Of all pages, with something that is no letter behind each."""
    for text in texts:
        yield from text.characters()
        yield "\n"


def _on_pages(
    texts: Sequence[_Text], at: Sequence[int], pieces: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, int]]:
    """The pieces, cut where a page ends: the place of the page, and the characters on it. What lies between two letters
    of a piece belongs to it."""
    starts = [0, *accumulate(text.count + 1 for text in texts)]
    for start, end in pieces:
        first, last = at[start], at[end - 1] + 1
        for place in range(bisect_right(starts, first) - 1, bisect_right(starts, last - 1)):
            yield place, max(first - starts[place], 0), min(last - starts[place], texts[place].count)


def _boxes(page: pypdfium2.PdfPage, text: _Text, start: int, end: int) -> list[Box]:
    """Of the words, as far as they are on the page."""
    found = []
    edges = [ctypes.c_double() for _ in range(4)]
    for number in range(min(pdfium.FPDFText_CountRects(text.raw, start, end - start), MOST_BOXES)):
        if pdfium.FPDFText_GetRect(text.raw, number, *edges):
            left, top, right, bottom = (edge.value for edge in edges)
            corners = [_shown(page, x, y) for x, y in ((left, top), (right, bottom))]
            (x0, x1), (y0, y1) = (
                sorted(min(max(each, 0.0), 1.0) for each in side) for side in zip(*corners, strict=True)
            )
            if x0 < x1 and y0 < y1:
                found.append(Box(x0, y0, x1 - x0, y1 - y0))
    return found


def _shown(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Where a point of the page is on what is shown of it, however that is turned and cut."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, PRECISE, PRECISE, 0, x, y, across, down)
    return across.value / PRECISE, down.value / PRECISE


def _why_none(texts: Sequence[_Text]) -> str:
    if any(text.count for text in texts) or ocr.is_installed():
        return NOT_THERE
    return NO_TEXT
