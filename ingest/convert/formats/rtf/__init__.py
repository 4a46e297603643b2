"""Rich Text Format (RTF 1.9.1): text in any code page, with its headings, lists, tables, notes and comments."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.rtf.colors import PRIMARIES, Colors
from ingest.convert.formats.rtf.flow import Flow, Paragraph
from ingest.convert.formats.rtf.fonts import Fonts, codec
from ingest.convert.formats.rtf.group import ORDINARY, TINY, Group
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.looks import is_power, struck
from ingest.convert.parts.symbols import BOXES, in_font, symbol
from ingest.errors import ConversionFailed

CONVERTER = "rtf 9"

TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # a control word and its number
    rb"|\\'([0-9a-fA-F]{2})"  # a byte of text
    rb"|\\([{}\\])"  # an escaped character; it may be the second byte of another one
    rb"|\\(.)"  # a control symbol
    rb"|([{}])"
    rb"|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\",
    re.DOTALL,
)

DOCUMENT_CODECS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}

CHARACTERS = {"line": "\n", "tab": " ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " "}
CHARACTERS |= {"bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
CHARACTERS |= {"zwj": "\u200d", "zwnj": "\u200c", "softline": "\n"}
SYMBOLS = {b"~": "\u00a0", b"_": "-"}

# Groups whose text is not part of the text around them, and what becomes of it.
FLOWS = {"footnote": "note", "annotation": "comment", "shptxt": "box", "dptxbxtext": "box", "title": "title"}
FLOWS |= dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header")
FLOWS |= dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer")
FLOWS |= {"stylesheet": "styles", "fonttbl": "fonts", "colortbl": "colors", "fldinst": "field"}

# Groups without text, or with hidden text. Those marked `\*` are skipped unless they are in `READ`.
UNSEEN = frozenset(
    "info pict objdata shprslt nonshppict nonesttables sp listtable listoverridetable revtbl "
    "filetbl bkmkstart bkmkend atnid atnauthor atntime atndate atnicn atnref atrfstart atrfend ftnsep ftnsepc "
    "ftncn aftnsep aftnsepc aftncn xe rxe txe tc tcn private template upr ud mmathPict pntxta pntxtb".split()
)
READ = frozenset(["annotation", "shpinst", "nesttableprops", "moMath", "moMathPara"])

MAX_DEPTH = 1000  # groups within groups; Word's own reach some dozens
BOX_FIELD = re.compile(r"\s*FORMCHECKBOX\b")
FIELD = re.compile(r'\s*SYMBOL\s+(0x[0-9a-f]{1,4}|0|[1-9]\d{0,4})\s[^"]*\\f\s*"([^"]+)"', re.IGNORECASE)  # a character
MARKS = ("listtext", "pntext")  # the bullet or number of a list item, written out
HEADING = re.compile(r"heading ([1-9])")
NUMBER = re.compile(r".*\d.*|\(?[A-Za-z]{1,6}[.)]")  # rather than a bullet, which may be an `o`


def convert(file: BinaryIO, filename: str) -> Extracted:
    reader = _Reader(filename)
    reader.read(file.read())
    if reader.groups:
        raise ConversionFailed(f"'{filename}' is damaged: it has been cut short. Open it, save it anew and try again.")
    return Extracted(reader.text(), CONVERTER, title=reader.title, hidden=reader.hidden)


class _Reader:
    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.body = Flow("body")
        self.notes = Blocks()
        self.running: dict[str, dict[str, Blocks]] = {"header": {}, "footer": {}}  # each once, by their text
        self.title: str | None = None
        self.fonts = Fonts()
        self.colors = Colors()
        self.on_paper = True  # rather than on a background of the document's own
        self.hidden = 0  # characters that no reader sees
        self.edges: list[int] = []  # of the cells of the row that is read
        self.going_on: set[int] = set()  # those of its cells that go on from the row above
        self.ticked: bool | None = None  # whether the box of a form is, which is read
        self.levels: dict[int, int | None] = {}  # of the styles
        self.groups: list[Group] = []  # those open, the innermost last
        self.group = Group(self.body, self.fonts.codec)
        self.bytes = bytearray()  # of text, not decoded yet
        self.to_skip = 0
        self.starred = False

    def text(self) -> str:
        document = Blocks()
        headers, footers = self.running.values()
        for blocks in headers.values():
            document.running(blocks)
        document.extend(self.body.blocks)
        document.extend(self.notes)
        for blocks in footers.values():
            document.running(blocks)
        return document.text()

    def read(self, data: bytes) -> None:
        position = 0
        while match := TOKEN.match(data, position):
            position = match.end()
            word, number, byte, escaped, symbol, brace, text = match.groups()
            if text or escaped or byte:
                self.add(text or escaped or bytes([int(byte, 16)]))
                continue
            self.to_skip = 0
            self.flush()
            if word == b"bin":
                position += max(int(number or 0), 0)
            elif word:
                self.control(word.decode(), None if number is None else int(number))
            elif brace == b"{":
                self.open()
            elif brace:
                self.close()
                if not self.groups:  # the rest is not part of the document
                    return
            elif symbol == b"*":
                self.starred = True
            elif symbol in (b"\n", b"\r"):
                self.end_paragraph()
            elif symbol:
                self.say(SYMBOLS.get(symbol, ""))

    def add(self, text: bytes) -> None:
        skipped = min(self.to_skip, len(text))
        self.to_skip -= skipped
        if self.is_read(len(text) - skipped):
            self.bytes += text[skipped:]

    def flush(self) -> None:
        if self.bytes:
            if font := self.group.pictures:
                self.say("".join(symbol(font, byte) for byte in self.bytes))
            else:
                self.say(self.bytes.decode(self.group.codec, "replace"))
            self.bytes.clear()

    def say(self, text: str) -> None:
        flow = self.group.flow
        if flow is not None and flow.kind == "colors":
            for _ in range(text.count(";")):
                self.colors.end()
        elif flow is not None and self.is_read(len(text)):
            words = flow.words
            if self.group.raised and is_power(text, words):
                words.append("^")
            words.append(struck(text) if self.group.struck else text)
            if flow.kind == "fonts":
                self.fonts.name(text)

    def is_read(self, characters: int) -> bool:
        if self.group.flow is None:
            return False
        if self.group.unseen or self.is_faint():
            self.hidden += characters
            return False
        return True

    def is_faint(self) -> bool:
        """Whether letters are too small to be read, or have the colour of what is behind them: of paper, unless they
        are in a table or box, where a style may be behind them."""
        group = self.group
        if group.size <= TINY:
            return True
        if group.drawn or self.colors[group.color] is None:
            return False
        if group.behind in self.colors:
            return self.colors[group.color] == self.colors[group.behind]
        paragraph = group.paragraph
        return (
            self.colors.is_white(group.color)
            and self.on_paper
            and not (paragraph.shaded or paragraph.tables or (group.flow and group.flow.kind == "box"))
        )

    def open(self) -> None:
        self.starred = False
        if len(self.groups) == MAX_DEPTH:
            raise ConversionFailed(f"'{self.filename}' is nested too deeply to be read.")
        self.groups.append(self.group)
        self.group = replace(self.group)
        flow = self.group.flow
        if flow is not None and flow.kind == "styles":
            self.group.flow = Flow("style", flow)

    def close(self) -> None:
        self.starred = False
        outer = self.groups.pop()
        flow = self.group.flow
        if flow is not None and flow is not outer.flow and flow.kind == "field":
            outer.said = self.end_field(flow)
        elif flow is not None and (flow is not outer.flow or not self.groups):
            self.end_flow(flow)
        self.group = outer
        if flow is not None and flow.kind == "fonts":
            self.plain(None)

    def control(self, word: str, number: int | None) -> None:
        group = self.group
        starred, self.starred = self.starred, False
        if word in MARKS:
            if (outer := group.flow) is not None:
                outer.marked = True
                group.flow = Flow("mark", outer)
        elif word in FLOWS:
            if word != "title" or group.flow is None:  # the document's title, not a style of that name
                group.flow = Flow(FLOWS[word], self.groups[-1].flow if self.groups else None)
                group.paragraph = Paragraph()
        elif word == "background":
            self.on_paper = False
            group.flow = None
        elif (
            word in UNSEEN
            or (word == "fldrslt" and group.said)
            or (starred and word not in READ)
            or (word.endswith("Pr") and word.startswith("m"))
        ):
            group.flow = None
        elif word in CHARACTERS:
            self.say(CHARACTERS[word])
        elif word == "u" and number is not None:
            self.say(in_font(chr(number if 0 <= number <= sys.maxunicode else number & 0xFFFF), group.pictures))
            self.to_skip = group.stand_ins
        elif word in PRIMARIES:
            self.colors.set(word, number or 0)
        elif word in DOCUMENT_CODECS:
            group.codec = self.fonts.codec = DOCUMENT_CODECS[word]
        elif handler := CONTROLS.get(word):
            handler(self, number)

    def code_page(self, number: int | None) -> None:
        self.fonts.codec = codec(f"cp{number}") or self.fonts.codec
        self.group.codec = self.fonts.codec

    def choose_font(self, number: int | None) -> None:
        if self.group.flow is not None and self.group.flow.kind == "fonts":
            self.fonts.begin(number or 0)
        else:
            self.use_font(number or 0)

    def use_font(self, number: int) -> None:
        self.group.codec, self.group.pictures = self.fonts[number]

    def font_charset(self, number: int | None) -> None:
        self.fonts.set_charset(number or 0)

    def font_code_page(self, number: int | None) -> None:
        self.fonts.set_code_page(number)

    def set_default_font(self, number: int | None) -> None:
        self.fonts.default = number or 0

    def set_stand_ins(self, number: int | None) -> None:
        self.group.stand_ins = 1 if number is None else max(number, 0)

    def plain(self, _: int | None) -> None:
        self.use_font(self.fonts.default)
        self.group.plain()

    def unseen(self, number: int | None) -> None:
        self.group.unseen = number != 0

    def set_raised(self, number: int | None) -> None:
        self.group.raised = number is None or number > 0

    def unset_raised(self, _: int | None) -> None:
        self.group.raised = False

    def set_struck(self, number: int | None) -> None:
        self.group.struck = number != 0

    def set_size(self, number: int | None) -> None:
        self.group.size = ORDINARY if number is None else number

    def set_color(self, number: int | None) -> None:
        self.group.color = number or 0

    def set_behind(self, number: int | None) -> None:
        self.group.behind = number or 0

    def set_drawn(self, number: int | None) -> None:
        self.group.drawn = number != 0

    def set_shaded(self, number: int | None) -> None:
        self.group.paragraph = self.group.paragraph._replace(shaded=number != 0)

    def new_paragraph(self, _: int | None) -> None:
        self.group.paragraph = Paragraph()

    def set_style(self, number: int | None) -> None:
        self.group.paragraph = self.group.paragraph._replace(style=number or 0)

    def set_tick(self, number: int | None) -> None:
        if number in (0, 1):  # 25 leaves it as it is by default
            self.ticked = number == 1

    def set_default_tick(self, number: int | None) -> None:
        if self.ticked is None:
            self.ticked = number == 1

    def set_level(self, number: int | None) -> None:
        self.group.paragraph = self.group.paragraph._replace(level=number)

    def in_list(self, number: int | None) -> None:
        if number:  # 0 takes the paragraph out of its list
            self.group.paragraph = self.group.paragraph._replace(depth=self.group.paragraph.depth or 0)

    def set_depth(self, number: int | None) -> None:
        if self.group.paragraph.depth is not None:
            self.group.paragraph = self.group.paragraph._replace(depth=number or 0)

    def in_table(self, number: int | None) -> None:
        self.group.paragraph = self.group.paragraph._replace(
            tables=max(self.group.paragraph.tables, 1) if number is None else number
        )

    def paragraph(self) -> Paragraph:
        """With what its style says of it."""
        stated = self.group.paragraph
        return stated if stated.level is not None else stated._replace(level=self.levels.get(stated.style))

    def end_paragraph(self, _: int | None = None) -> None:
        if self.group.flow is not None:
            self.group.flow.end_paragraph(self.paragraph())

    def end_cell(self, table: int) -> None:
        if self.group.flow is not None:
            self.group.flow.end_cell(table, self.paragraph())

    def end_row(self, table: int) -> None:
        if self.group.flow is not None:
            self.group.flow.end_row(table, self.edges, frozenset(self.going_on))

    def begin_row(self, _: int | None) -> None:
        self.edges, self.going_on = [0], set()

    def set_left(self, number: int | None) -> None:
        if len(self.edges) == 1:
            self.edges = [number or 0]

    def go_on(self, _: int | None) -> None:
        self.going_on.add(max(len(self.edges) - 1, 0))

    def set_edge(self, number: int | None) -> None:
        self.edges.append(number or 0)

    def end_field(self, flow: Flow) -> bool:
        """Write the character that it stands for; False for another field, whose result is read."""
        if flow.outer is None:
            return False
        instruction = "".join(flow.words)
        if BOX_FIELD.match(instruction):
            ticked, self.ticked = self.ticked, None
            flow.outer.words.append("" if ticked is None else BOXES[ticked])
            return True
        character = FIELD.match(instruction)
        if character is None:
            return False
        flow.outer.words.append(symbol(character[2], int(character[1], 0)))
        return True

    def end_flow(self, flow: Flow) -> None:
        if flow.kind == "style":
            name = "".join(flow.words).rstrip("; ").lower()
            level = self.group.paragraph.level
            if level is None and (heading := HEADING.fullmatch(name)):  # as LibreOffice writes it
                level = int(heading[1]) - 1
            self.levels[self.group.paragraph.style] = 0 if name == "title" else level
            return
        if flow.kind == "mark":
            mark = "".join(flow.words).strip()
            if flow.outer is not None and NUMBER.fullmatch(mark):
                flow.outer.number = mark
            return
        flow.end_paragraph(self.paragraph()._replace(tables=0))
        if flow.kind == "title":
            self.title = flow.blocks.text()
        elif flow.kind in self.running:
            self.running[flow.kind].setdefault(flow.blocks.text(), flow.blocks)
        elif flow.kind == "note":
            self.notes.extend(flow.blocks)
        elif flow.kind == "comment" and flow.outer is not None:
            flow.outer.comments.append(flow.blocks.text())
        elif flow.kind == "box":
            (flow.outer or self.body).blocks.extend(flow.blocks)


CONTROLS: dict[str, Callable[[_Reader, int | None], None]] = {
    "ansicpg": _Reader.code_page,
    "deff": _Reader.set_default_font,
    "f": _Reader.choose_font,
    "fcharset": _Reader.font_charset,
    "cpg": _Reader.font_code_page,
    "uc": _Reader.set_stand_ins,
    "plain": _Reader.plain,
    "v": _Reader.unseen,
    "deleted": _Reader.unseen,
    "super": _Reader.set_raised,
    "fs": _Reader.set_size,
    "cf": _Reader.set_color,
    **dict.fromkeys(("cb", "highlight", "chcbpat"), _Reader.set_behind),
    **dict.fromkeys(("outl", "shad", "embo", "impr", "chshdng"), _Reader.set_drawn),
    **dict.fromkeys(("cbpat", "cfpat", "shading"), _Reader.set_shaded),
    "strike": _Reader.set_struck,
    "striked": _Reader.set_struck,
    "up": _Reader.set_raised,
    "sub": _Reader.unset_raised,
    "nosupersub": _Reader.unset_raised,
    "ffdefres": _Reader.set_default_tick,
    "ffres": _Reader.set_tick,
    "pard": _Reader.new_paragraph,
    "s": _Reader.set_style,
    "outlinelevel": _Reader.set_level,
    "ls": _Reader.in_list,
    "ilvl": _Reader.set_depth,
    "intbl": _Reader.in_table,
    "itap": _Reader.in_table,
    "trowd": _Reader.begin_row,
    "trleft": _Reader.set_left,
    "clvmrg": _Reader.go_on,
    "cellx": _Reader.set_edge,
    "par": _Reader.end_paragraph,
    "sect": _Reader.end_paragraph,
    "page": _Reader.end_paragraph,
    "cell": lambda reader, _: reader.end_cell(1),
    "nestcell": lambda reader, _: reader.end_cell(2),
    "row": lambda reader, _: reader.end_row(1),
    "nestrow": lambda reader, _: reader.end_row(2),
}
