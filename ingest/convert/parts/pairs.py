"""Tables of two columns, a label and its value in each row, as in a form or a glossary: no row names their columns."""

import re
from collections.abc import Sequence

SHORT_NAME = 3  # words of a column's name, at most, where nothing but texts stand below it
MOSTLY = 0.8

DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?:[ T].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
NUMBER = re.compile(r"[\s$€£¥+(-]*\d[\d\s.,:/%eE+()'-]*")
TRUTH = re.compile(r"true|false", re.IGNORECASE)


def are_pairs(rows: Sequence[tuple[str, str]]) -> bool:
    """Whether the first of the rows is a label with its value, as those below it, rather than two names of columns."""
    labels = [label for label, _ in rows if label]
    ending = sum(label.rstrip().endswith((":", "：")) for label in labels)
    if labels and ending >= MOSTLY * len(labels):
        return True
    kinds = [_kind(value) for _, value in rows if value.strip()]
    below = kinds[1:]
    if len(below) < 2 or kinds[0] != "text" or any(_kind(label) != "text" for label in labels):
        return False
    most = max(below.count(kind) for kind in set(below))
    if most < MOSTLY * len(below):
        return True  # a sum, a date and a name are no column
    return set(below) == {"text"} and len(rows[0][1].split()) > SHORT_NAME


def _kind(value: str) -> str:
    for kind, pattern in (("date", DATE), ("number", NUMBER), ("truth", TRUTH)):
        if pattern.fullmatch(value.strip()):
            return kind
    return "text"
