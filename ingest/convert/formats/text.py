"""Plain text and source code in any encoding."""

import codecs
import re
from typing import BinaryIO

from ingest.charsets import superset
from ingest.convert import Extracted
from ingest.convert.parts.encoding import ESCAPES, detect
from ingest.errors import ConversionFailed

CONVERTER = "text 3"

# UTF-32 first: its little-endian mark begins with that of UTF-16.
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

DETECTION_SAMPLE = 256 * 1024  # bytes

REPLACED = "\N{REPLACEMENT CHARACTER}"
DAMAGED = 0.04  # of the characters beyond ASCII, at most

# The name of a company, by its legal form, above a line that is no address.
LEGAL_FORM = (
    r"Ltd|LTD|Limited|LIMITED|Inc|INC|LLC|LLP|PLC|plc|Corp|CORP|Corporation|CORPORATION|Pty|GmbH|GMBH|mbH|AG|KG|UG|SE|OHG"
    r"|e\. ?V|S\.?A|S\.?A\.?S|S\.?A\.?R\.?L|S\.?L|S\.?p\.?A|S\.?r\.?l|SRL|Lda|LDA|B\.?V|N\.?V|Oy|OY|AB|A/S|ApS|ООО|АО"
)
LETTERHEAD = re.compile(
    rf"\s*(?=\S)[^\n]{{2,80}}[\w)],? (?:{LEGAL_FORM})\.?[ \t]*\n"
    r"\s*(?P<title>(?!.*(?:@|www\.|\d{5}))[^\W\d][^\n]{2,99}[^\s.,:;])[ \t]*(?:(?P<apart>\n\s*\n)|\n|\Z)"
)

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    return Extracted(text, CONVERTER, title=title_below_letterhead(text))


def title_below_letterhead(text: str) -> str | None:
    """The second line, if the first says only whose paper it is: with the name of a company, all its papers begin."""
    found = LETTERHEAD.match(text)
    return found["title"] if found and (found["title"].isupper() or found["apart"]) else None


def decode(data: bytes, filename: str, declared: str | None = None) -> str:
    """The characters of `data`, in the `declared` encoding if it fits; lines end in a newline. Raises
    `ConversionFailed` for anything but text."""
    text = _decode_unicode(data)
    allowed = 0.3  # some programs pad with NUL, or colour their logs
    if text is None:
        text = _decode_declared(data, declared) or _decode_damaged(data) or _decode_detected(data)
        allowed = 0.02
    if text is None or len(CONTROL_CHARACTERS.findall(text)) > allowed * len(text):
        raise ConversionFailed(f"'{filename}' does not look like text. Is its ending right?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_unicode(data: bytes) -> str | None:
    for mark, marked in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(marked, "replace")
    if encoding := _unmarked_utf16(data[:DETECTION_SAMPLE]):
        return data.decode(encoding, "replace")
    if any(escape in data for escape in ESCAPES):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _unmarked_utf16(sample: bytes) -> str | None:
    """Its spaces and Western letters have a NUL as one byte; other letters have the number of their block, a control
    character."""
    even, odd = (sample[parity::2].count(0) for parity in (0, 1))
    if not even and not odd:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) > len(sample) / 4 and min(even, odd) < len(sample) / 40:
        return encoding
    try:
        text = sample[: len(sample) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        return None
    controls = len(CONTROL_CHARACTERS.findall(sample.decode("latin-1")))
    return encoding if controls > len(sample) / 4 and not CONTROL_CHARACTERS.search(text) else None


def _decode_declared(data: bytes, declared: str | None) -> str | None:
    known = superset(declared) if declared else None
    try:
        return data.decode(known) if known else None
    except (LookupError, ValueError):
        return None  # no such encoding, or not this one


def _decode_damaged(data: bytes) -> str | None:
    """UTF-8 in which a few characters are cut or foreign; hardly any text in another encoding looks like it."""
    text = data.decode("utf-8", "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text if 0 < text.count(REPLACED) <= DAMAGED * beyond else None


def _decode_detected(data: bytes) -> str | None:
    sample = data
    if len(data) > DETECTION_SAMPLE:  # cut at a line end, not inside a character
        sample = data[: data.rfind(b"\n", 0, DETECTION_SAMPLE) + 1] or data[:DETECTION_SAMPLE]
    encoding = detect(sample)
    return encoding and data.decode(encoding, "replace")
