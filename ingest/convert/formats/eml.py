"""Mail as it is sent (RFC 5322, MIME)."""

import binascii
import email
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.policy import Compat32
from io import BytesIO
from typing import Any, BinaryIO

from ingest.charsets import superset
from ingest.convert import Extracted
from ingest.convert.formats import html
from ingest.convert.formats.text import decode
from ingest.convert.parts.embedded import plain
from ingest.convert.parts.mail import HEADERS, Attachment, Mail, extracted, has_samples_of, is_stub
from ingest.errors import ConversionFailed

CONVERTER = "eml 6"

BODIES = ("text/plain", "text/html")
REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")

# What says how a part is to be read, of which Python parses each parameter by copying those behind it: so much is
# parsed. What people read has any length.
PARSED = ("content-type", "content-disposition", "content-transfer-encoding")
LONGEST_PARSED = 4000  # characters
MOST_PARAMETERS = 100
DEEPEST = 60  # parts within parts; each line is compared with the boundaries of all

ENCODED_WORD = re.compile(r"=\?([^?\s]{1,100})\?([qb])\?", re.IGNORECASE)  # as it begins


class _Lenient(Compat32):
    """Unicode headers, not parsed: the newer policies take quadratic time to parse addresses."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        raw = value.encode("utf-8", "surrogateescape")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        if len(text) > 2 * MOST_PARAMETERS and name.lower() in PARSED:
            return ";".join(text[:LONGEST_PARSED].split(";", MOST_PARAMETERS)[:MOST_PARAMETERS])
        return text


class _Part(Message):
    """Knows how deep it lies within others."""

    depth = 0

    def attach(self, payload: Message) -> None:  # type: ignore[override]  # as the parser calls it
        if isinstance(payload, _Part):
            payload.depth = self.depth + 1
            if payload.depth > DEEPEST:
                raise RecursionError
        super().attach(payload)

    def get_param(self, *args: Any, **kwargs: Any) -> Any:
        """With a character set that there is, where a parameter names one (RFC 2231)."""
        value = super().get_param(*args, **kwargs)
        return (superset(value[0] or "") or "us-ascii", *value[1:]) if isinstance(value, tuple) else value


LENIENT = _Lenient()


def parsed(data: bytes) -> Message:
    """Raises `RecursionError` for parts that lie too deep."""
    message: Message = email.message_from_bytes(data, _Part, policy=LENIENT)
    return message


def convert(file: BinaryIO, filename: str) -> Extracted:
    return extracted(mail_of(parsed(file.read()), filename), CONVERTER)


def convert_without_attachments(file: BinaryIO, filename: str) -> Extracted:
    return extracted(mail_of(parsed(file.read()), filename), CONVERTER, read_attachments=False)


def convert_page(file: BinaryIO, filename: str) -> Extracted:
    """A web page with its pictures, as browsers save it: the page, and those in its frames."""
    message = parsed(file.read())
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        return extracted(mail_of(message, filename), CONVERTER)
    texts = dict.fromkeys(_body(page, filename) for page in pages)
    return Extracted("\n\n".join(filter(None, texts)), CONVERTER, title=header(str(message["Subject"] or "")))


def header(value: str) -> str:
    """The words of a header on one line, encoded ones (RFC 2047) decoded. Python's own reader takes quadratic time."""
    value = " ".join(value.split())
    words: list[str] = []
    encoded = bytearray()  # of words in the same encoding, since a character may be cut between two
    name = None
    position = 0
    while begin := ENCODED_WORD.search(value, position):
        end = value.find("?=", begin.end())
        if end < 0:
            break
        between = value[position : begin.start()]
        if encoded and (between.strip() or begin[1].lower() != name):
            words.append(_decoded(bytes(encoded), name))
            encoded.clear()
        if name is None or between.strip():  # blanks between two are not part of the text
            words.append(between)
        name = begin[1].lower()
        encoded += _unpacked(value[begin.end() : end], begin[2].lower())
        position = end + 2
    return "".join([*words, _decoded(bytes(encoded), name), value[position:]])


def _unpacked(word: str, encoding: str) -> bytes:
    data = word.encode("utf-8", "replace")
    if encoding == "q":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"===")  # some programs leave out what fills it up
    except binascii.Error:
        return data


def _decoded(piece: bytes, name: str | None) -> str:
    return piece.decode(superset(name or "") or "utf-8", "replace")


def mail_of(message: Message, filename: str) -> Mail:
    bodies: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message, filename):
        if _is_body(part):
            bodies.append(_body(part, filename))
        else:
            attachments.append(_attachment(part, filename))
    headers = {name: header(str(value)) for name in HEADERS if (value := message[name])}
    return Mail(headers, "\n\n".join(filter(str.strip, bodies)), attachments)


def _leaves(message: Message, filename: str, unread: str | None = None) -> Iterator[Message]:
    """The parts that have content, in order; of a body in several formats, one: `unread` is the type of the others."""
    children = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(children, list):
        if message.get_content_type() != unread or not _is_body(message):
            yield message
        return
    if message.get_content_subtype() == "alternative" and unread is None:
        unread = _unread(message, filename)
    for child in children:
        if isinstance(child, Message):
            yield from _leaves(child, filename, unread)


def _unread(alternatives: Message, filename: str) -> str | None:
    """The plain body is read, unless it is blank or a stub."""
    bodies = [part for part in alternatives.walk() if _is_body(part)]
    plain_ones, pages = ([part for part in bodies if part.get_content_type() == kind] for kind in BODIES)
    if has_samples_of(_encoded(pages), _encoded(plain_ones)):  # as they mostly are, which saves decoding them
        return "text/html"
    text, page = ("\n".join(_words(part, filename) for part in parts) for parts in (plain_ones, pages))
    if not text.strip():
        return None
    return "text/plain" if is_stub(text, page) else "text/html"


def _encoded(parts: Sequence[Message]) -> str:
    """As they were sent, without the line breaks of quoted-printable."""
    return "\n".join(str(part.get_payload()).replace("=\r\n", "").replace("=\n", "") for part in parts)


def _is_body(part: Message) -> bool:
    return (
        part.get_content_type() in BODIES and part.get_content_disposition() != "attachment" and not part.get_filename()
    )


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(part: Message, filename: str) -> str:
    try:
        text = decode(_bytes(part), filename, declared=part.get_content_charset())
        if part.get_content_type() == "text/html":
            return html.convert(BytesIO(text.encode("utf-8-sig", "replace")), filename).text
        return plain(text)
    except ConversionFailed as failure:
        return f"Not read: {failure.message}"


def _words(part: Message, filename: str) -> str:
    try:
        return decode(_bytes(part), filename, declared=part.get_content_charset())
    except ConversionFailed:
        return ""


def _attachment(part: Message, filename: str) -> Attachment:
    name, media_type = part.get_filename(), part.get_content_type()
    content: bytes | Mail = _bytes(part)
    inner = part.get_payload()
    if isinstance(inner, list):
        if media_type in REPORTS:
            name, media_type = name or "report.txt", "text/plain"
            content = "\n".join(str(fields) for fields in inner).encode("utf-8", "replace")
        elif inner and isinstance(inner[0], Message):
            content = mail_of(inner[0], filename)
    return Attachment(name and header(name), media_type, content)
