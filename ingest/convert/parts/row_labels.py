"""The labels of rows that are indented, as in pivot tables: each belongs to one above it that stands further out."""

from ingest.convert.parts.cells import Row

BETWEEN = " / "
LONGEST = 60  # characters of a label that is said with those below it
DEEPEST = 6  # labels said before one


class RowLabels:
    def __init__(self) -> None:
        self._above: list[Row] = []  # of which each stands further in than the one before

    def clear(self) -> None:
        self._above.clear()

    def labelled(self, row: Row) -> Row:
        """The next row, its label with those that it belongs to."""
        if not row.indent:
            self._above = [row]  # nearly all rows are such
            return row
        while self._above and self._above[-1].indent >= row.indent:
            self._above.pop()
        above, column = self._above[-DEEPEST:], _column(row)
        self._above.append(row)
        labels = [_label(each, column) for each in above if _column(each) == column]
        label = BETWEEN.join([*(each for each in labels if len(each) <= LONGEST), _label(row, column)])
        return row._replace(cells=[*row.cells[:column], label, *row.cells[column + 1 :]])


def _column(row: Row) -> int:
    return next(number for number, cell in enumerate(row.cells) if cell)


def _label(row: Row, column: int) -> str:
    return " ".join(row.cells[column].split())
