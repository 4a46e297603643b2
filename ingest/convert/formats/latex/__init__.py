"""LaTeX: the text that would be typeset, with its headings, lists, tables, notes and verbatim text; math stays as
written."""

import re
import unicodedata
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from ingest.convert import Extracted
from ingest.convert.formats.latex.commands import (
    ACCENTS,
    DEFINITIONS,
    HEADINGS,
    HIGHLIGHTED,
    LEFT_OUT,
    LISTS,
    MATH,
    NOTES,
    STRUCK,
    SYMBOLS,
    TABLES,
    UNSEEN,
    VERBATIM,
)
from ingest.convert.formats.latex.lists import DEFINED_MARK, SET_COUNTER, Lists
from ingest.convert.formats.latex.tables import Tables
from ingest.convert.formats.latex.units import COMMANDS as UNITS
from ingest.convert.formats.text import decode
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.looks import put_together, struck

CONVERTER = "latex 4"

LINK = r"\\(?:href|url|nolinkurl|path)\s{0,9}\{[^{}\s]*\}"  # a % inside is no comment
TOKEN = re.compile(
    r"(?P<comment>%[^\n]*(?:\n(?![ \t]*\n)[ \t]*)?)"
    r"|\\(?:url|nolinkurl|path)\s{0,9}\{(?P<url>[^{}\s]*)\}"
    rf"|{LINK}"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\w\s*{\[])(?P<verb>[^\n]*?)(?P=mark)"
    r"|\\(?P<command>[a-zA-Z@]+)\*?[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?"
    r"|\\(?P<symbol>.)"
    r"|(?P<math>\$\$(?:[^$\\]|\\.)*\$\$|\$(?:[^$\\\n]|\\.|\n(?![ \t]*\n))+\$)"
    r"|(?P<paragraph>\n[ \t]*\n\s*)"
    r"|(?P<special>[{}&~])",
    re.DOTALL,
)
BRACE = re.compile(rf"{LINK}|\\.|%[^\n]*|[{{}}]", re.DOTALL)
ARGUMENT = re.compile(r"\s{0,9}\{")
OPTION = re.compile(r"\s{0,9}\[([^\[\]]{0,500})\]")
OPTIONS = re.compile(r"(?:\s{0,9}\[[^\[\]]{0,500}\]){1,9}(?=\s{0,9}\{)")
PLACEMENT = re.compile(r"\s{0,9}\[[htbpH!]{1,6}\]")
RULE = re.compile(r"\s{0,9}(?:\[[^\[\]\n]{0,50}\])?(?:\([^()\n]{0,50}\))?\s{0,9}\{[^{}\n]{0,50}\}")
OVERLAY = re.compile(r"<[-\d,+.|:@ a-z]{1,50}>")  # on which slides of a frame it is seen
FALSE = re.compile(r"\\(if[a-zA-Z@]*|else|fi)(?![a-zA-Z@])")
MARKUP = re.compile(r"[\\{}$~]")
NAME = re.compile(r"\s{0,9}\{([^{}\n]{1,50})\}")
LETTER = re.compile(r"\s{0,9}(?:\{\s{0,9}\\?([^\W\d_])\s{0,9}\}|\\?([^\W\d_]))")
FRONT_MATTER = re.compile(r"\\(?:title|author|date)\b[^{}\n]{0,200}(?=\{)")
DEFINED = re.compile(r"\s{0,9}(?:\{\\\w{1,50}\}|\\\w{1,50})(?:\s{0,9}\[[^\[\]\n]{0,100}\]|#\d){0,9}")
SHORTHAND = re.compile(r"\\(?:(?:re)?newcommand\*?\s{0,9}\{?|def)\\([a-zA-Z]{1,50})\}?\s{0,9}\{([^{}\\#]{1,200})\}")
THEOREM = re.compile(
    r"\\newtheorem\*?\s{0,9}\{([^{}\n]{1,50})\}\s{0,9}(?:\[[^\[\]\n]{0,50}\])?\s{0,9}\{([^{}\\\n]{1,100})\}"
)

MAX_HEAD = 10_000  # characters of the head that a table has on its further pages
COLOURED = re.compile(r"\\([a-zA-Z]+)(?:\{\})?|\\(.)|[{}]", re.DOTALL)

