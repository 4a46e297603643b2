"""Text from a file, inside the sandbox: choose the converter by content, call it, judge the result."""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, BinaryIO

from ingest.chunk.clean import has_words
from ingest.chunk.meta import LONGEST_NOTE, LONGEST_TITLE
from ingest.convert import CONVERTERS, PICTURES, Extracted, Recognised, ocr
from ingest.convert.formats import delimited
from ingest.convert.parts.compound import opened
from ingest.convert.parts.unread import unread, unseen
from ingest.convert.unsupported import BY_ENDING
from ingest.errors import ConversionFailed, Reason
from ingest.letters import as_seen, hidden_characters

PDF_HEADER = b"%PDF-"
PDF_HEADER_WITHIN = 1024  # bytes; PDF 1.7, appendix H, note 13: readers accept junk before the header
ZIP_HEADER = b"PK\x03\x04"
COMPOUND_FILE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB]: old Office, and new Office encrypted
MARKS = b"\xef\xbb\xbf\xff\xfe\r\n\t "  # before the first letter
RTF_HEADER = b"{\\rtf"
NONE_RECOGNISED: Mapping[int, Recognised] = MappingProxyType({})

# How pictures begin, if text can be recognised on them here.
PICTURE_HEADERS = {
    ending: header
    for ending, header in {
        ".png": rb"\x89PNG\r\n",
        ".jpg": rb"\xff\xd8\xff",
        ".tif": rb"II\*\0|MM\0\*",
        ".webp": rb"RIFF....WEBP",
        ".gif": rb"GIF8[79]a",
        ".bmp": rb"BM....\0\0\0\0",
    }.items()
    if ending in CONVERTERS
}

# Binary formats: a text file with such an ending is a mistake.
SPREADSHEETS = frozenset(".xlsx .xlsm .xltx .xltm .xlsb .xls .xlt .ods .ots".split())
BINARY = SPREADSHEETS.union(
    ".pdf .docx .docm .dotx .dotm .doc .dot .pptx .pptm .ppsx .ppsm .potx .potm .ppt .pps .pot "
    ".odt .odp .ott .otp .epub .rtf .msg .oft".split()
)

# How the text begins that programs export under the ending of a spreadsheet, and what it is.
XML_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
EXPORTED = {
    ".html": rb"<(?:!doctype html|html|head|meta|title|style|body|div|table|h\d|p)\b",
    ".eml": rb"MIME-Version:",
    ".xml": rb"<\?xml\b",
}

# The folder or file that shows what a zip file is, and the kinds of OpenDocument.
ZIP_KINDS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx", "META-INF/container.xml": ".epub"}
OPENDOCUMENT = "application/vnd.oasis.opendocument."
OPENDOCUMENT_KINDS = {"text": ".odt", "spreadsheet": ".ods", "presentation": ".odp"}

# The stream that shows what a compound file is, and that of one with a password.
COMPOUND_KINDS = {"Workbook": ".xls", "Book": ".xls", "__properties_version1.0": ".msg"}
COMPOUND_KINDS |= {"WordDocument": ".doc", "PowerPoint Document": ".ppt", "PP40": ".ppt"}
# How files began before they were compound ones, and what to save them as.
OLDER = {
    "Word 2": (re.compile(rb"[\x9b\xdb]\xa5"), "a .docx"),
    "Excel 4": (re.compile(rb"\x09[\x00\x02\x04][\x04\x06]\x00"), "an .xlsx"),
}
ENCRYPTED_PACKAGE = "EncryptedPackage"


def extract(
    file: BinaryIO,
    filename: str,
    extension: str,
    max_characters: int,
    again: bool = False,
    texts: Mapping[int, Recognised] | None = NONE_RECOGNISED,
) -> dict[str, Any]:
    """The text and its meta; `again`, after a crash, with the fallback if the format has one. Without `texts`, there
    may be `pictures` instead, the pages whose text is to be recognised first. Raises `ConversionFailed`."""
    try:
        kind = sniff(file, filename, extension)
        format = CONVERTERS[kind]
        file.seek(0)
        if again and format.fallback:
            found: Extracted = _function(format.fallback)(file, filename)
        elif format.recognise:
            found = _function(format.convert)(file, filename, texts)
        else:
            found = _function(format.convert)(file, filename)
    except RecursionError as error:
        raise ConversionFailed(f"'{filename}' is nested too deeply to be read.") from error
    if found.pictures:
        return {"pictures": list(found.pictures)}
    text = as_seen(_without_surrogates(found.text))
    if len(text) > max_characters:
        raise ConversionFailed(
            f"'{filename}' holds {len(text):,} characters of text; at most {max_characters:,} are read. "
            "Split it into smaller files."
        )
    if not has_words(text):
        raise ConversionFailed(f"No text was found in '{filename}'{_why_no_text(kind, texts is None and not again)}")
    meta = {"markup": found.markup or format.markup, "paged": found.paged, "converter": found.converter}
    if found.title and (title := " ".join(as_seen(_without_surrogates(found.title[:LONGEST_TITLE])).split())):
        meta["title"] = title
    hidden = found.hidden + hidden_characters(found.text)
    if notes := [note for note in (found.note, unread(text), unseen(hidden)) if note]:
        meta["note"] = " ".join(notes)[:LONGEST_NOTE]
    if kind != extension:
        meta["read_as"] = kind
    return {"text": text, **meta}


