"""What arranges a page rather than holds data: tables of layout, and elements that set apart what is in them."""

import re
from collections.abc import Sequence

from lxml import etree

HEADINGS = {f"h{level}": level for level in range(1, 7)}
# A table that holds any of the first arranges a page rather than data; any of the second does not matter where there
# are names for its columns or rows, of the third not either where there are several rows of several cells.
LAYOUT = ("table", "form")
LAYOUT_UNNAMED = tuple(HEADINGS)
LAYOUT_WITHOUT_ROWS = ("ul", "ol", "dl", "pre", "blockquote")

FLEX = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)\b", re.IGNORECASE)
LAST_CLASS = re.compile(r"\.([\w-]+)\s*(?:,|\Z)")
# Those of two frameworks, whose pages come without their styles.
FLEX_CLASSES = frozenset("flex inline-flex grid d-flex d-inline-flex d-grid".split())


def layout_tables(root: etree._Element) -> set[etree._Element]:
    tables = {
        table for element in root.iter(*LAYOUT) if (table := next(element.iterancestors("table"), None)) is not None
    }
    maybe = {
        (next(element.iterancestors("table"), None), str(element.tag) in LAYOUT_UNNAMED)
        for element in root.iter(*LAYOUT_UNNAMED, *LAYOUT_WITHOUT_ROWS)
    }
    for table, needs_names in maybe:
        if table is not None and table not in tables and not _is_data(table, needs_names):
            tables.add(table)
    return tables


def _is_data(table: etree._Element, needs_names: bool) -> bool:
    if table.get("role") in ("presentation", "none"):
        return False
    if next(table.iter("th", "caption"), None) is not None:
        return True
    several = (row for row in table.iter("tr") if len(row.findall("td")) > 1)
    return not needs_names and next(several, None) is not None and next(several, None) is not None


def flex_classes(roots: Sequence[etree._Element]) -> frozenset[str]:
    """The classes whose elements set apart what is in them, as the page says."""
    return FLEX_CLASSES | classes_with(FLEX, roots)


def classes_with(property: re.Pattern[str], roots: Sequence[etree._Element]) -> frozenset[str]:
    """Those to which the page's rules give it."""
    rules = (rule for root in roots for style in root.iter("style") for rule in (style.text or "").split("}"))
    heads = (
        head.rpartition("{")[2] for head, _, body in (rule.rpartition("{") for rule in rules) if property.search(body)
    )
    return frozenset(name for head in heads for name in LAST_CLASS.findall(head.strip()))
