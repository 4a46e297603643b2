"""Objects that are embedded in Office documents: files of their own, or compound files that hold one."""

import posixpath

from lxml import etree

from ingest.convert.extract import COMPOUND_FILE_HEADER
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.embedded import below, text_of
from ingest.convert.parts.ooxml import attribute, media_type, related

MAX_OBJECTS = 50  # that are read; others are named
FORMULAS = ("Equation.", "MathType", "Equation ")  # from before there were formulas in texts; nothing reads them
COMPOUND = "application/vnd.ms-excel"  # the kind that is read; what else there is, its content says


class Objects:
    """Collects the objects of a document, each part once, and writes what they say where they do not part its text."""

    def __init__(self, archive: Archive, read: bool) -> None:
        self._archive = archive
        self._read = read
        self._programs: dict[str, str] = {}  # by their parts
        self._written = 0

    def part(self, of: str, element: etree._Element) -> str | None:
        """Where the object is that an element in the part `of` shows; None if it is outside the file."""
        key = attribute(element, "id") or ""
        parts = (related(self._archive, of, kind).get(key) for kind in ("package", "oleObject"))
        return next(filter(None, parts), None)

    def add(self, part: str, program: str | None) -> None:
        program = program or posixpath.basename(part)
        if not program.startswith(FORMULAS):
            self._programs.setdefault(part, program)

    def write(self, blocks: Blocks, level: int) -> None:
        """Those that were added since, each under a heading."""
        for part, program in list(self._programs.items())[self._written :]:
            blocks.heading(level, f"Embedded: {program}")
            text = self._text(part) if self._written < MAX_OBJECTS else f"Not read: at most {MAX_OBJECTS} are."
            for _ in range(level):
                text = below(text)
            blocks.written(text)
            self._written += 1

    def _text(self, part: str) -> str:
        if not self._read:
            return "Not read: the converter failed on a file in this document."
        content = self._archive.read(part)
        if content is None:
            return "Not read: it is not part of the file."
        name = posixpath.basename(part)
        if name.lower().endswith(".bin") and not content.startswith(COMPOUND_FILE_HEADER):
            return "Not read: only its program knows what it is."
        kind = COMPOUND if name.lower().endswith(".bin") else media_type(self._archive, part)
        return text_of(name, content, kind)
