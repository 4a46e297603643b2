"""The name of an uploaded file, in any of the forms in which clients write it into a part's Content-Disposition."""

import re
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from ingest.charsets import charset
from ingest.records.filenames import kept_name

MAX_HEADER_BYTES = 16 << 10  # what is longer has no name

_QUOTED = re.compile(rb'"(?>(?:[^"\\]|\\.?)*)(?:"|\Z)', re.DOTALL)
_EXTENDED = re.compile(rb";\s*filename\*\s*=\s*([\w.:+-]{1,40})'[\w-]{0,40}'([^\s;\"]+)", re.IGNORECASE)  # RFC 5987
_WORDS = re.compile(r"(?:=\?[\w.:+-]{1,40}\?[BbQq]\?[^?\s]*\?=\s*)+")  # RFC 2047


def upload_name(disposition: bytes, options: Mapping[bytes, bytes]) -> str:
    """`options` are the parameters of the header, as far as forms should have them. `filename*`, which forms should
    not have but .NET and others send, goes before `filename`, since that is only its substitute."""
    if len(disposition) > MAX_HEADER_BYTES:
        return base_name("")
    if found := _EXTENDED.search(_QUOTED.sub(b'""', disposition)):
        name = _decoded(unquote_to_bytes(found[2]), found[1].decode())
        if name is not None:
            return base_name(name)
    # The quote is the only character that browsers escape.
    return base_name(_out_of_words(_text(options.get(b"filename", b""))).replace("%22", '"'))


def base_name(name: str) -> str:
    """The name of a file without folders."""
    return kept_name(PurePosixPath(name.replace("\\", "/")).name)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _decoded(value: bytes, name: str) -> str | None:
    known = charset(name)
    try:
        return value.decode(known) if known else None
    except ValueError:
        return None


def _out_of_words(name: str) -> str:
    """What .NET sends for a name that is not ASCII, as in a mail."""
    if not _WORDS.fullmatch(name):
        return name
    try:
        words = [(text, its_charset or "ascii") for text, its_charset in decode_header(name)]
    except HeaderParseError:
        return name
    decoded = [text if isinstance(text, str) else _decoded(text, its_charset) for text, its_charset in words]
    return name if None in decoded else "".join(text for text in decoded if text)
