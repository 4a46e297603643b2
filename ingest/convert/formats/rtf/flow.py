"""A run of paragraphs and tables in RTF: the text, a header, a note, a comment or a text box."""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.cell_grid import PlacedRow, spread
from ingest.convert.parts.looks import put_together
from ingest.convert.parts.spans import Again


class Paragraph(NamedTuple):
    """The state of a paragraph, which holds for those after it until it is reset."""

    style: int = 0
    level: int | None = None  # of a heading, from 0; 9 is body text
    depth: int | None = None  # in a list
    tables: int = 0  # how many it is in
    shaded: bool = False


class Flow:
    def __init__(self, kind: str, outer: "Flow | None" = None) -> None:
        self.kind = kind
        self.outer = outer
        self.words: list[str] = []  # of the paragraph being read
        self.marked = False  # whether it begins with a bullet or number
        self.number = ""  # with which it begins
        self.comments: list[str] = []  # on it
        # What is being read outside of tables, in a table, and in a table within a table.
        self._cell = [Blocks(), Blocks(), Blocks()]
        self._cells: list[list[Blocks]] = [[], [], []]  # before it in the row
        self._rows: list[list[PlacedRow]] = [[], [], []]  # before this one in the table
        self._again = Again()

    @property
    def blocks(self) -> Blocks:
        return self._cell[0]

    def end_paragraph(self, paragraph: Paragraph) -> None:
        text = put_together(self.words)
        self.words.clear()
        if not paragraph.tables:
            self.end_row(2)  # in case their own ends are missing
            self.end_table(2)
            self.end_row(1)
            self.end_table(1)
        elif paragraph.tables == 1:
            self.end_table(2)
        target = self._cell[min(paragraph.tables, 2)]
        if paragraph.level is not None and 0 <= paragraph.level < 9:
            target.heading(paragraph.level + 1, f"{self.number} {text}" if self.number and text.strip() else text)
        elif self.marked or paragraph.depth is not None:
            target.item(paragraph.depth or 0, text, self.number or "-")
        else:
            target.paragraph(text)
        self.marked, self.number = False, ""
        for comment in self.comments:
            target.paragraph(f"Comment: {comment}")
        self.comments.clear()

    def end_cell(self, table: int, paragraph: Paragraph) -> None:
        self.end_paragraph(paragraph._replace(tables=table))
        self._cells[table].append(self._cell[table])
        self._cell[table] = Blocks()

    def end_row(self, table: int, edges: Sequence[int] = (), going_on: frozenset[int] = frozenset()) -> None:
        cells = self._cells[table] + ([self._cell[table]] if self._cell[table] else [])
        self._cells[table], self._cell[table] = [], Blocks()
        if cells:
            self._rows[table].append(PlacedRow(cells, edges, going_on))

    def end_table(self, table: int) -> None:
        rows, self._rows[table] = self._rows[table], []
        for cells in spread(rows, self._again):
            self._cell[table - 1].cells(cells)
