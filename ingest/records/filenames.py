"""The name under which a file is kept: the same whether it was uploaded or came from a folder."""

import unicodedata

MAX_CHARACTERS = 255

# Control characters, halves of characters and ends of lines, which no name needs; and marks that turn the direction of
# what follows, with which "exe.txt" can be shown for "txt.exe". Other invisible characters belong to names: joiners
# make Persian words and emoji, and blanks have many widths. What Python does not know yet may be a newer emoji.
_LEFT_OUT = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def kept_name(name: str) -> str:
    """A name without folders as it is kept: it is never used as a path, but shown to people."""
    if not name.isascii() or not name.isprintable():
        name = "".join(each for each in name if unicodedata.category(each) not in _LEFT_OUT and each not in _TURNING)
    return name[-MAX_CHARACTERS:] if any(map(_is_seen, name)) else "upload"


def _is_seen(character: str) -> bool:
    return character != "." and not character.isspace() and unicodedata.category(character) != "Cf"
