"""A file within a file, read as if it had been uploaded by itself: an attachment, an embedded object or part."""

import re
from contextvars import ContextVar
from io import BytesIO
from pathlib import PurePath

from ingest.chunk.meta import on_one_page
from ingest.convert import CONVERTERS
from ingest.convert.extract import extract
from ingest.convert.unsupported import unsupported
from ingest.errors import ConversionFailed

MAX_CHARACTERS = 20_000_000  # of one
MAX_TOGETHER = 40_000_000  # characters, after which no more files within a file are read
MAX_DEPTH = 8  # files within files; mails that are answered by forwarding them reach a few
EXTENSIONS = {format.media_type: extension for extension, format in reversed(CONVERTERS.items()) if extension}

FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r"#{1,5}[ \t]")
MARKUP = re.compile(rf"^(?:{HEADING.pattern}|{FENCE.pattern})", re.MULTILINE)

_depth: ContextVar[int] = ContextVar("depth", default=0)
_read: ContextVar[int] = ContextVar("read", default=0)
"""Characters so far; each file that is read has a context of its own."""


def text_of(name: str, content: bytes, media_type: str = "") -> str:
    """What it says, as Markdown, or why it is not read."""
    extension = PurePath(name).suffix.lower()
    if extension not in CONVERTERS:
        extension = EXTENSIONS.get(media_type, extension)
    if extension not in CONVERTERS:
        return f"Not read: {unsupported(extension)}"
    if not content:
        return "Not read: it is empty."
    if _depth.get() >= MAX_DEPTH:
        return f"Not read: it lies within {MAX_DEPTH} other files."
    before = _read.get()
    if before >= MAX_TOGETHER:
        return f"Not read: the files before it have {before:,} characters, and that is all that is read of such files."
    inside = _depth.set(_depth.get() + 1)
    try:
        found = extract(BytesIO(content), name, extension, MAX_CHARACTERS)
    except ConversionFailed as failure:
        return f"Not read: {failure.message}"
    finally:
        _depth.reset(inside)
    text: str = on_one_page(found["text"])
    _read.set(before + len(text))
    return text if found["markup"] == "markdown" else plain(text)


def plain(text: str) -> str:
    """Text without markup, fenced if a line of it could be taken for a heading."""
    text = text.strip("\n")
    if not MARKUP.search(text):
        return text
    fence = "~~~" if "```" in text else "```"
    return f"{fence}\n{text}\n{fence}"


def below(text: str) -> str:
    """With its headings one level lower, to stand below that of the file."""
    lines = text.split("\n")
    fence = None
    for number, line in enumerate(lines):
        if marker := FENCE.match(line):
            fence = marker[1] if fence is None else None if fence == marker[1] else fence
        elif fence is None and HEADING.match(line):
            lines[number] = f"#{line}"
    return "\n".join(lines)
