"""Forms of a PDF that draw others: twenty of which each draws the next one twice make a million, and no page in time.

PDFium reads a form anew wherever it is drawn, within one call that nothing can end but the end of its process.
"""

import math
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

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
NAMED = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+(\d{1,9})\s+\d{1,5}\s+R\b")
DRAWN = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do\b")


class _Form(NamedTuple):
    dictionary: bytes
    content: bytes


def check_forms(file: BinaryIO, filename: str) -> None:
    """Raises `ConversionFailed` for a file whose forms draw too many others."""
    file.seek(0)
    data = file.read()
    file.seek(0)
    forms = dict(_forms(data))
    # An upper bound that needs no look at what their names mean, which takes longer.
    at_most = sum(math.log2(max(form.content.count(b"Do"), 1)) for form in forms.values())
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


def _forms(data: bytes) -> Iterator[tuple[int, _Form]]:
    """By their numbers."""
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
        yield int(number[1]), _Form(data[begin:end], content)


def _most_drawn(reader: pypdf.PdfReader, forms: dict[int, _Form]) -> int:
    drawn: dict[int, int] = {}  # by the number of a form

    def count(number: int, depth: int) -> int:
        """It, and what is drawn within it; nothing for one that is within itself, of which PDFium makes an end."""
        if number not in forms or number in drawn or depth > DEEPEST:
            return drawn.get(number, 1)
        drawn[number] = 0
        total = 1
        content = _data(reader, number) if reader.is_encrypted else forms[number].content
        names = _names(reader, number, forms[number].dictionary)
        for name in DRAWN.findall(content):
            total += max((count(other, depth + 1) for other in names.get(name, ())), default=1)
        drawn[number] = total
        return total

    return max((count(number, 0) for number in forms), default=0)


def _data(reader: pypdf.PdfReader, number: int) -> bytes:
    form: Any = reader.get_object(number)
    return bytes(form.get_data())


def _names(reader: pypdf.PdfReader, number: int, dictionary: bytes) -> dict[bytes, set[int]]:
    """The objects that each name of a form may mean: a dictionary may have the same key twice, which readers take in
    different ways."""
    names: dict[bytes, set[int]] = {}
    for name, other in NAMED.findall(dictionary):
        names.setdefault(name, set()).add(int(other))
    form: Any = reader.get_object(number)
    for name, value in form.get("/Resources", {}).get("/XObject", {}).items():
        other = getattr(value.indirect_reference, "idnum", None)
        names.setdefault(name.encode("latin-1", "replace").lstrip(b"/"), set()).update([other] if other else [])
    return names
