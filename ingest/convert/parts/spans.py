"""Cells of a table that cover several rows or columns, or stand for several: what they say is said in each."""

from collections.abc import Iterable
from typing import NamedTuple

from ingest.convert.parts.blocks import SAID_AGAIN

MAX_COLUMNS = 200  # of a table; a cell that says it covers more covers no more


AGAIN = 20  # times as much as is said
AGAIN_ANYHOW = 20_000  # characters
BETWEEN = 3  # characters between cells


class Cell(NamedTuple):
    text: str
    columns: int = 1
    rows: int = 1


class Again:
    """How much of a document may be said again: in proportion to what it says, so that no small file makes a long
    text."""

    def __init__(self) -> None:
        self._left = AGAIN_ANYHOW

    def said(self, texts: Iterable[str]) -> None:
        self._left += AGAIN * sum(map(len, texts))

    def fits(self, text: str, times: int = 1) -> bool:
        """Whether it may be said so many times more; then it counts as said."""
        length = (len(text) + BETWEEN) * times
        if length > self._left:
            return False
        self._left -= length
        return True


class Spans:
    """Of one table, row by row."""

    def __init__(self, again: Again | None = None) -> None:
        self._again = again or Again()
        self._down: dict[int, tuple[int, str]] = {}  # by column: for how many more rows, and the text

    def row(self, cells: Iterable[Cell]) -> list[str]:
        """The texts of a row's columns. A cell that is alone in its row is said once: it is a title within the
        table."""
        given = list(cells)
        self._again.said([cell.text for cell in given])
        if not self._down and all(cell.columns == cell.rows == 1 for cell in given):
            return [cell.text for cell in given]
        found: list[str] = []
        down, self._down = self._down, {}
        for cell in given:
            self._fill(found, down)
            columns = max(1, min(cell.columns, MAX_COLUMNS - len(found)))
            again = cell.text if len(cell.text) <= SAID_AGAIN else ""
            if not self._again.fits(again, columns - 1):
                columns = 1
            if cell.rows > 1:
                self._down |= {len(found) + n: (cell.rows - 1, again) for n in range(columns)}
            found += [cell.text, *[again if len(given) > 1 or down else ""] * (columns - 1)]
        self._fill(found, down)
        if len(given) == 1 and not down:
            return [given[0].text]
        return found

    def _fill(self, found: list[str], down: dict[int, tuple[int, str]]) -> None:
        """The columns that cells of rows above cover."""
        while (above := down.get(len(found))) is not None:
            rows, text = above
            if not self._again.fits(text):
                down.clear()
                return
            if rows > 1:
                self._down[len(found)] = (rows - 1, text)
            found.append(text)
