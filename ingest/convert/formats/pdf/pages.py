"""The pages of a PDF as PDFium reads them: their text with what was filled in, or why there is none, and attached
files."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.chunk.clean import has_words
from ingest.convert.formats.pdf.columns import lines_in_order
from ingest.convert.formats.pdf.layout import NOTHING, Line, LineReader

SAMPLE = 100  # characters of a page, spread evenly
VOWELS = frozenset("aeiouAEIOU")
LEAST_VOWELS = 0.25  # of the letters of a text in Latin script, which has about .38; codes taken for letters have half

FILLED_IN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
MOST_ANNOTATIONS = 10_000  # of a page

FEW_LINES = 30  # on an empty page; letters drawn as shapes are more

WORD = re.compile(r"\w+")


class Fault(Enum):
    """Why a page has no text though it may show some."""

    PICTURE = auto()  # a scan, or letters drawn as shapes
    CODES = auto()  # its fonts do not say which letters their shapes are
    DAMAGED = auto()  # it cannot be opened


class Attached(NamedTuple):
    name: str
    content: bytes


class Page(NamedTuple):
    text: str
    plain: str  # without what was filled in
    fault: Fault | None = None
    attached: tuple[Attached, ...] = ()
    mapped: bool = True  # whether its fonts say which letters most of their shapes are
    lines: Sequence[Line] = ()


def read(document: pypdfium2.PdfDocument) -> Iterator[Page]:
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()  # draws the values that no program has drawn yet
    reader = LineReader()
    for number in range(len(document)):
        try:
            yield _read(document, number, reader)
        except pypdfium2.PdfiumError:  # this page is damaged; the others may not be
            yield Page("", "", Fault.DAMAGED)


def attached_to(document: pypdfium2.PdfDocument) -> Iterator[Attached]:
    """The files attached to the document as a whole."""
    for number in range(document.count_attachments()):
        yield _attached(document.get_attachment(number))


def _read(document: pypdfium2.PdfDocument, number: int, reader: LineReader) -> Page:
    with _opened(document, number) as page:
        plain = _text(page, reader)
        picture = not has_words(plain.text) and _shows_something(page)
        filled_in, attached = _annotations(document, page)
        flat = filled_in and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
    text = plain
    if flat:
        with _opened(document, number) as page:
            text = _fuller(plain, _text(page, reader))
    if text.is_codes:
        return Page("", "", Fault.CODES, attached, mapped=False)
    fault = Fault.PICTURE if picture and not has_words(text.text) else None
    return Page(text.text, plain.text, fault, attached, plain.mapped, text.lines)


@contextmanager
def _opened(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    page = document[number]
    try:
        yield page
    finally:
        page.close()


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    """More than a frame or a rule."""
    count = pdfium.FPDFPage_CountObjects(page)
    objects = (pdfium.FPDFPage_GetObject(page, number) for number in range(min(count, FEW_LINES)))
    return count > FEW_LINES or any(pdfium.FPDFPageObj_GetType(each) != pdfium.FPDF_PAGEOBJ_PATH for each in objects)


class _Text(NamedTuple):
    text: str
    mapped: bool = True  # whether the fonts say which letters most of their shapes are
    lines: Sequence[Line] = ()

    @property
    def is_codes(self) -> bool:
        """Whether it is nothing but the codes of its fonts. Some old fonts use those of ASCII without saying so."""
        if self.mapped:
            return False
        letters = [character for character in self.text if character.isascii() and character.isalpha()]
        vowels = sum(map(VOWELS.__contains__, letters))
        return 2 * len(letters) < len(self.text) or vowels < LEAST_VOWELS * len(letters)


def _text(page: pypdfium2.PdfPage, reader: LineReader) -> _Text:
    found = page.get_textpage()
    try:
        count = found.count_chars()
        sample = range(0, count, max(count // SAMPLE, 1))
        unknown = sum(pdfium.FPDFText_HasUnicodeMapError(found, number) == 1 for number in sample)
        text = str(found.get_text_range())
        return _Text(text, 2 * unknown <= len(sample), lines_in_order(reader, found, text))
    finally:
        found.close()


def _fuller(plain: _Text, flat: _Text) -> _Text:
    """The text with what was filled in, unless flattening has garbled it."""
    if plain.is_codes:
        return flat
    lost = Counter(WORD.findall(plain.text)) - Counter(WORD.findall(flat.text))
    if lost or flat.is_codes:
        return plain
    printed = {line.text for line in plain.lines}
    # The letters of what was filled in are often the larger ones, and no heading for that.
    lines = tuple(line if line.text in printed else line._replace(style=NOTHING) for line in flat.lines)
    return flat._replace(lines=lines)


def _annotations(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> tuple[bool, tuple[Attached, ...]]:
    """Whether something may have been filled in, and the files attached to the page."""
    filled_in = False
    attached: list[Attached] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        filled_in = filled_in or kind in FILLED_IN
        if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT and (raw := pdfium.FPDFAnnot_GetFileAttachment(annotation)):
            attached.append(_attached(pypdfium2.PdfAttachment(raw, document)))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return filled_in, tuple(attached)


def _attached(file: pypdfium2.PdfAttachment) -> Attached:
    try:
        name = file.get_name()
    except pypdfium2.PdfiumError:
        name = ""
    try:
        return Attached(name, bytes(file.get_data()))
    except pypdfium2.PdfiumError:
        return Attached(name, b"")
