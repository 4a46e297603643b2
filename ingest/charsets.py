"""Names of character sets that come from outside: only those that Python has, in the one form that it remembers.

Python keeps each name that it was ever asked for, also those that mean nothing, so that made-up ones fill the memory.
"""

import encodings
import pkgutil
from encodings.aliases import aliases

MAX_NAME = 40
_NO_CHARSETS = frozenset(
    # What changes bytes to bytes or texts to texts, what takes quadratic time, and what Windows alone has.
    "aliases base64_codec bz2_codec hex_codec quopri_codec rot_13 uu_codec zlib_codec "
    "idna punycode raw_unicode_escape undefined unicode_escape mbcs oem".split()
)
_CHARSETS = frozenset(module.name for module in pkgutil.iter_modules(encodings.__path__)) - _NO_CHARSETS

# In mails and web pages, these names mean the vendors' larger sets (WHATWG Encoding, 4.2).
_SUPERSETS = {
    "latin_1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}


def charset(name: str) -> str | None:
    """The name under which Python has it; None if it has no such one."""
    if len(name) > MAX_NAME or not name.isascii():
        return None
    plain = encodings.normalize_encoding(name).lower()
    known = aliases.get(plain) or aliases.get(plain.replace(".", "_")) or plain
    return known if known in _CHARSETS else None


def superset(name: str) -> str | None:
    """The same, but for the set that those who use the name mean by it."""
    known = charset(name)
    return known and _SUPERSETS.get(known, known)
