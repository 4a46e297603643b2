"""The pages of a PDF as PDFium reads them: their text with what was filled in, or why there is none, and attached
files."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from itertools import islice
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.chunk.clean import has_words
from ingest.convert.formats.pdf.accents import with_accents
from ingest.convert.formats.pdf.bitmaps import decoded, letters, spelled_out
from ingest.convert.formats.pdf.boxes import with_boxes
from ingest.convert.formats.pdf.clusters import without_silent_shapes
from ingest.convert.formats.pdf.codes import MOSTLY, are_codes
from ingest.convert.formats.pdf.columns import lines_in_order, one_after_the_other
from ingest.convert.formats.pdf.figures import Figure, figures, objects
from ingest.convert.formats.pdf.forms import CHOSEN, NOT_CHOSEN, Filled, comment, filled, with_comments, with_values
from ingest.convert.formats.pdf.hidden import DEEPEST_OBJECT, INVISIBLE, MOST_OBJECTS, Layers, seen
from ingest.convert.formats.pdf.initials import with_initials
from ingest.convert.formats.pdf.layout import NOTHING, Line, LineReader, upright
from ingest.convert.formats.pdf.letters import put_together, with_symbols_in_place, without_false_cuts
from ingest.convert.formats.pdf.margins import with_margin_notes
from ingest.convert.formats.pdf.picture_fonts import with_pictures
from ingest.convert.formats.pdf.spaces import with_spaces
from ingest.convert.formats.pdf.stacks import row_by_row
from ingest.convert.formats.pdf.steep import with_steep_words
from ingest.convert.formats.pdf.struck import paths, with_struck
from ingest.convert.formats.pdf.tables import with_words
from ingest.convert.formats.pdf.turned import reordered

SAMPLE = 100  # characters of a page, spread evenly

FILLED_IN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
COMMENTS = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_CARET,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_POLYLINE,
    pdfium.FPDF_ANNOT_INK,
)
MOST_ANNOTATIONS = 3000  # of a page

FEW_WORDS = 40  # characters that are seen; a page with more is no scan
LEAST_LETTERS = 0.7  # of the characters of a page; else its fonts say wrong which letters they show
NO_LETTER = re.compile(r"[\ue000-\uf8ff\ufffd\ufffe\x00-\x08\x0e-\x1f]")

LEAST_PICTURE = 0.05  # of a page; a smaller picture is an ornament
WHOLE_PAGE = 0.7  # of it, at least
MOST_STAMPED = 0.15  # of the height of a page: what is printed on a scan, above and below it

FEW_LINES = 30  # on an empty page; letters drawn as shapes are more

WORD = re.compile(r"\w{2,}")  # marks of boxes are letters of a font of pictures


class Fault(Enum):
    """Why a page has no text though it may show some."""

    PICTURE = auto()  # a scan, or letters drawn as shapes
    STAMPED = auto()  # its text may be only what was printed on a scan
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
    picture: bool = False  # whether it may show more than its text says: a scan, or letters that are only drawn
    figures: Sequence[Figure] = ()  # else the pictures on it that may show text
    paper: tuple[float, float] = (0, 0)  # the heights of its lower and its upper edge


def read(document: pypdfium2.PdfDocument, layers: Layers) -> Iterator[Page]:
    """`layers` are those that are hidden."""
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()  # draws the values that no program has drawn yet
    reader = LineReader()
    for number in range(len(document)):
        try:
            yield _read(document, number, reader, layers)
        except pypdfium2.PdfiumError:  # this page is damaged; the others may not be
            yield Page("", "", Fault.DAMAGED)


def attached_to(document: pypdfium2.PdfDocument) -> Iterator[Attached]:
    """The files attached to the document as a whole."""
    for number in range(document.count_attachments()):
        yield _attached(document.get_attachment(number))


def _read(document: pypdfium2.PdfDocument, number: int, reader: LineReader, layers: Layers) -> Page:
    with _opened(document, number) as page:
        drawn = objects(page)
        filled_in, values, comments, attached = _annotations(document, page)
        has_boxes = any(value.text in (CHOSEN, NOT_CHOSEN) for value in values)  # then what is drawn is how they look
        text = plain = _text(page, drawn, reader, layers, has_boxes)
        _, bottom, _, top = page.get_bbox()
        width, height = page.get_size() if page.get_rotation() % 180 == 0 else page.get_size()[::-1]
        if has_words(plain.text):
            stamped = _length(plain.text) > FEW_WORDS and _is_stamped(page, plain.lines)
            picture = stamped or (_length(plain.text) <= FEW_WORDS and shows_picture(page))
        else:
            stamped = False
            picture = _shows_something(page)
        shown = figures(page, drawn)
        if values:
            text = _with_values(plain, values, page)
        flat = filled_in and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
    if flat:
        with _opened(document, number) as page:
            text = _fuller(plain, text, _text(page, objects(page), reader, layers, has_boxes), values)
    if comments:
        text = text._replace(lines=with_comments(text.lines, comments))
    if (turned := upright(text.lines, width, height)) is not text.lines:
        text, bottom, top = text._replace(lines=turned), 0, width
    if text.is_codes:
        return Page("", "", Fault.CODES, attached, mapped=False, picture=True)
    fault = Fault.PICTURE if picture and not has_words(text.text) else Fault.STAMPED if stamped else None
    picture = picture or _is_garbage(text.text)
    shown = [] if picture else shown
    return Page(text.text, plain.text, fault, attached, plain.mapped, text.lines, picture, shown, (bottom, top))


@contextmanager
def _opened(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfPage]:
    page = document[number]
    try:
        yield page
    finally:
        page.close()


def _length(text: str) -> int:
    """In characters that are seen."""
    return sum(map(len, text.split()))


def _is_garbage(text: str) -> bool:
    return len(NO_LETTER.findall(text)) > (1 - LEAST_LETTERS) * _length(text)


def shows_picture(page: pypdfium2.PdfPage) -> bool:
    """A large one, or letters drawn as shapes."""
    least = LEAST_PICTURE * page.get_width() * page.get_height()
    paths = 0
    for each in islice(page.get_objects(max_depth=DEEPEST_OBJECT), MOST_OBJECTS):
        if each.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            if each.level or (right - left) * (top - bottom) >= least:  # within another, its size here is not known
                return True
    return paths > FEW_LINES


def _is_stamped(page: pypdfium2.PdfPage, lines: Sequence[Line]) -> bool:
    """Whether a picture fills the page, and little is printed on it. Text that is not seen was recognised on it."""
    printed = sum(line.style.size for line in lines if not line.blank)
    if printed > MOST_STAMPED * page.get_height():
        return False
    area = 0.0
    for each in islice(page.get_objects(max_depth=DEEPEST_OBJECT), MOST_OBJECTS):
        if each.type == pdfium.FPDF_PAGEOBJ_TEXT and pdfium.FPDFTextObj_GetTextRenderMode(each) in INVISIBLE:
            return False
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE and not each.level:
            left, bottom, right, top = each.get_bounds()
            area += (right - left) * (top - bottom)
    return bool(area >= WHOLE_PAGE * page.get_width() * page.get_height())


def _shows_something(page: pypdfium2.PdfPage) -> bool:
    """More than a frame or a rule."""
    count = pdfium.FPDFPage_CountObjects(page)
    objects = (pdfium.FPDFPage_GetObject(page, number) for number in range(min(count, FEW_LINES)))
    return count > FEW_LINES or any(pdfium.FPDFPageObj_GetType(each) != pdfium.FPDF_PAGEOBJ_PATH for each in objects)


class _Text(NamedTuple):
    text: str
    unmapped: float = 0.0  # of its shapes, of which the fonts do not say which letters they are
    lines: Sequence[Line] = ()

    @property
    def mapped(self) -> bool:
        return self.unmapped <= MOSTLY

    @property
    def is_codes(self) -> bool:
        return are_codes(self.text, self.unmapped)


def _text(
    page: pypdfium2.PdfPage,
    drawn: Sequence[tuple[int, pdfium.FPDF_PAGEOBJECT]],
    reader: LineReader,
    layers: Layers,
    has_boxes: bool,
) -> _Text:
    found = page.get_textpage()
    try:
        count = found.count_chars()
        sample = range(0, count, max(count // SAMPLE, 1))
        unknown = sum(pdfium.FPDFText_HasUnicodeMapError(found, number) == 1 for number in sample)
        text = str(found.get_text_range())
        reader.shown = letters(text) if unknown > MOSTLY * len(sample) and not are_codes(text, 1.0) else {}
        text = decoded(text, reader.shown) if reader.shown else text
        plain = reader.lines(found, text)
        lines = put_together(page, found, plain, reader)
        if lines is plain:
            lines = with_symbols_in_place(reordered(lines, found, reader), found, reader)
        as_read = lines is plain
        lines = lines_in_order(lines, reader, found, text) if as_read else one_after_the_other(lines)
        lines = with_margin_notes(row_by_row(lines), found, reader)
        shapes = paths(drawn)
        shown = with_struck(without_false_cuts(seen(lines, page, found, layers), found, reader), shapes, found)
        shown = with_spaces(with_steep_words(shown, found, reader), found, reader)
        shown = with_initials(with_accents(shown, found, reader), found, reader)
        shown = with_words(without_silent_shapes(shown, found), found, reader)
        shown = with_pictures(shown, found, reader)
        shown = shown if has_boxes else with_boxes(shown, shapes, found, reader)
        if reader.shown:
            shown = spelled_out(shown)
        if shown is not lines or not as_read:
            text = "\n".join(line.text for line in shown)
        return _Text(text, unknown / max(len(sample), 1), shown)
    finally:
        found.close()


def _with_values(plain: _Text, values: Sequence[Filled], page: pypdfium2.PdfPage) -> _Text:
    found = page.get_textpage()
    try:
        lines = with_values(plain.lines, values, found)
    finally:
        found.close()
    return plain._replace(text="\n".join(line.text for line in lines), lines=lines)


def _fuller(plain: _Text, filled_in: _Text, flat: _Text, values: Sequence[Filled]) -> _Text:
    """The text with what was filled in; as flattening shows it, if that has more words and has not garbled any."""
    if plain.is_codes:
        return flat
    words = Counter(WORD.findall(flat.text))
    known = "".join(filled_in.text.split())
    beyond = flat.text  # where values that are drawn one after the other are one word
    for value in sorted({value.text for value in values}, key=len, reverse=True):
        beyond = beyond.replace(value, " ")
    has_more = any(word not in known for word in WORD.findall(beyond))
    if flat.is_codes or not has_more or Counter(WORD.findall(plain.text)) - words:
        return filled_in
    printed = {line.text for line in plain.lines}
    # The letters of what was filled in are often the larger ones, and no heading for that.
    lines = tuple(line if line.text in printed else line._replace(style=NOTHING) for line in flat.lines)
    return flat._replace(lines=lines)


def _annotations(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage
) -> tuple[bool, list[Filled], list[Filled], tuple[Attached, ...]]:
    """Whether something may have been filled in, what it is as far as that is known, comments, and the files attached
    to the page."""
    filled_in = False
    form = document.formenv.raw if document.formenv else None
    values: list[Filled] = []
    comments: list[Filled] = []
    attached: list[Attached] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        if kind in FILLED_IN:
            filled_in = True
            if value := filled(annotation, form):
                values.append(value)
        if kind in COMMENTS and (said := comment(annotation)):
            comments.append(said)
        if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT and (raw := pdfium.FPDFAnnot_GetFileAttachment(annotation)):
            attached.append(_attached(pypdfium2.PdfAttachment(raw, document)))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return filled_in, values, comments, tuple(attached)


def _attached(file: pypdfium2.PdfAttachment) -> Attached:
    try:
        name = file.get_name()
    except pypdfium2.PdfiumError:
        name = ""
    try:
        return Attached(name, bytes(file.get_data()))
    except pypdfium2.PdfiumError:
        return Attached(name, b"")
