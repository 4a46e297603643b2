"""How an ordered list counts its items: by start, value, kind and direction."""

import re

from lxml import etree

from ingest.convert.parts.count import shown

# How the marks of a list are named in a style, by what its `type` would be.
LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(?:(lower|upper)-(alpha|latin|roman)|(none|disc|circle|square)\b)"
)


class Numbers:
    """Of the items of a list that counts them."""

    def __init__(self, element: etree._Element) -> None:
        style = LIST_STYLE.search(element.get("style", ""))
        kind = element.get("type", "1")
        if style and style[1]:
            kind = {"roman": "i"}.get(style[2], "a")
            kind = kind.upper() if style[1] == "upper" else kind
        self.kind = "" if style and style[3] else kind
        self.step = -1 if element.get("reversed") is not None else 1
        self.next = _whole(element.get("start"), len(element.findall("li")) if self.step < 0 else 1)

    def mark(self, item: etree._Element) -> str:
        count = _whole(item.get("value"), self.next)
        self.next = count + self.step
        return f"{shown(count, item.get('type', self.kind))}." if self.kind else "-"


def _whole(stated: str | None, otherwise: int) -> int:
    stated = (stated or "").strip()[:9]
    return int(stated) if re.fullmatch(r"-?[0-9]+", stated) else otherwise