TYPESET = {"``": "“", "''": "”", "---": "—", "--": "–", "\n": " "}
LIGATURE = re.compile("|".join(TYPESET))

# Names of encodings that LaTeX has for itself; most are those of Python.
ENCODING = re.compile(rb"\\(?:usepackage|RequirePackage)\s{0,9}\[\s{0,9}([\w-]{1,30})\s{0,9}\]\s{0,9}\{inputenc\}")
ENCODINGS = {"ansinew": "cp1252", "applemac": "mac-roman", "maccyr": "mac-cyrillic", "utf8x": "utf-8"}


def convert(file: BinaryIO, filename: str) -> Extracted:
    data = file.read()
    named = ENCODING.search(data)
    encoding = named and named[1].decode()
    reader = _Reader(_body(decode(data, filename, declared=encoding and ENCODINGS.get(encoding, encoding))))
    return Extracted(reader.read(), CONVERTER, title=reader.title)


def _body(text: str) -> str:
    """What is typeset; a file meant to be included has no preamble."""
    preamble, begin, body = text.partition(r"\begin{document}")
    if not begin:
        return text
    closing = _closing(preamble)
    front = [preamble[m.start() : closing.get(m.end(), m.end()) + 1] for m in FRONT_MATTER.finditer(preamble)]
    defined = [m[0] for kind in (SHORTHAND, THEOREM) for m in kind.finditer(preamble)]
    return "\n\n".join([*defined, *front, body])


