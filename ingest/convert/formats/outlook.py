"""Mail as Outlook saves it: MAPI properties in the streams of a compound file ([MS-OXMSG])."""

import struct
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from io import BytesIO
from typing import BinaryIO

import olefile
from compressed_rtf import decompress

from ingest.convert import Extracted
from ingest.convert.extract import extract
from ingest.convert.formats import html
from ingest.convert.formats.text import decode
from ingest.convert.parts.compound import opened, stream
from ingest.convert.parts.embedded import MAX_CHARACTERS, plain
from ingest.convert.parts.mail import Attachment, Mail, extracted, is_stub
from ingest.errors import ConversionFailed

CONVERTER = f"msg 5 (olefile {version('olefile')})"

# Properties, [MS-OXPROPS]
SUBJECT, SUBMITTED, DELIVERED = 0x0037, 0x0039, 0x0E06
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
BODY, RTF, HTML = 0x1000, 0x1009, 0x1013
NAME, ADDRESS, SMTP, RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
DISPLAYED = {"To": 0x0E04, "Cc": 0x0E03, "Bcc": 0x0E02}
RECIPIENT_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
DATA, LONG_FILENAME, FILENAME, MEDIA_TYPE = 0x3701, 0x3707, 0x3704, 0x370E
CODE_PAGE, LOCALE, BODY_CODE_PAGE = 0x3FFD, 0x3FF1, 0x3FDE

# Types of properties, [MS-OXCDATA] 2.11.1
INTEGER, OBJECT, STRING8, UNICODE, TIME, BINARY = 0x0003, 0x000D, 0x001E, 0x001F, 0x0040, 0x0102

EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

# The code pages that Python knows by other names; those of strings, by the language of the program (the lower ten bits
# of its locale), where it is not Western; and by the code page of the body.
CODECS = {28590 + part: f"iso8859-{part}" for part in range(1, 17)} | {20127: "ascii", 20866: "koi8_r", 21866: "koi8_u"}
CODECS |= {936: "gb18030", 950: "big5", 51932: "euc_jp", 51936: "gb18030", 51949: "euc_kr", 54936: "gb18030"}
CODECS |= {50220: "iso2022_jp", 50221: "iso2022_jp", 50222: "iso2022_jp", 50225: "iso2022_kr", 65001: "utf-8"}
BY_LANGUAGE = dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), 1250)
BY_LANGUAGE |= dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), 1251) | {0x08: 1253, 0x0D: 1255, 0x1E: 874, 0x2A: 1258}
BY_LANGUAGE |= dict.fromkeys((0x1F, 0x2C), 1254) | dict.fromkeys((0x01, 0x20, 0x29), 1256)
BY_LANGUAGE |= dict.fromkeys((0x25, 0x26, 0x27), 1257) | {0x04: 936, 0x11: 932, 0x12: 949}
BY_BODY = {28591: 1252, 28605: 1252, 28592: 1250, 28595: 1251, 20866: 1251, 21866: 1251, 28597: 1253, 28599: 1254}
BY_BODY |= {28598: 1255, 38598: 1255, 28596: 1256, 28594: 1257, 50220: 932, 50221: 932, 50222: 932, 51932: 932}
BY_BODY |= {51949: 949, 50225: 949, 936: 936, 51936: 936, 54936: 936, 950: 950, 932: 932, 949: 949, 874: 874}
BY_BODY |= {page: page for page in range(1250, 1259)}
TAIWAN_AND_HONG_KONG = (0x0404, 0x0C04, 0x1404)

DEEPEST = 40  # storages within storages, two for each mail
TOO_DEEP = Mail({}, f"Not read: it lies within {DEEPEST // 2} other mails.", ())

Path = list[str]
Entries = dict[tuple[str, ...], set[str]]  # by the path of a storage, the names of those in it


def convert(file: BinaryIO, filename: str) -> Extracted:
    return extracted(_read(file, filename), CONVERTER)


def convert_without_attachments(file: BinaryIO, filename: str) -> Extracted:
    return extracted(_read(file, filename), CONVERTER, read_attachments=False)


def _read(file: BinaryIO, filename: str) -> Mail:
    try:
        with opened(file) as compound:
            return _Storage(compound, _entries(compound), [], 32, filename).mail()
    except (OSError, struct.error) as error:
        raise ConversionFailed(f"'{filename}' is damaged: it may have been cut short.") from error


