"""Paragraphs, headings, lists and tables as plain text, in the form that all structured formats share."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from ingest.chunk.meta import PAGE_BREAK
from ingest.convert.parts.page_numbers import counts_pages

NEW_PAGE = f"\n{PAGE_BREAK}\n"  # between pages; what follows it starts a line, as a heading must

LONG_FROM, LONG_UP_TO = 1e15, 1e21

ITEM = re.compile(r"^ *- ")
LONG_CELL = 2000  # characters; a list of that length is not part of a table
COLUMN_BLOCKS = 4  # paragraphs and items of a cell, at least, that make it a column of the page
LONG_NAME = 200  # characters of a column's name before each of its values
SAID_AGAIN = 200  # characters of a cell that is spread over several rows or columns, at most, to be said in each

TOGETHER = {("item", "item"), ("row", "row"), ("first row", "row"), ("row", "rule"), ("rule", "row")}
SPACE = re.compile(r"[^\S\n]+")


def collapse(text: str) -> str:
    """One space between words, no empty lines; line breaks stay."""
    lines = (SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def decimal(number: float) -> str:
    """As a spreadsheet shows it: at most 15 digits, whole numbers without a point. Of longer whole numbers, such as
    those of cards, all digits that are known."""
    if abs(number) < LONG_FROM:
        return f"{number:.0f}" if number == int(number) else f"{number:.15g}"
    return f"{Decimal(repr(float(number))):.0f}" if abs(number) < LONG_UP_TO else f"{number:.15g}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Blocks:
    """Collects blocks in reading order; `text()` separates them as Markdown does."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, str]] = []
        self._header: Sequence[str] = ()  # that of the record before, and what it puts before each value
        self._prefixes: list[str] = []

    def heading(self, level: int, text: str) -> None:
        self._add("heading", collapse(text).replace("\n", " "), "#" * min(level, 6) + " ")

    def paragraph(self, text: str) -> None:
        self._add("paragraph", collapse(text))

    def item(self, depth: int, text: str, mark: str = "-") -> None:
        indent = "  " * max(min(depth, 8), 0)
        self._add("item", collapse(text).replace("\n", f"\n{indent}  "), f"{indent}{mark} ")

    def row(self, cells: Sequence[str], begins_table: bool = False) -> None:
        words = [_one_line(cell) for cell in cells]
        if any(words):
            self._blocks.append(("first row" if begins_table else "row", "| " + " | ".join(words) + " |"))

    def end_header(self) -> None:
        """Below the first row of a table, if the file says that it names the columns: a line, as in Markdown."""
        if self._blocks and self._blocks[-1][0] == "row":
            columns = self._blocks[-1][1].count(" | ") + 1
            self._blocks.append(("rule", "| " + " | ".join(["---"] * columns) + " |"))

    def cells(self, cells: "Sequence[Blocks]", is_only_row: bool = False) -> None:
        """A row, if its cells are such: one cell, or more than paragraphs and short lists in a cell, is layout rather
        than data. So are several lines in a cell of a table of one row, and many of them in several cells, as in the
        columns of a curriculum vitae. One of three or more cells may have a small table in a cell."""
        is_layout = is_only_row and any(cell._lines > 1 for cell in cells)
        is_layout = is_layout or sum(cell._is_column for cell in cells) > 1
        is_row = all(cell._is_cell or (len(cells) > 2 and cell._is_small_table) for cell in cells)
        if len(cells) > 1 and is_row and not is_layout:
            self.row([cell.words() for cell in cells])
        else:
            for cell in cells:
                self.extend(cell)

    def record(self, header: Sequence[str], cells: Sequence[str]) -> None:
        """A row of a long table that names its own values: `| Name: Alice | City: Paris |`. Empty cells are left out;
        without a column name, there is only the value."""
        if header is not self._header:
            self._header = header
            self._prefixes = [f"{name[:LONG_NAME].rstrip(':：')}: " if name else "" for name in map(_one_line, header)]
        pairs = [
            prefix + cell for prefix, cell in zip(self._prefixes, cells, strict=False) if cell and not cell.isspace()
        ]
        pairs += [cell for cell in cells[len(self._prefixes) :] if cell and not cell.isspace()]
        if pairs:
            self._blocks.append(("row", _one_line("| " + " | ".join(pairs) + " |")))

    def verbatim(self, text: str) -> None:
        """Text whose lines and indentation matter; fenced, so that a `#` in it is not a heading."""
        if text.strip():
            fence = "~~~" if "```" in text else "```"
            self._blocks.append(("verbatim", f"{fence}\n" + text.strip("\n") + f"\n{fence}"))

    def code(self, text: str) -> None:
        """A paragraph of a listing; those that follow each other share a fence."""
        if text.strip() or (self._blocks and self._blocks[-1][0] == "code"):
            self._blocks.append(("code", text.rstrip()))

    def comment(self, author: str | None, text: str) -> None:
        if text.strip():
            self.paragraph(f"Comment by {author}: {text}" if author else f"Comment: {text}")

    def written(self, text: str) -> None:
        """Text that is in this form already."""
        self._add("written", text.strip("\n"))

    def extend(self, other: "Blocks") -> None:
        self._blocks.extend(other._blocks)

    def running(self, blocks: "Blocks") -> None:
        """A header or footer, but for the number of the page."""
        self._blocks.extend(block for block in blocks._blocks if block[0] != "paragraph" or not counts_pages(block[1]))

    def is_short(self) -> bool:
        """Whether it may be said in each row or column over which a cell is spread."""
        return self._is_cell and self._length <= SAID_AGAIN

    @property
    def _is_cell(self) -> bool:
        kinds = {kind for kind, _ in self._blocks}
        if "item" in kinds and self._length > LONG_CELL:
            return False
        return kinds <= {"paragraph", "item"}

    @property
    def _lines(self) -> int:
        """Of its paragraphs and lists."""
        return sum(1 + text.count("\n") for kind, text in self._blocks if kind in ("paragraph", "item"))

    @property
    def _is_column(self) -> bool:
        """Whether it has as many paragraphs as a column of a page rather than of a table."""
        return len(self._blocks) >= COLUMN_BLOCKS and sum(kind == "paragraph" for kind, _ in self._blocks) > 1

    @property
    def _is_small_table(self) -> bool:
        return self._length <= SAID_AGAIN and {kind for kind, _ in self._blocks} <= {"paragraph", "row", "rule"}

    @property
    def _length(self) -> int:
        return sum(map(len, self.texts()))

    def texts(self) -> Iterator[str]:
        return (text for _, text in self._blocks)

    def words(self) -> str:
        """The words without the marks of lists and tables."""
        texts = (
            text.removeprefix("| ").removesuffix(" |").replace(" | ", ", ") if kind == "row" else ITEM.sub("", text)
            for kind, text in self._blocks
            if kind != "rule"
        )
        return "\n".join(texts)

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def _add(self, kind: str, text: str, prefix: str = "") -> None:
        if text:
            self._blocks.append((kind, prefix + text))

    def text(self) -> str:
        pieces: list[str] = []
        previous = None
        for kind, text in _with_listings(self._blocks):
            if previous is not None:
                pieces.append("\n" if (previous, kind) in TOGETHER else "\n\n")
            pieces.append(text)
            previous = kind
        return "".join(pieces)


def _with_listings(blocks: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """With the paragraphs of each listing within a fence, as verbatim text is."""
    for is_code, run in groupby(blocks, lambda block: block[0] == "code"):
        if is_code:
            listing = Blocks()
            listing.verbatim("\n".join(text for _, text in run))
            yield from listing._blocks
        else:
            yield from run
