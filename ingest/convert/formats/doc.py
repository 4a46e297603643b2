"""Word 97 to 2003 ([MS-DOC]): headings, lists, tables, text boxes, notes, comments, headers and footers once."""

import re
import struct
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.cell_grid import PlacedRow, spread
from ingest.convert.parts.compound import opened
from ingest.convert.parts.looks import is_power, put_together, struck
from ingest.convert.parts.spans import Again
from ingest.convert.parts.symbols import BOXES
from ingest.convert.parts.word_binary import RAISED_PLANE, STRUCK_PLANE, UNSEEN, WordText, replaced
from ingest.errors import ConversionFailed

CONVERTER = f"doc 5 (olefile {version('olefile')})"

FIELD_BEGINS, FIELD_SHOWS, FIELD_ENDS = "\x13", "\x14", "\x15"
FIELD_MARK = re.compile(r"[\x13-\x15]")
PARAGRAPH = re.compile(r"[^\r\x07\x0c]*[\r\x07\x0c]?")  # the ends of paragraphs, of cells and rows, of pages
CELL_END = "\x07"
COMMENT = "\x05"
SEEN = str.maketrans(
    {"\t": " ", "\x0b": "\n", "\x0e": " ", "\x1e": "-"} | dict.fromkeys("\0\1\2\3\4\5\6\7\b\f\r\x13\x14\x15\x1f")
)
FOOTERS = (2, 3, 5)
STRUCK = re.compile("[\U000f0000-\U000fffff]+")
RAISED = re.compile("[\U00100000-\U0010ffff]+")
BOX_FIELD = re.compile(rf"[^{FIELD_SHOWS}{FIELD_ENDS}]*\bFORMCHECKBOX\b[^{''.join(BOXES)}]*([{''.join(BOXES)}])")


def convert(file: BinaryIO, filename: str) -> Extracted:
    try:
        with opened(file) as compound:
            return Extracted(_Document(WordText(compound, filename)).text(), CONVERTER)
    except (OSError, ValueError, struct.error, IndexError) as error:
        raise ConversionFailed(f"'{filename}' is damaged: it may have been cut short.") from error


class _Document:
    def __init__(self, word: WordText) -> None:
        self.word = word
        self.stories = word.stories()
        self.again = Again()

    def text(self) -> str:
        document, footers = Blocks(), Blocks()
        said_before: set[str] = set()  # first, even and odd pages have their own headers, which often say the same
        start = self.stories["headers"].start
        for kind, within in self.word.headers():
            blocks = self.blocks(range(start + within.start, start + within.stop))
            if blocks.text() not in said_before:
                said_before.add(blocks.text())
                (footers if kind in FOOTERS else document).running(blocks)
        for story in ("main", "text boxes", "boxes of headers", "footnotes", "endnotes"):
            document.extend(self.blocks(self.stories[story]))
        document.extend(footers)
        for comment in self.shown(self.stories["comments"]).split(COMMENT):
            document.comment(None, _seen(comment.replace("\r", "\n")))
        return document.text()

    def shown(self, story: range) -> str:
        text = self.word.text[story.start : story.stop]
        return replaced(text, ((start, end, _shown) for start, end in _instructions(text)))

    def blocks(self, story: range) -> Blocks:
        blocks = Blocks()
        rows: list[PlacedRow] = []  # of the table that is read
        cells: list[Blocks] = []  # of its last row
        cell = Blocks()
        at = story.start
        for text in PARAGRAPH.findall(self.shown(story)):
            if not text:
                break
            at += len(text)
            paragraph = self.word.paragraph(at - 1)
            if not paragraph.in_table and (rows or cells or cell):
                self.end_table(blocks, rows, [*cells, *([cell] if cell else [])])
                rows, cells, cell = [], [], Blocks()
            if paragraph.ends_row:
                rows.append(PlacedRow(cells, paragraph.edges, paragraph.going_on))
                cells, cell = [], Blocks()
                continue
            target = cell if paragraph.in_table else blocks
            depth = paragraph.list_depth
            number = None if depth is None else self.word.lists.next(paragraph.list_use, depth)
            if paragraph.heading is not None:
                target.heading(paragraph.heading, f"{number} {_seen(text)}" if number and text.strip() else _seen(text))
            elif depth is not None and number != "":
                target.item(depth, _seen(text), number or "-")
            else:
                target.paragraph(_seen(text))
            if paragraph.in_table and text.endswith(CELL_END):
                cells.append(cell)
                cell = Blocks()
        self.end_table(blocks, rows, [*cells, *([cell] if cell else [])])
        return blocks

    def end_table(self, blocks: Blocks, rows: Sequence[PlacedRow], rest: list[Blocks]) -> None:
        """`rest` are the cells of a row without an end."""
        for cells in spread([*rows, *([PlacedRow(rest)] if rest else [])], self.again):
            blocks.cells(cells)


def _seen(text: str) -> str:
    text = RAISED.sub(_in_line, text.translate(SEEN))
    return put_together([STRUCK.sub(lambda words: struck(_back(words[0], STRUCK_PLANE)), text)])


def _in_line(raised: re.Match[str]) -> str:
    plain = _back(raised[0], RAISED_PLANE)
    return f"^{plain}" if is_power(plain, [raised.string[: raised.start()][-1:]]) else plain


def _back(text: str, plane: int) -> str:
    return "".join(chr(ord(each) - plane) for each in text)


def _shown(instruction: str) -> str:
    """Nothing of it but the box of a form."""
    box = BOX_FIELD.match(instruction)
    return (box[1] if box else UNSEEN).ljust(len(instruction), UNSEEN)


def _instructions(text: str) -> Iterator[tuple[int, int]]:
    """What fields are made of rather than show, as in `HYPERLINK "http://..."`; fields that do not end are none."""
    open_fields: list[tuple[int, bool]] = []  # where each begins, and whether it is at its instruction
    for mark in FIELD_MARK.finditer(text):
        if mark[0] == FIELD_BEGINS:
            open_fields.append((mark.start(), True))
        elif open_fields:
            start, at_instruction = open_fields.pop()
            if at_instruction:
                yield start, mark.end()
            if mark[0] == FIELD_SHOWS:
                open_fields.append((start, False))
