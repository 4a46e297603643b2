"""The text recognised on a page of a PDF, as PDFium draws it."""

from collections.abc import Sequence
from typing import BinaryIO

import pypdfium2
from PIL import Image

from ingest.convert import Recognised
from ingest.convert.ocr.tesseract import DPI, recognised

LONGEST_SIDE = 4000  # pixels
POINTS = 72  # of an inch


def recognise(file: BinaryIO, filename: str, page: int, languages: Sequence[str]) -> Recognised:
    """No text and no reason for a page on which there is nothing."""
    with pypdfium2.PdfDocument(file) as document:
        try:
            return recognised(_drawn(document[page]), languages)
        except pypdfium2.PdfiumError:
            return Recognised("", "pictures that cannot be drawn")


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    """In shades of grey, as on a scan, or smaller."""
    bitmap = page.render(scale=min(DPI / POINTS, LONGEST_SIDE / max(page.get_size())), grayscale=True)
    try:
        image: Image.Image = bitmap.to_pil().copy()
        return image
    finally:
        bitmap.close()
