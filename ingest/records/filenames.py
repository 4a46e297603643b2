"""The name under which a file is kept: the same whether it was uploaded or came from a folder."""

import unicodedata

from ingest.letters import as_seen

MAX_CHARACTERS = 255

# Control characters, halves of characters and ends of lines, which no name needs. What Python does not know yet may be
# a newer emoji.
_LEFT_OUT = {"Cc", "Cs", "Zl", "Zp"}


def kept_name(name: str) -> str:
    """A name without folders as it is kept: it is never used as a path, but shown to people, to whom a mark that turns
    what follows would show "exe.txt" for "txt.exe"."""
    if not name.isascii() or not name.isprintable():
        name = as_seen("".join(each for each in name if unicodedata.category(each) not in _LEFT_OUT))
    return name[-MAX_CHARACTERS:] if any(map(_is_seen, name)) else "upload"


def _is_seen(character: str) -> bool:
    return character != "." and not character.isspace() and unicodedata.category(character) != "Cf"
