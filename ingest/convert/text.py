"""Plain text and source code: bytes -> characters, whatever the encoding."""

import codecs
import re
from typing import BinaryIO

from charset_normalizer import from_bytes

from ingest.convert import Extracted
from ingest.errors import ConversionFailed

# UTF-32 first: its little-endian mark begins with that of UTF-16.
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

# The single- and double-byte encodings still found in files. Offered any more, the detector answers with
# relatives that nobody uses (johab for Big5).
LEGACY_ENCODINGS = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "cp932", "euc_jp", "big5hkscs", "gb18030", "cp949"),
]
DETECTION_SAMPLE = 256 * 1024  # bytes

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def convert(file: BinaryIO, filename: str) -> Extracted:
    return Extracted(decode(file.read(), filename), converter="text")


def decode(data: bytes, filename: str, declared: str | None = None) -> str:
    """The characters of `data`, in the `declared` encoding if they fit it; lines end in a newline.

    Raises `ConversionFailed` when it is no text at all.
    """
    text = _decode_unicode(data)
    allowed = 0.3  # some programs pad with NUL, or colour their logs
    if text is None:
        text = _decode_declared(data, declared) or _decode_legacy(data)
        allowed = 0.02
    if text is None or len(CONTROL_CHARACTERS.findall(text)) > allowed * len(text):
        raise ConversionFailed(f"'{filename}' does not look like text. Is its ending right?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_unicode(data: bytes) -> str | None:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:DETECTION_SAMPLE]
    even, odd = (sample[parity::2].count(0) / (len(sample) / 2) for parity in (0, 1))
    # Western text in UTF-16 has a NUL in every other byte, always on the same side.
    if max(even, odd) > 0.5 and min(even, odd) < 0.05:
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _decode_declared(data: bytes, declared: str | None) -> str | None:
    try:
        return data.decode(declared) if declared else None
    except (LookupError, UnicodeDecodeError):
        return None  # no such encoding, or not this one


def _decode_legacy(data: bytes) -> str | None:
    sample = data
    if len(data) > DETECTION_SAMPLE:  # cut at the end of a line, not within a character
        sample = data[: data.rfind(b"\n", 0, DETECTION_SAMPLE) + 1] or data[:DETECTION_SAMPLE]
    matches = from_bytes(sample, cp_isolation=LEGACY_ENCODINGS, threshold=0.3)
    best = matches.best()
    if best is None:
        return None
    encoding = best.encoding
    for match in matches:  # where others do no better, the most common one it is
        if match.encoding == "cp1252" and match.chaos <= best.chaos and match.coherence >= best.coherence:
            encoding = "cp1252"
    return data.decode(encoding, "replace")
