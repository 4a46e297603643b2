"""The text recognised on a page of a PDF, or on a picture on it, as PDFium draws it."""

import ctypes
from collections.abc import Sequence
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from ingest.convert import Recognised
from ingest.convert.formats.pdf.figures import Figure, figures, without_text
from ingest.convert.ocr.placed import PlacedWord, placed_words
from ingest.convert.ocr.tesseract import recognised
from ingest.convert.ocr.words import DPI

LONGEST_SIDE = 4000  # pixels
POINTS = 72  # of an inch


def recognise(file: BinaryIO, filename: str, number: int, languages: Sequence[str]) -> Recognised:
    """No text and no reason for a page on which there is nothing. A number beyond those of the pages is that of a
    picture: the first one on each page, then the second on each."""
    with pypdfium2.PdfDocument(file) as document:
        nth, of = divmod(number, len(document))
        try:
            page = document[of]
            if not nth:
                return recognised(_drawn(page), languages)
            return recognised(_drawn_figure(page, figures(page)[nth - 1]), languages, within=True)
        except pypdfium2.PdfiumError:
            return Recognised("", "pictures that cannot be drawn")


def words_on(page: pypdfium2.PdfPage, languages: Sequence[str]) -> list[PlacedWord]:
    return placed_words(_drawn(page), languages)


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    """In shades of grey, as on a scan, or smaller."""
    bitmap = page.render(scale=min(DPI / POINTS, LONGEST_SIDE / max(page.get_size())), grayscale=True)
    try:
        image: Image.Image = bitmap.to_pil().copy()
        return image
    finally:
        bitmap.close()


def _drawn_figure(page: pypdfium2.PdfPage, figure: Figure) -> Image.Image:
    without_text(page)
    image = _drawn(page)
    corners = [_device(page, image, x, y) for x in (figure.left, figure.right) for y in (figure.bottom, figure.top)]
    xs, ys = zip(*corners, strict=True)
    return image.crop((max(min(xs), 0), max(min(ys), 0), min(max(xs), image.width), min(max(ys), image.height)))


def _device(page: pypdfium2.PdfPage, image: Image.Image, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, image.width, image.height, 0, x, y, across, down)
    return across.value, down.value
