"""A page of a PDF as a picture, as PDFium draws it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.parts.png import png
from ingest.errors import ConversionFailed

MOST_PIXELS, LONGEST_SIDE = 12_000_000, 10_000  # of a page that is much higher than wide


def draw(file: BinaryIO, filename: str, number: int, width: int) -> tuple[int, bytes]:
    """How many pages there are, and this one (from 1) as a PNG file; it is empty if there is no such page."""
    with opened(file, filename) as document:
        count = len(document)
        if number > count:
            return count, b""
        with opened_page(document, filename, number) as page:
            across, down = page.get_size()
            scale = min(width / across, LONGEST_SIDE / down, (MOST_PIXELS / across / down) ** 0.5)
            bitmap = page.render(scale=scale, rev_byteorder=True)
            try:
                return count, png(_pixels(bitmap), bitmap.width, bitmap.height)
            finally:
                bitmap.close()


@contextmanager
def opened(file: BinaryIO, filename: str) -> Iterator[pypdfium2.PdfDocument]:
    """Raises `ConversionFailed` if it cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise ConversionFailed(
                f"'{filename}' is protected by a password: its pages cannot be shown. Save it without one and upload "
                "that instead."
            ) from error
        raise ConversionFailed(
            f"'{filename}' is damaged, without pages, or no PDF file: its pages cannot be shown."
        ) from error
    try:
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()  # draws what was filled in
        yield document
    finally:
        document.close()


@contextmanager
def opened_page(document: pypdfium2.PdfDocument, filename: str, number: int) -> Iterator[pypdfium2.PdfPage]:
    """A page, from 1. Raises `ConversionFailed` if it is damaged."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise ConversionFailed(f"Page {number} of '{filename}' is damaged, and cannot be shown.") from error
    try:
        if min(page.get_size()) <= 0:
            raise ConversionFailed(f"Page {number} of '{filename}' has no size, and cannot be shown.")
        yield page
    finally:
        page.close()


def _pixels(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Three bytes each, without those that fill up the rows."""
    data, size, stride = bytes(bitmap.buffer), 3 * bitmap.width, bitmap.stride
    if stride == size:
        return data
    return b"".join(data[start : start + size] for start in range(0, stride * bitmap.height, stride))
