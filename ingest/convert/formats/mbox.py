"""A mailbox (RFC 4155): each of its mails under a heading."""

import re
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats import eml
from ingest.convert.parts.embedded import below
from ingest.convert.parts.mail import written

CONVERTER = f"mbox 4 ({eml.CONVERTER})"

MAX_MAILS = 20_000
START = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S.*\r?\n")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def convert(file: BinaryIO, filename: str) -> Extracted:
    return _extracted(file, filename, read_attachments=True)


def convert_without_attachments(file: BinaryIO, filename: str) -> Extracted:
    return _extracted(file, filename, read_attachments=False)


def _extracted(file: BinaryIO, filename: str, read_attachments: bool) -> Extracted:
    data = file.read()
    starts = list(START.finditer(data))
    if not starts:
        file.seek(0)
        return eml.convert(file, filename) if read_attachments else eml.convert_without_attachments(file, filename)
    pieces: list[str] = []
    ends = [start.start() for start in starts[1:]] + [len(data)]
    for start, end in list(zip(starts, ends, strict=True))[:MAX_MAILS]:
        mail = eml.mail_of(eml.parsed(ESCAPED.sub(rb"\1", data[start.end() : end])), filename)
        pieces += [f"# {mail.headers.get('Subject') or 'Mail'}", below(written(mail, read_attachments))]
    if len(starts) > MAX_MAILS:
        pieces.append(f"Not read: {len(starts) - MAX_MAILS:,} more mails. Split the mailbox into smaller ones.")
    return Extracted("\n\n".join(pieces), CONVERTER)
