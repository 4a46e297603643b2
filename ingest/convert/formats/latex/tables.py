"""The tables of LaTeX that are open: a cell over several rows or columns is said in each."""

from ingest.convert.parts.blocks import SAID_AGAIN
from ingest.convert.parts.spans import MAX_COLUMNS, Again, Cell


class Tables:
    def __init__(self) -> None:
        # Of each, by column, for how many rows a cell reaches down, and its text: those below have empty cells.
        self._open: list[dict[int, tuple[int, str]]] = []
        self._row: list[Cell] = []
        self._span = Cell("")  # how far the cell that is read reaches
        self._again = Again()

    def __bool__(self) -> bool:
        return bool(self._open)

    def begin(self) -> None:
        self._open.append({})

    def end(self) -> None:
        self._open.pop()

    def clear(self) -> None:
        self._open.clear()

    def spread(self, number: int, sideways: bool) -> None:
        """Let the cell that is read reach over so many columns, or rows."""
        self._span = self._span._replace(columns=number) if sideways else self._span._replace(rows=number)

    def end_cell(self, text: str) -> None:
        self._row.append(self._span._replace(text=text.strip()))
        self._span = Cell("")

    def end_row(self) -> list[str]:
        row, self._row = self._row, []
        self._again.said(cell.text for cell in row)
        down, cells = self._open[-1], list[str]()
        for cell in row:
            times = max(1, min(cell.columns, MAX_COLUMNS)) if len(row) > 1 and len(cell.text) <= SAID_AGAIN else 1
            times = times if self._again.fits(cell.text, times - 1) else 1
            if cell.rows > 1 and len(cell.text) <= SAID_AGAIN:
                down[len(cells)] = (cell.rows, cell.text)
            cells += [cell.text] * times
        for column, (rows, text) in list(down.items()):
            if column < len(cells) and not cells[column] and any(cells) and self._again.fits(text):
                cells[column] = text
            if rows > 1:
                down[column] = (rows - 1, text)
            else:
                del down[column]
        return cells
