"""A mail as a text: its headers, its body, and each attachment under a heading, read by its own converter."""

import mimetypes
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import NamedTuple

from ingest.convert import Extracted
from ingest.convert.parts.embedded import EXTENSIONS, below, text_of

HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")  # those that readers see, in this order

KINDS = mimetypes.MimeTypes()  # those that Python knows by itself
NO_TEXT = ("image/", "audio/", "video/")  # of other kinds, the content may turn out to be text

WORDS = re.compile(r"\w+")
NO_WORDS = re.compile(
    r"<(style|script|title)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL
)  # of a page; linear, whatever is left open
FEW_WORDS = 4  # of a page that no plain text is measured by
PROBES = 16
PROBE = re.compile(r">[^<>\w]*(\w[^<>]{3,30})")
REACH = 500  # characters in which a probe looks for words


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


def is_stub(text: str, page: str) -> bool:
    """Whether the plain body of a mail stands in for one that is a page: a note that the program shows no HTML, or the
    beginning. It has less than half of the words of the page, which is not read for this."""
    if has_samples_of(page, text):
        return False
    words = set(WORDS.findall(unescape(NO_WORDS.sub(" ", page)).lower()))
    return len(words) > FEW_WORDS and 2 * len(words.intersection(WORDS.findall(text.lower()))) < len(words)


def has_samples_of(page: str, text: str) -> bool:
    """Whether the text has what the page says here and there: most texts do, and that is soon found out."""
    places = range(0, len(page), len(page) // PROBES + 1)
    probes = [probe[1] for place in places if (probe := PROBE.search(page, place, place + REACH))]
    text = text.replace("\n", " ")
    return sum(" ".join(unescape(probe).split()) in text for probe in probes) > 0.6 * len(probes)


def _name(attachment: Attachment) -> str:
    if attachment.name:
        return " ".join(attachment.name.split())
    if isinstance(attachment.content, Mail):
        return attachment.content.headers.get("Subject") or "mail"
    ending = EXTENSIONS.get(attachment.media_type)
    if ending is None and attachment.media_type.startswith(NO_TEXT):
        ending = KINDS.guess_extension(attachment.media_type)
    return f"unnamed{ending or ''}"


def _text(attachment: Attachment, read_attachments: bool) -> str:
    if isinstance(attachment.content, Mail):
        return written(attachment.content, read_attachments)
    if attachment.content is None:
        return "Not read: it is not part of the mail."
    if not read_attachments:
        return "Not read: the converter failed on an attachment of this mail."
    return text_of(_name(attachment), attachment.content, attachment.media_type)