def recognise(file: BinaryIO, filename: str, extension: str, page: int, languages: Sequence[str]) -> Recognised:
    """The text recognised on a page, counted from 0, that was among the `pictures`."""
    function = CONVERTERS[sniff(file, filename, extension)].recognise
    assert function  # else there were no pictures
    file.seek(0)
    found: Recognised = _function(function)(file, filename, page, languages)
    return found


def _function(named: str) -> Callable[..., Any]:
    module, _, name = named.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _why_no_text(kind: str, is_looked_at: bool) -> str:
    """`is_looked_at` if pictures would have been recognised that are in it, where that is installed."""
    if kind == ".pdf" and is_looked_at and ocr.is_installed():
        return "; it may be a scan on which nothing is to be seen."
    if kind == ".pdf":
        return f"; it may be a scan: {ocr.advice()}."
    if CONVERTERS[kind].recognise and not ocr.is_installed():
        return f"; if it holds pictures of text, {ocr.advice()}."
    return "; it may hold only pictures, or nothing at all."


def _without_surrogates(text: str) -> str:
    """Some PDF fonts map to half characters, which cannot be stored as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sniff(file: BinaryIO, filename: str, extension: str) -> str:
    """The key of `CONVERTERS` that fits the content. Raises `ConversionFailed` for content that is not supported.

    A binary header outweighs any ending. Text is less certain (a `.txt` may hold HTML source), so it decides only where
    the ending promises a binary file.
    """
    head = file.read(PDF_HEADER_WITHIN)
    promised_binary = extension in BINARY or extension in PICTURES
    if head.startswith(PDF_HEADER) or (extension == ".pdf" and PDF_HEADER in head):
        return ".pdf"
    if head.startswith(ZIP_HEADER):
        return _zip_kind(file, filename)
    if head.startswith(COMPOUND_FILE_HEADER):
        return _compound_kind(file, filename)
    if head.lstrip(MARKS).startswith(RTF_HEADER):
        return ".rtf"
    if _is_xml_spreadsheet(head):
        return ".xls"
    if promised_binary and (picture := _picture(head)):
        return extension if extension in PICTURES else picture
    if promised_binary and (exported := _exported(file, head, extension)):
        return exported
    if promised_binary and (older := next((name for name, (begins, _) in OLDER.items() if begins.match(head)), None)):
        raise ConversionFailed(
            f"'{filename}' is in the format of {older} or older. Save it as {OLDER[older][1]} file and try again."
        )
    if promised_binary:
        raise ConversionFailed(
            f"'{filename}' is not a {extension[1:].upper()} file, whatever its name says, or it is damaged."
        )
    return extension


def _picture(head: bytes) -> str | None:
    """The ending of a picture that begins like this."""
    return next((kind for kind, header in PICTURE_HEADERS.items() if re.match(header, head, re.DOTALL)), None)


def _is_xml_spreadsheet(head: bytes) -> bool:
    """Whether it is one of Excel 2003, which has its namespace in the first element."""
    text = head.replace(b"\0", b"")  # it may be in UTF-16
    return (
        text.lstrip(MARKS).startswith(b"<?xml")
        and re.search(rb"<(?:\w+:)?Workbook\b", text) is not None
        and (XML_SPREADSHEET in text)
    )


def _exported(file: BinaryIO, head: bytes, extension: str) -> str | None:
    """What a text is that has the ending of a binary file; None if it is nothing that programs write under it."""
    start = head.replace(b"\0", b"").lstrip(MARKS)
    found = next((kind for kind, begins in EXPORTED.items() if re.match(begins, start, re.IGNORECASE)), None)
    if found == ".html" or (found and extension in SPREADSHEETS):
        return ".html" if re.search(rb"<html\b", start, re.IGNORECASE) else found
    file.seek(0)
    if extension in SPREADSHEETS and delimited.is_table(file.read(delimited.SAMPLE_BYTES)):
        return ".csv"
    return None


def _zip_kind(file: BinaryIO, filename: str) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
            declared = archive.open("mimetype").read(100).decode("latin-1") if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ConversionFailed(f"'{filename}' is damaged: it may have been cut short.") from error
    if declared.startswith(OPENDOCUMENT):
        name = declared.removeprefix(OPENDOCUMENT).partition("-")[0].strip()  # behind the hyphen: template, master
        return _supported(OPENDOCUMENT_KINDS.get(name, f"OpenDocument {name}"), filename)
    kind = next(
        (kind for part, kind in ZIP_KINDS.items() if any(n.lower().startswith(part.lower()) for n in names)), ".zip"
    )
    return _supported(kind, filename)


def _compound_kind(file: BinaryIO, filename: str) -> str:
    try:
        compound = opened(file)
        streams = {entry[0].casefold() for entry in compound.listdir()}  # names that differ in case only are the same
    except OSError as error:
        raise ConversionFailed(f"'{filename}' is damaged: it may have been cut short.") from error
    if ENCRYPTED_PACKAGE.casefold() in streams:
        raise ConversionFailed(f"'{filename}' is protected by a password. Save it without one and try again.")
    kind = next((kind for stream, kind in COMPOUND_KINDS.items() if stream.casefold() in streams), "compound")
    return _supported(kind, filename)


def _supported(kind: str, filename: str) -> str:
    if kind not in CONVERTERS:
        held = "an archive" if kind == ".zip" else f"a {kind} file"
        advice = BY_ENDING[kind].advice if kind in BY_ENDING else "save it as PDF, and upload that"
        raise ConversionFailed(f"'{filename}' holds {held}, which is not supported: {advice}.", Reason.UNSUPPORTED)
    return kind
