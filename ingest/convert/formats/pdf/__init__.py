"""PDF: the text of PDFium, or that of pypdf on pages where the two differ and pypdf reads better.

Either engine is wrong on some real files: pypdf splits words at line breaks ("se llers"), PDFium gives some fonts one
letter per line. PDFium is some fifteen times faster, so it reads every page, and pypdf a sample; if pypdf wins there,
it reads the rest too, else only pages that look wrong.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from importlib.metadata import version
from typing import BinaryIO

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from ingest.chunk.clean import has_words
from ingest.chunk.meta import PAGE_BREAK, on_one_page
from ingest.convert import Extracted, Recognised, ocr
from ingest.convert.formats.pdf.figures import with_figure
from ingest.convert.formats.pdf.forms_within import check_forms
from ingest.convert.formats.pdf.hidden import hidden_layers
from ingest.convert.formats.pdf.hyphens import without_cuts
from ingest.convert.formats.pdf.layout import Line
from ingest.convert.formats.pdf.pages import Attached, Fault, Page, attached_to, read
from ingest.convert.formats.pdf.second_opinion import better_pages
from ingest.convert.formats.pdf.structure import outline, written
from ingest.convert.parts.mail import Attachment, Mail, extracted
from ingest.convert.parts.page_notes import page_notes
from ingest.errors import ConversionFailed

PDFIUM = f"pypdfium2 {version('pypdfium2')}"
PYPDF = f"pypdf {pypdf.__version__}"
CONVERTER = "pdf 16"

PLACEHOLDER = 2000  # characters; what an XFA form shows to other programs is shorter

# Characters of text; some programs repeat much, and pack it well, but a bomb is another matter.
MOST_PER_BYTE, MOST_ANYHOW = 100, 1_000_000

ALIKE = 0.8  # a line that was recognised, to the same line as it is printed

FAULTS = {
    Fault.PICTURE: "no text; if they are scans, {advice}",
    Fault.STAMPED: "a picture behind a few words; if they are scans, {advice}",
    Fault.CODES: "fonts that do not say which letters they show; to read them, {advice}",
    Fault.DAMAGED: "damage and were left out; open the file and save it anew",
}

NO_TITLES = frozenset(["(anonymous)", "untitled", "(untitled)", "unspecified", "(unspecified)"])  # of ReportLab, mostly

FIGURES = "no text read; if there is some on it, {advice}"

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every fault in a damaged file
logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)  # and this of every XFA form


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised; without, the pages on which there may be some, if they can be recognised here."""
    check_forms(file, filename)
    try:
        with pypdfium2.PdfDocument(file) as document:
            most = MOST_ANYHOW + MOST_PER_BYTE * file.seek(0, os.SEEK_END)
            pages = list(_bounded(read(document, hidden_layers(file)), most, filename))
            attached = dict.fromkeys([*attached_to(document), *(each for page in pages for each in page.attached)])
            title = _title(document.get_metadata_value("Title"))
            form = document.get_formtype()
            entries = outline(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise _protected(filename) from error
        return convert_with_pypdf(file, filename)
    if not attached and _is_placeholder(form, pages):
        raise ConversionFailed(
            f"'{filename}' is a form that only Adobe Reader shows (XFA); in its place, other programs find a page that "
            "says so. Open it there, print it into a new PDF and upload that."
        )
    faults = {number: page.fault for number, page in enumerate(pages) if page.fault}
    unmapped = {number for number, page in enumerate(pages) if not page.mapped}
    better = better_pages(file, [page.plain for page in pages], unmapped)
    lines = [page.lines for page in pages]
    for number, text in better.items():
        lines[number] = [Line(line) for line in on_one_page(text).split("\n")]
        if has_words(text):
            faults.pop(number, None)
    pictures = [number for number, page in enumerate(pages) if page.picture and not has_words(better.get(number, ""))]
    shown = {
        len(pages) * nth + number: (number, figure)
        for number, page in enumerate(pages)
        for nth, figure in enumerate(page.figures, start=1)
    }
    pictures += shown
    if pictures and texts is None and ocr.is_installed():
        return Extracted("", CONVERTER, pictures=pictures)
    reasons = {number: FAULTS[fault].format(advice=ocr.advice()) for number, fault in faults.items()}
    seen = _seen({key: text for key, text in (texts or {}).items() if key < len(pages)}, pages, reasons)
    for number, text in seen.items():
        printed = lines[number] if pages[number].fault is Fault.STAMPED else []
        lines[number] = [*(Line(line) for line in on_one_page(text).split("\n")), *printed]
    for key, (number, figure) in shown.items():
        text, reason = (texts or {}).get(key) or Recognised("", FIGURES.format(advice=ocr.advice()))
        if has_words(kept := _without(text, pages[number].plain)):
            lines[number] = with_figure(lines[number], figure, on_one_page(kept))
            seen[key] = kept
        if reason and reason != ocr.NO_TEXT:
            reasons.setdefault(number, f"a picture with {reason}")
    found = written(lines, [page.paper for page in pages], entries, as_markup=bool(attached))
    if not attached and not any(map(has_words, found.pages)):
        if texts:
            note = page_notes(reasons, len(pages)) or "its pages show nothing."
            raise ConversionFailed(f"No text was found in '{filename}': {note}")
        if Fault.CODES in faults.values():
            raise ConversionFailed(
                f"The fonts of '{filename}' do not say which letters they show, so there is no text in it. "
                f"To read it, {ocr.advice()}."
            )
    readers = [PDFIUM]
    if better:
        readers.append(PYPDF)
    if seen:
        readers.append(ocr.engine())
    text = _joined(found.pages)
    if attached:
        text = f"{text}\n\n{_below(attached)}".strip("\n")
    return Extracted(
        text,
        f"{CONVERTER} ({' and '.join(readers)})",
        title=title,
        paged=True,
        note=page_notes(reasons, len(pages)),
        markup="markdown" if attached or found.has_headings else None,
    )


def _bounded(pages: Iterable[Page], most: int, filename: str) -> Iterator[Page]:
    """The pages; raises `ConversionFailed` for those of a file that says the same again and again."""
    for page in pages:
        most -= len(page.text)
        if most < 0:
            raise ConversionFailed(
                f"'{filename}' would unpack to more than a document needs. Print it into a new PDF and upload that."
            )
        yield page


def _seen(texts: Mapping[int, Recognised], pages: Sequence[Page], reasons: dict[int, str]) -> dict[int, str]:
    """The pages of which more was recognised than stands in the file. What was not is told in `reasons`."""
    seen = {}
    for number, (text, reason) in texts.items():
        stamped = pages[number].fault is Fault.STAMPED
        if reason and (number in reasons or text) and not (stamped and reason == ocr.NO_TEXT):
            reasons[number] = reason
        else:
            reasons.pop(number, None)
        plain = pages[number].plain
        if stamped:
            text = _without(text, plain)
        if has_words(text) if stamped else len("".join(text.split())) > len("".join(plain.split())):
            seen[number] = text
    return seen


def _without(recognised: str, printed: str) -> str:
    """What was recognised on a page but for the lines that are printed there, too."""
    known = [line for line in map(_letters, printed.splitlines()) if line]
    kept = [
        line
        for line in recognised.split("\n")
        if not any(SequenceMatcher(None, _letters(line), other).ratio() >= ALIKE for other in known)
    ]
    return "\n".join(kept).strip()


def _letters(line: str) -> str:
    return "".join(line.casefold().split())


def convert_with_pypdf(file: BinaryIO, filename: str) -> Extracted:
    try:
        reader = pypdf.PdfReader(file)
        pages = [page.extract_text() for page in reader.pages]
        title = _title(reader.metadata.title if reader.metadata else None)
    except FileNotDecryptedError as error:
        raise _protected(filename) from error
    except MemoryError:
        raise
    except LimitReachedError as error:
        raise ConversionFailed(
            f"'{filename}' would unpack to more than a document needs. Open it, save it anew and try again."
        ) from error
    except Exception as error:  # pypdf meets damage with errors of any kind
        raise ConversionFailed(
            f"'{filename}' is damaged, or no PDF file. Open it, save it anew and try again."
        ) from error
    return Extracted(_joined(pages), f"{CONVERTER} ({PYPDF})", title=title, paged=True)


def _title(text: str | None) -> str | None:
    return text if text and text.strip().casefold() not in NO_TITLES else None


def _protected(filename: str) -> ConversionFailed:
    return ConversionFailed(f"'{filename}' is protected by a password. Save it without one and upload that instead.")


def _is_placeholder(form: int, pages: Sequence[Page]) -> bool:
    """Whether the one page of an XFA form only says what to open it with."""
    if form not in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND) or len(pages) > 1:
        return False
    text = "".join(page.text for page in pages)
    return len(text) < PLACEHOLDER and (form == pdfium.FORMTYPE_XFA_FULL or "Adobe" in text)


def _joined(pages: Iterable[str]) -> str:
    text = PAGE_BREAK.join(on_one_page(page).replace("\r\n", "\n").replace("\r", "\n") for page in pages)
    return without_cuts(text)


def _below(attached: Iterable[Attached]) -> str:
    """The files attached, each under its name."""
    files = [Attachment(each.name or None, "", each.content) for each in attached]
    return extracted(Mail({}, "", files), CONVERTER).text
