"""A mail as a text: its headers, its body, and each attachment under a heading, read by its own converter."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import PurePath
from typing import NamedTuple

from ingest.chunk.meta import on_one_page
from ingest.convert import CONVERTERS, Extracted
from ingest.convert.extract import extract_from
from ingest.errors import ConversionFailed

MAX_CHARACTERS = 20_000_000  # of one attachment
HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")  # those that readers see, in this order
EXTENSIONS = {format.media_type: extension for extension, format in reversed(CONVERTERS.items()) if extension}

FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r"#{1,5}[ \t]")
MARKUP = re.compile(rf"^(?:{HEADING.pattern}|{FENCE.pattern})", re.MULTILINE)


class Attachment(NamedTuple):
    """`content` is None if it is not in the mail."""

    name: str | None
    media_type: str
    content: "bytes | Mail | None"


class Mail(NamedTuple):
    headers: Mapping[str, str]
    body: str
    attachments: Sequence[Attachment]


def extracted(mail: Mail, converter: str, read_attachments: bool = True) -> Extracted:
    return Extracted(_written(mail, read_attachments), converter, title=mail.headers.get("Subject"))


def plain(text: str) -> str:
    """Text without markup, fenced if a line of it could be taken for a heading."""
    text = text.strip("\n")
    if not MARKUP.search(text):
        return text
    fence = "~~~" if "```" in text else "```"
    return f"{fence}\n{text}\n{fence}"


def _written(mail: Mail, read_attachments: bool) -> str:
    headers = "\n".join(f"{name}: {mail.headers[name]}" for name in HEADERS if mail.headers.get(name))
    pieces = [headers, mail.body]
    for attachment in mail.attachments:
        pieces += [f"# Attachment: {_name(attachment)}", _below(_text(attachment, read_attachments))]
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())


def _name(attachment: Attachment) -> str:
    if attachment.name:
        return " ".join(attachment.name.split())
    if isinstance(attachment.content, Mail):
        return attachment.content.headers.get("Subject") or "mail"
    return f"unnamed{EXTENSIONS.get(attachment.media_type, '')}"


def _text(attachment: Attachment, read_attachments: bool) -> str:
    if isinstance(attachment.content, Mail):
        return _written(attachment.content, read_attachments)
    if attachment.content is None:
        return "Not read: it is not part of the mail."
    if not read_attachments:
        return "Not read: the converter failed on an attachment of this mail."
    name = _name(attachment)
    extension = PurePath(name).suffix.lower()
    if extension not in CONVERTERS:
        extension = EXTENSIONS.get(attachment.media_type, extension)
    if extension not in CONVERTERS:
        return f"Not read: files ending in '{extension}' are not supported."
    if not attachment.content:
        return "Not read: it is empty."
    try:
        found = extract_from(BytesIO(attachment.content), name, extension, MAX_CHARACTERS)
    except ConversionFailed as failure:
        return f"Not read: {failure.message}"
    text: str = on_one_page(found["text"])
    return text if found["markup"] == "markdown" else plain(text)


def _below(text: str) -> str:
    """With its headings one level lower, to stand below that of the attachment."""
    lines = text.split("\n")
    fence = None
    for number, line in enumerate(lines):
        if marker := FENCE.match(line):
            fence = marker[1] if fence is None else None if fence == marker[1] else fence
        elif fence is None and HEADING.match(line):
            lines[number] = f"#{line}"
    return "\n".join(lines)
