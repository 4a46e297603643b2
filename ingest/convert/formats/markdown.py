"""Markdown: kept as written, but without front matter, and with all headings as `#` lines."""

import re
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.text import decode

CONVERTER = "markdown 1"

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
FENCE = re.compile(r" {0,3}(```|~~~)")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")

# Lines that open another kind of block are not underlined text: rules, lists, quotes, tables.
NOT_A_HEADING = re.compile(r"\s*(?:[-*+>|#]|\d+[.)]\s)|\s{4}|\s*$")


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    title = None
    if front := FRONT_MATTER.match(text):
        if stated := TITLE.search(front[1] or ""):
            title = stated[1].strip().strip("\"'")
        text = text[front.end() :]
    return Extracted(without_underlines(text), CONVERTER, title=title)


def without_underlines(text: str) -> str:
    """`Heading` over `===` or `---` becomes `# Heading` or `## Heading`."""
    lines: list[str] = []
    fence = None
    for line in text.split("\n"):
        if marker := FENCE.match(line):
            fence = marker[1] if fence is None else None if fence == marker[1] else fence
        underline = None if fence else UNDERLINE.fullmatch(line)
        # The heading has to be a line of its own: with a line above it, both are one paragraph.
        if (
            underline
            and lines
            and not NOT_A_HEADING.match(lines[-1])
            and (len(lines) < 2 or not lines[-2].strip() or lines[-2].startswith("#"))
        ):
            lines[-1] = ("# " if underline[1][0] == "=" else "## ") + lines[-1].strip()
        else:
            lines.append(line)
    return "\n".join(lines)
