"""Syllables of Indic scripts of which one shape says all the letters, and the others nothing.

What PDFium has for those is a letter of some other script, by the number of the shape: "वाȺर्षिक".
"""

import re
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line
from ingest.convert.formats.pdf.letters import AROUND

NUMBERS = re.compile(r"[\u0100-\u036f]")  # of shapes, taken for letters; none of these stands among Indic ones


def without_silent_shapes(lines: Sequence[Line], found: pypdfium2.PdfTextPage) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    if not any(AROUND.search(line.text) and NUMBERS.search(line.text) for line in lines):
        return lines
    silent = {
        chr(pdfium.FPDFText_GetUnicode(found.raw, at))
        for at in range(found.count_chars())
        if pdfium.FPDFText_HasUnicodeMapError(found.raw, at) == 1
    }
    of_no_letter = str.maketrans(dict.fromkeys(filter(NUMBERS.match, silent), ""))
    return [
        line._replace(text=line.text.translate(of_no_letter)) if AROUND.search(line.text) else line for line in lines
    ]
