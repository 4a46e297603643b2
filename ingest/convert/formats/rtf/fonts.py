"""The fonts of an RTF: which bytes of text stand for which letters, or for pictures."""

import codecs

from ingest.charsets import charset
from ingest.convert.parts.symbols import FONTS

# Their code pages, by \fcharset; 1 is the document's own.
CHARSETS = {0: "cp1252", 2: "cp1252", 77: "mac_roman", 78: "shift_jis", 79: "euc_kr", 80: "gb2312", 81: "big5"}
CHARSETS |= {85: "mac_greek", 86: "mac_turkish", 88: "mac_latin2", 89: "mac_cyrillic", 128: "cp932", 129: "cp949"}
CHARSETS |= {130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255"}
CHARSETS |= {178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}


class Fonts:
    """The font table, entry by entry."""

    def __init__(self) -> None:
        self.codec = "cp1252"  # the document's own
        self.default = 0
        self._codecs: dict[int, str] = {}
        self._pictures: dict[int, str] = {}
        self._entry = 0  # that is being read

    def __getitem__(self, number: int) -> tuple[str, str]:
        """The codec of a font, and its name if it has pictures in place of letters."""
        return self._codecs.get(number, self.codec), self._pictures.get(number, "")

    def begin(self, number: int) -> None:
        self._entry = number

    def name(self, text: str) -> None:
        if (name := text.strip("; ").lower()) in FONTS:
            self._pictures[self._entry] = name

    def set_charset(self, number: int) -> None:
        if number in CHARSETS:
            self._codecs[self._entry] = CHARSETS[number]

    def set_code_page(self, number: int | None) -> None:
        if found := codec(f"cp{number}"):
            self._codecs[self._entry] = found


def codec(name: str) -> str | None:
    known = charset(name)
    return codecs.lookup(known).name if known else None
