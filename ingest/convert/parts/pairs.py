"""Labels with their values beside them, as in a form or a glossary: no row names their columns."""

import re
from collections.abc import Sequence

SHORT_NAME = 3  # words of a column's name, at most, where nothing but texts stand below it
MOSTLY = 0.8
FORM_ROWS = 8  # of a form, at most, where some of its columns would do for a table

DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[ T].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
NUMBER = re.compile(r"[\s$€£¥+(-]*\d[\d\s.,:/%eE+()'-]*")
TRUTH = re.compile(r"true|false", re.IGNORECASE)
# A number of an invoice, an address of mail or of a page: it names no column, but FY2024 may.
CODE = re.compile(r"(?!\D*(?:19|20)\d\d\D*$)(?=\S*\d{3})\S+|\S+@\S+\.\S+|(?:https?://|www\.)\S+")
COLONS = (":", "：")


def are_pairs(rows: Sequence[tuple[str, str]]) -> bool:
    """Whether the first of the rows is a label with its value, as those below it, rather than two names of columns."""
    labels = [label for label, _ in rows if label]
    ending = sum(map(is_label, labels))
    if labels and ending >= MOSTLY * len(labels):
        return True
    kinds = [kind_of(value) for _, value in rows if value.strip()]
    below = kinds[1:]
    if len(below) > 1 and kinds[0] == "code" and all(kind_of(label) == "text" for label in labels):
        return True
    if not below or kinds[0] != "text" or any(kind_of(label) != "text" for label in labels):
        return False
    most = max(below.count(kind) for kind in set(below))
    if len(below) > 1 and most < MOSTLY * len(below):
        return True  # a sum, a date and a name are no column
    return set(below) == {"text"} and len(rows[0][1].split()) > SHORT_NAME


def kind_of(value: str) -> str:
    for kind, pattern in (("date", DATE), ("number", NUMBER), ("truth", TRUTH), ("code", CODE)):
        if pattern.fullmatch(value.strip()):
            return kind
    return "text"


def is_label(cell: str) -> bool:
    return cell.rstrip().endswith(COLONS)


def labels_of_form(rows: Sequence[Sequence[str]]) -> frozenset[int] | None:
    """If the rows are a form with several labels side by side: the columns of those that do not end in a colon."""
    several = [cells for cells in rows if len(cells) - cells.count("") > 1]
    begun = sum(is_label(next(filter(None, cells))) for cells in several)
    if begun >= MOSTLY * len(several) and any(sum(map(is_label, cells)) > 1 for cells in several):
        return frozenset()
    parts = _parts(rows)
    if len(parts) == 1 and len(parts[0]) == 2:
        return None
    found: set[int] = set()
    is_sure = False
    for part in parts:
        if len(part) == 1:
            continue  # an address, or a title, beside the labels
        if len(part) % 2:
            return None
        for left, right in zip(part[::2], part[1::2], strict=True):
            pairs = [pair for cells in rows if any(pair := (_at(cells, left), _at(cells, right)))]
            is_pairs = are_pairs(pairs) or _begin_with_a_value(pairs)
            if not all(label and kind_of(label) == "text" for label, _ in pairs) or not (
                is_pairs or len(rows) <= FORM_ROWS
            ):
                return None
            is_sure = is_sure or is_pairs
            found.add(left)
    labels = [cell for cells in rows for column in found if (cell := _at(cells, column))]
    return frozenset(found) if is_sure and len(set(labels)) == len(labels) else None


def _parts(rows: Sequence[Sequence[str]]) -> list[list[int]]:
    """The columns that hold something, parted where one between them holds nothing."""
    parts: list[list[int]] = []
    for column in sorted({column for cells in rows for column, cell in enumerate(cells) if cell}):
        if parts and column == parts[-1][-1] + 1:
            parts[-1].append(column)
        else:
            parts.append([column])
    return parts


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _begin_with_a_value(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether the first value is none that names a column, and the values are of several kinds, as in no column."""
    kinds = [kind_of(value) for _, value in pairs if value]
    return len(pairs) > 1 and kinds[:1] not in ([], ["text"]) and len(set(kinds)) > 1


def in_form(cells: Sequence[str], labels: frozenset[int] = frozenset()) -> list[str]:
    """A row of a form, with each label and the values behind it as one cell. `labels` are columns of labels without a
    colon."""
    found: list[list[str]] = []
    is_open = False  # the last of them begins with a label
    for column, cell in enumerate(cells):
        if not cell:
            continue
        begins = column in labels or is_label(cell)
        if is_open and not begins:
            found[-1].append(cell)
        else:
            found.append([cell])
            is_open = begins
    return [
        f"{said[0].rstrip().removesuffix(':').removesuffix('：')}: {' '.join(said[1:])}" if said[1:] else said[0]
        for said in found
    ]
