"""Forms of a PDF that draw others: twenty of which each draws the next one twice make a million, and no page in time.

PDFium reads a form anew wherever it is drawn, within one call that nothing can end but the end of its process.
"""

import math
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pypdf

from ingest.convert.formats.pdf.second_opinion import TimeIsOver, processor_time
from ingest.errors import ConversionFailed

MOST_DRAWN = 50_000  # forms within a form; a chart may have a form for each of its marks
SURELY_FEW = 4096  # drawn, if each form drew all the others
DEEPEST = 50  # forms within forms; PDFium goes less deep
LONGEST_DICTIONARY = 10_000  # bytes
LONGEST_CONTENT = 4 << 20  # bytes of a form that are looked at
MOST_FORMS = 10_000
SECONDS = 2.0  # of processor time

FORM = re.compile(rb"/Subtype\s*/Form\b")
NUMBER = re.compile(rb"(\d{1,9})\s+\d{1,5}\s*\Z")
DRAWN = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do\b")


def check_forms(file: BinaryIO, filename: str) -> None:
    """Raises `ConversionFailed` for a file whose forms draw too many others."""
    file.seek(0)
    data = file.read()
    file.seek(0)
    forms = dict(_forms(data))
    # An upper bound that needs no look at what their names mean, which takes longer.
    at_most = sum(math.log2(max(content.count(b"Do"), 1)) for content in forms.values())
    if at_most <= math.log2(SURELY_FEW) and b"/Encrypt" not in data:
        return
    try:
        with processor_time(SECONDS):
            most = _most_drawn(pypdf.PdfReader(file), forms)
    except (TimeIsOver, Exception):  # pypdf meets damage with errors of any kind
        return
    finally:
        file.seek(0)
    if most > MOST_DRAWN:
        raise ConversionFailed(
            f"'{filename}' draws parts of its pages within each other {most:,} times, which is more than a document "
            "needs. Print it into a new PDF and upload that."
        )


def _forms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The numbers of forms, and what they draw."""
    for count, found in enumerate(FORM.finditer(data)):
        begin = data.rfind(b"obj", max(found.start() - LONGEST_DICTIONARY, 0), found.start())
        number = NUMBER.search(data[max(begin - 20, 0) : max(begin, 0)])
        end = data.find(b"stream", found.end(), found.end() + LONGEST_DICTIONARY)
        if count == MOST_FORMS or not number or end < 0:
            continue
        content = data[end + len(b"stream") : data.find(b"endstream", end)].lstrip(b"\r\n")
        if b"Flate" in data[begin:end]:
            try:
                content = zlib.decompressobj().decompress(content, LONGEST_CONTENT)
            except zlib.error:
                content = b""
        yield int(number[1]), content


def _most_drawn(reader: pypdf.PdfReader, forms: dict[int, bytes]) -> int:
    drawn: dict[int, int] = {}  # by the number of a form

    def count(number: int, depth: int) -> int:
        """It, and what is drawn within it; nothing for one that is within itself, of which PDFium makes an end."""
        if number in drawn or depth > DEEPEST:
            return drawn.get(number, 1)
        drawn[number] = 0
        form: Any = reader.get_object(number)
        others: Any = form.get("/Resources", {}).get("/XObject", {}) if number in forms else {}
        total = 1
        for name in DRAWN.findall(form.get_data()[:LONGEST_CONTENT] if others else b""):
            other = others.raw_get(f"/{name.decode('latin-1')}")
            total += count(other.idnum, depth + 1) if hasattr(other, "idnum") else 1
        drawn[number] = total
        return total

    return max((count(number, 0) for number in forms), default=0)