class _Storage:
    """A message, recipient or attachment; its properties come after a fixed header of `header` bytes."""

    def __init__(
        self,
        compound: olefile.OleFileIO,
        entries: Entries,
        path: Path,
        header: int,
        filename: str,
        code_page: int | None = None,
    ) -> None:
        self._compound = compound
        self._entries = entries
        self._path = path
        self._filename = filename
        data = self._stream("__properties_version1.0") or b""
        whole = len(data) - (len(data) - header) % 16
        fixed = struct.iter_unpack("<HHI8s", data[header:whole]) if whole > header else ()
        self._fixed: dict[tuple[int, int], bytes] = {(number, kind): value for kind, number, _, value in fixed}
        self._code_page = self._own_code_page() or code_page  # what is within a message is as the message

    def mail(self) -> Mail:
        headers = {"Subject": self.text(SUBJECT), "From": self._person(SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS)}
        if date := self._time(SUBMITTED) or self._time(DELIVERED):
            headers["Date"] = date
        recipients = self._within("__recip")
        for kind, name in RECIPIENT_KINDS.items():
            people = (r._person(NAME, SMTP, ADDRESS) for r in recipients if r._integer(RECIPIENT_KIND) == kind)
            headers[name] = ", ".join(filter(None, people)) or self.text(DISPLAYED[name])
        attachments = [attached.attachment() for attached in self._within("__attach")]
        return Mail(headers, self._body(), attachments)

    def attachment(self) -> Attachment:
        name = self.text(LONG_FILENAME) or self.text(FILENAME) or self.text(NAME)
        content: bytes | Mail | None = self._stream(_property(DATA, BINARY))
        embedded = [*self._path, _property(DATA, OBJECT)]
        if self._compound.exists([*embedded, "__properties_version1.0"]):
            content = self._storage(embedded, 24).mail() if len(embedded) <= DEEPEST else TOO_DEEP
        return Attachment(name, self.text(MEDIA_TYPE), content)

    def text(self, number: int) -> str:
        """The value of a string property; empty if there is none."""
        if data := self._stream(_property(number, UNICODE)):
            return data.decode("utf-16-le", "replace").replace("\0", "")
        # Some programs end strings with a NUL, which in a short one would be many.
        data = (self._stream(_property(number, STRING8)) or b"").replace(b"\0", b"")
        return decode(data, self._filename, declared=_codec(self._code_page))

    def _body(self) -> str:
        """The plain one unless it is a stub, else what HTML or RTF say."""
        try:
            text, page = self.text(BODY), self._page()
            if text.strip() and not is_stub(text, page):
                return plain(text.replace("\r\n", "\n"))
            if page:
                return html.convert(BytesIO(page.encode("utf-8-sig", "replace")), self._filename).text
            if rtf := self._stream(_property(RTF, BINARY)):
                found = extract(BytesIO(_unpacked(rtf)), self._filename, ".rtf", MAX_CHARACTERS)
                return str(found["text"])
        except ConversionFailed as failure:
            return f"Not read: {failure.message}"
        return ""

    def _page(self) -> str:
        if data := self._stream(_property(HTML, BINARY)):
            return decode(data.rstrip(b"\0"), self._filename, declared=_codec(self._integer(BODY_CODE_PAGE)))
        return self.text(HTML)

    def _person(self, name: int, *addresses: int) -> str:
        """`Name <address>`; addresses without an @ are names within Exchange."""
        words = self.text(name)
        address = next((found for number in addresses if "@" in (found := self.text(number))), "")
        return f"{words} <{address}>" if words and address and address != words else words or address

    def _time(self, number: int) -> str | None:
        value = self._fixed.get((number, TIME))
        if value is None:
            return None
        try:
            return format_datetime(EPOCH + timedelta(microseconds=int.from_bytes(value, "little") // 10))
        except OverflowError:
            return None  # the largest number means "never"

    def _integer(self, number: int) -> int | None:
        value = self._fixed.get((number, INTEGER))
        return None if value is None else int.from_bytes(value[:4], "little")

    def _own_code_page(self) -> int | None:
        """Of strings that are not Unicode."""
        if page := self._integer(CODE_PAGE):
            return page
        if locale := self._integer(LOCALE):
            return 950 if locale in TAIWAN_AND_HONG_KONG else BY_LANGUAGE.get(locale & 0x3FF, 1252)
        return BY_BODY.get(self._integer(BODY_CODE_PAGE) or 0)

    def _stream(self, name: str) -> bytes | None:
        path = [*self._path, name]
        if self._compound.get_type(path) != olefile.STGTY_STREAM:
            return None
        return stream(self._compound, path)

    def _within(self, prefix: str) -> "list[_Storage]":
        names = (name for name in self._entries.get(tuple(self._path), ()) if name.startswith(prefix))
        return [self._storage([*self._path, name], 8) for name in sorted(names)]

    def _storage(self, path: Path, header: int) -> "_Storage":
        return _Storage(self._compound, self._entries, path, header, self._filename, self._code_page)


def _entries(compound: olefile.OleFileIO) -> Entries:
    entries: Entries = {}
    for *path, storage, _ in filter(lambda entry: len(entry) > 1, compound.listdir()):
        entries.setdefault(tuple(path), set()).add(storage)
    return entries


def _codec(code_page: int | None) -> str | None:
    return CODECS.get(code_page, f"cp{code_page}") if code_page else None


def _unpacked(rtf: bytes) -> bytes:
    try:
        unpacked: bytes = decompress(rtf)
        return unpacked
    except MemoryError:
        raise
    except Exception as error:  # the library has no more precise error
        raise ConversionFailed(f"its text is damaged ({error}).") from error


def _property(number: int, kind: int) -> str:
    return f"__substg1.0_{number:04X}{kind:04X}"
