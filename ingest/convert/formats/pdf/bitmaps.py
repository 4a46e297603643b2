"""The letters of the bitmap fonts of TeX, which do not say what their codes show: told by the encodings of TeX."""

import re
from collections.abc import Mapping, Sequence

from ingest.convert.formats.pdf.layout import Line

# Ligatures are one letter each at first, so that the places of others in the text stay.
OLD = dict(enumerate("ﬀﬁﬂﬃﬄıȷ`´ˇ˘¯˚¸ßæœø", start=0x0B)) | {0x7F: "¨"}  # OT1
NEW = dict(enumerate("ﬀﬁﬂﬃﬄ", start=0x1B)) | {0xD7: "Œ", 0xF7: "œ", 0xFF: "ß"}  # T1; others are those of Latin-1
ONLY_OLD = re.compile(r"[\x0b\x0e\x0f\x12-\x18\x7f]|[^\W\d_][\x0c\x0d][^\W\d_]")
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
LINE_END = "\r\n"


def letters(text: str) -> Mapping[int, str]:
    """By code, what it shows on a page in such fonts whose text is this."""
    return OLD if ONLY_OLD.search(text) else NEW


def decoded(text: str, shown: Mapping[int, str]) -> str:
    return LINE_END.join(line.translate(shown) for line in text.split(LINE_END))


def spelled_out(lines: Sequence[Line]) -> Sequence[Line]:
    """The same lines with the letters of ligatures."""
    return [line._replace(text=line.text.translate(LIGATURES)) for line in lines]