def _closing(text: str) -> dict[int, int]:
    """The closing brace of each opening one."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in BRACE.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            closing[opened.pop()] = match.start()
    return closing


def _uncoloured(found: re.Match[str]) -> str:
    return SYMBOLS.get(found[1], "") if found[1] else found[2] or ""


class _Argument(NamedTuple):
    """An argument being read, apart from the text around it."""

    end: int
    then: Callable[[str], None]
    around: list[str]


class _Reader:
    """One pass over the text, without recursion or backtracking."""

    def __init__(self, text: str) -> None:
        self.title: str | None = None
        self._text = text
        self._position = 0
        self._closing = _closing(text)
        self._shorthands = dict(SHORTHAND.findall(text))
        self._theorems = {"proof": "Proof", **dict(THEOREM.findall(text))}
        self._missing: set[str] = set()  # ends that were not found
        self._blocks = Blocks()
        self._inline: list[str] = []  # the words of the block being read
        self._arguments: list[_Argument] = []
        self._notes: list[str] = []
        self._tables = Tables()
        self._lists = Lists()
        self._new_item: str | None = None  # the mark of the item whose text is read

    def read(self) -> str:
        while match := TOKEN.search(self._text, self._position):
            self._add(self._text[self._position : match.start()])
            self._position = match.end()
            while self._arguments and self._arguments[-1].end <= match.start():
                self._end_argument()
            kind, value = match.lastgroup, match[match.lastgroup or 0]
            if kind == "command":
                self._command(value)
            elif kind == "symbol":
                self._symbol(value)
            elif kind in ("math", "verb", "url"):
                self._inline.append(value)
            elif kind == "paragraph":
                self._flush()
            elif value == "&" and self._tables:
                self._tables.end_cell(self._take())
            elif value == "&":
                self._inline.append(value)
            elif value == "~" or (value == "}" and self._text.startswith("{", self._position)):
                self._inline.append(" ")  # between the arguments of an unknown command, too
        self._add(self._text[self._position :])
        while self._arguments:
            self._end_argument()
        self._tables.clear()
        self._flush()
        return self._blocks.text()

    def _add(self, text: str) -> None:
        if text:
            self._inline.append(LIGATURE.sub(lambda match: TYPESET[match[0]], text))

    def _take(self) -> str:
        text = put_together(self._inline)
        self._inline.clear()
        return text

    def _flush(self) -> None:
        """End the block being read; arguments and cells have no blocks."""
        if self._arguments or self._tables:
            self._inline.append(" ")
            return
        text = self._take()
        if text.strip():
            if self._new_item:
                self._blocks.item(self._lists.depth, text, self._new_item)
            else:
                self._blocks.paragraph(text)
            self._new_item = None
        for note in self._notes:
            self._blocks.paragraph(note)
        self._notes.clear()

    def _command(self, name: str) -> None:
        if overlay := OVERLAY.match(self._text, self._position):
            self._position = overlay.end()
        if name == "begin":
            self._begin()
        elif name == "end":
            self._end()
        elif name in HEADINGS:
            self._flush()
            self._argument(lambda text: self._blocks.heading(HEADINGS[name], text))
        elif name == "title":
            self._argument(self._set_title)
        elif name in ("caption", "author", "date"):
            self._flush()
            self._argument(self._blocks.paragraph)
        elif name in STRUCK:
            self._argument(lambda text: self._inline.append(struck(text)))
        elif name in UNITS:
            count, said = UNITS[name]
            self._inline.append(said(*(self._written_argument() for _ in range(count))))
        elif name in ("multicolumn", "multirow") and self._tables:
            stated = self._written_argument().strip()
            self._skip(1)
            number = int(stated) if stated.isascii() and stated.isdigit() else 1
            self._tables.spread(number, sideways=name == "multicolumn")
        elif name == "cmidrule":
            if rule := RULE.match(self._text, self._position):
                self._position = rule.end()
        elif name == "iffalse":
            self._skip_false()
        elif name in NOTES:
            self._argument(self._notes.append)
        elif "cite" in name and name != "nocite":
            self._argument(lambda keys: self._inline.append(f"[{keys}]"))
        elif name in ("item", "bibitem"):
            self._flush()
            self._new_item = "-" if self._lists else None
            if option := OPTION.match(self._text, self._position):
                self._position = option.end()
                self._label(option[1])
            elif self._lists:
                self._new_item = self._lists.next_mark()
        elif name == "setcounter" and (to := SET_COUNTER.match(self._text, self._position)):
            self._position = to.end()
            self._lists.set_counter(to[1], int(to[2]))
        elif name == "par":
            self._flush()
        elif name == "endfirsthead":
            head = self._text.find(r"\endhead", self._position, self._position + MAX_HEAD)
            if head >= 0 and r"\end{" not in self._text[self._position : head]:
                self._position = head  # said once, above the first page
        elif name in DEFINITIONS and (mark := DEFINED_MARK.match(self._text, self._position)):
            self._position = mark.end()
            self._lists.set_mark(mark[1], mark[2])
        elif name in DEFINITIONS:
            if defined := DEFINED.match(self._text, self._position):
                self._position = defined.end()
            self._skip(1)
        elif name in self._shorthands:
            self._inline.append(self._shorthands[name])
        elif name in ACCENTS:
            self._accent(ACCENTS[name])
        elif name in UNSEEN:
            self._skip(UNSEEN[name])
        elif name in SYMBOLS:
            self._inline.append(SYMBOLS[name])
        elif options := OPTIONS.match(self._text, self._position):
            self._position = options.end()

    def _label(self, label: str) -> None:
        """What stands before an item, which may be markup; what BibTeX writes there for styles is not shown."""
        if not label.startswith(r"\protect"):
            self._inline.append(f"{_Reader(label).read() if MARKUP.search(label) else label} ")

    def _symbol(self, name: str) -> None:
        if name == "\\":
            self._skip_options()
            if self._tables:
                self._end_row()
            else:
                self._inline.append("\n")
        elif name in "([":
            end = "\\)" if name == "(" else "\\]"
            if math := self._until(end):
                self._inline.append(f"\\{name}{math}{end}")
        elif name in ACCENTS:
            self._accent(ACCENTS[name])
        else:
            self._inline.append(SYMBOLS.get(name, ""))

    def _begin(self) -> None:
        name = self._name()
        end = f"\\end{{{name}}}"
        if name in VERBATIM:
            self._flush()
            self._skip_options()
            if name == "minted":
                self._name()
            self._blocks.verbatim(self._until(end))
        elif name in HIGHLIGHTED:
            self._flush()
            self._skip_options()
            self._blocks.verbatim(COLOURED.sub(_uncoloured, self._until(end)))
        elif name in LEFT_OUT:
            self._until(end)
        elif name.rstrip("*") in MATH:
            if math := self._until(end):
                self._inline.append(f"\\begin{{{name}}}{math}{end}")
        else:
            self._flush()
            if name in LISTS:
                self._list(is_counted="enum" in name)
            if name in TABLES:
                self._tables.begin()
                self._skip(TABLES[name])
            elif name == "thebibliography":
                self._lists.begin(None)
                self._skip(1)
            elif name in self._theorems:
                self._theorem(self._theorems[name])
            elif name == "frame":
                self._skip_options()
                if ARGUMENT.match(self._text, self._position):
                    self._argument(lambda text: self._blocks.heading(HEADINGS["frametitle"], text))
            elif placement := PLACEMENT.match(self._text, self._position):
                self._position = placement.end()

    def _theorem(self, kind: str) -> None:
        """As it is typeset, without its number."""
        self._inline.append(kind)
        if option := OPTION.match(self._text, self._position):
            self._position = option.end()
            self._inline.append(" (")
            self._label(option[1])
            self._inline[-1] = self._inline[-1].rstrip()
            self._inline.append(")")
        self._inline.append(". ")

    def _end(self) -> None:
        name = self._name()
        if name == "document":
            self._position = len(self._text)
        if name in TABLES and self._tables:
            self._end_row()
            self._tables.end()
        self._flush()
        if self._lists and (name in LISTS or name == "thebibliography"):
            self._lists.end()

    def _list(self, is_counted: bool) -> None:
        option = OPTION.match(self._text, self._position) if is_counted else None
        self._position = option.end() if option else self._position
        self._lists.begin((option[1] if option else "") if is_counted else None)

    def _end_row(self) -> None:
        self._tables.end_cell(self._take())
        self._blocks.row(self._tables.end_row())

    def _set_title(self, text: str) -> None:
        self.title = self.title or text
        self._blocks.heading(1, text)

    def _name(self) -> str:
        match = NAME.match(self._text, self._position)
        if match is None:
            return ""
        self._position = match.end()
        return match[1]

    def _until(self, end: str) -> str:
        """The text as written up to `end`; empty if there is none."""
        found = -1 if end in self._missing else self._text.find(end, self._position)
        if found < 0:
            self._missing.add(end)
            return ""
        text = self._text[self._position : found]
        self._position = found + len(end)
        return text

    def _span_of_argument(self) -> tuple[int, int] | None:
        """Start and end of the next argument."""
        self._skip_options()
        match = ARGUMENT.match(self._text, self._position)
        if match is None or (end := self._closing.get(match.end() - 1)) is None:
            return None
        return match.end(), end

    def _skip_options(self) -> None:
        while option := OPTION.match(self._text, self._position):
            self._position = option.end()

    def _skip_false(self) -> None:
        """Up to what ends a condition that never holds."""
        if FALSE.pattern in self._missing:
            return
        depth = 1
        for found in FALSE.finditer(self._text, self._position):
            depth += 1 if found[1].startswith("if") else -1 if found[1] == "fi" or depth == 1 else 0
            if not depth:
                self._position = found.end()
                return
        self._missing.add(FALSE.pattern)

    def _written_argument(self) -> str:
        """The next argument as it is written."""
        span = self._span_of_argument()
        if span is None:
            return ""
        self._position = span[1] + 1
        return self._text[span[0] : span[1]]

    def _skip(self, arguments: int) -> None:
        for _ in range(arguments):
            if span := self._span_of_argument():
                self._position = span[1] + 1

    def _argument(self, then: Callable[[str], None]) -> None:
        """Read the next argument apart, and hand over its text."""
        if span := self._span_of_argument():
            self._position = span[0]
            self._arguments.append(_Argument(span[1], then, self._inline))
            self._inline = []

    def _end_argument(self) -> None:
        argument = self._arguments.pop()
        text, self._inline = put_together(self._inline), argument.around
        argument.then(text)

    def _accent(self, accent: str) -> None:
        if letter := LETTER.match(self._text, self._position):
            self._position = letter.end()
            self._inline.append(unicodedata.normalize("NFC", (letter[1] or letter[2]) + accent))
