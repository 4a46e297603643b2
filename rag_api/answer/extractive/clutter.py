"""Clutter: lines of a document that point elsewhere or say whose it is, and never answer."""

import re

_LEADERS = re.compile(r"(?:[.·…] ?){4,}")
_ADDRESS = re.compile(r"[<(]?(?:https?|ftp)://\S+[>)]?[.,;]?|www\.\S+")
_INDEXED = re.compile(r"[^|,.!?]{2,60}(?:, ?\d{1,4}(?:[-–]\d{1,4})?){2,}")
_REFERS = re.compile(
    r"(?:for (?:further|additional|more) (?:information|details|discussion)[^.]{0,80}, )?(?:please )?(?:see|refer to)"
    r" (?:also )?(?:“[^”]{1,80}”,? (?:in|of) )?(?:the )?(?:Notes?|Items?|Parts?|Exhibits?) (?:\d|[IVX]+\b|to )"
    r"|[^.]{0,300}\bincorporated (?:herein )?by reference",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\) ?(?=(?:19|20)\d\d))", re.IGNORECASE)


def is_clutter(content: str, start: int, end: int) -> bool:
    """Whether a sentence is of a table of contents, an address, an entry of an index, a reference to a note of a
    report, or a line about copyright. The dots that lead to a page number may stand behind it, as they look like full
    stops."""
    text = content[start:end]
    return (
        _LEADERS.search(content, max(start, end - 2), end + 12) is not None
        or _LEADERS.search(text) is not None
        or _ADDRESS.fullmatch(text) is not None
        or _INDEXED.fullmatch(text) is not None
        or _REFERS.match(text) is not None
        or _COPYRIGHT.match(text) is not None
    )
