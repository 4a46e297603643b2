"""A mail as a text: its headers, its body, and each attachment under a heading, read by its own converter."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.convert import Extracted
from ingest.convert.parts.embedded import EXTENSIONS, below, text_of

HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")  # those that readers see, in this order


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
    return Extracted(written(mail, read_attachments), converter, title=mail.headers.get("Subject"))


def written(mail: Mail, read_attachments: bool = True) -> str:
    headers = "\n".join(f"{name}: {mail.headers[name]}" for name in HEADERS if mail.headers.get(name))
    pieces = [headers, mail.body]
    for attachment in mail.attachments:
        pieces += [f"# Attachment: {_name(attachment)}", below(_text(attachment, read_attachments))]
    return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())


def _name(attachment: Attachment) -> str:
    if attachment.name:
        return " ".join(attachment.name.split())
    if isinstance(attachment.content, Mail):
        return attachment.content.headers.get("Subject") or "mail"
    return f"unnamed{EXTENSIONS.get(attachment.media_type, '')}"


def _text(attachment: Attachment, read_attachments: bool) -> str:
    if isinstance(attachment.content, Mail):
        return written(attachment.content, read_attachments)
    if attachment.content is None:
        return "Not read: it is not part of the mail."
    if not read_attachments:
        return "Not read: the converter failed on an attachment of this mail."
    return text_of(_name(attachment), attachment.content, attachment.media_type)
