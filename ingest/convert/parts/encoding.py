"""The encoding of a text that is not Unicode: by what is common in each, else by a statistical detector."""

from functools import cache
from itertools import pairwise

from charset_normalizer import from_bytes

# Seven-bit encodings of mail, and the escape that changes characters in them (RFC 1468, RFC 1557).
ESCAPES = {b"\x1b$)C": "iso2022_kr", b"\x1b$B": "iso2022_jp_2", b"\x1b$@": "iso2022_jp_2"}

# The single- and double-byte encodings still found in files. With more to choose from, the detector answers with
# relatives that nobody uses (johab for Big5).
LEGACY_ENCODINGS = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8_r", "cp932", "euc_jp", "big5hkscs", "gb18030", "cp949"),
]

# Single bytes amid unaccented letters in Western Europe; from a few of them, the detector guesses anything.
WESTERN = frozenset("äöüÄÖÜßéèêëàâçñáíóúôîïûùãõåæøÅÆØÉÀÇ€£©®°§µ·½«»¿¡‘’“”„–—…•™".encode("cp1252"))
FEW = 8  # bytes

# By encoding, the lead bytes of common characters: punctuation, kana, Hangul, the first level of ideographs. In another
# encoding, the same bytes mean rare ones. If two fit, the first wins, since its set is smaller.
COMMON_LEADS = {
    "cp949": [0xA1, 0xA3, *range(0xB0, 0xC9)],
    "cp932": [0x81, 0x82, 0x83, *range(0x88, 0x98)],
    "gb18030": [0xA1, 0xA3, *range(0xB0, 0xD8)],
    "euc_jp": [0xA1, 0xA3, 0xA4, 0xA5, *range(0xB0, 0xD0)],
    "big5hkscs": [*range(0xA1, 0xC7)],
}
COMMON_FROM = 0.95  # share of the characters


def detect(data: bytes) -> str | None:
    """The name of the encoding; None if it is not text."""
    for escape, encoding in ESCAPES.items():
        if escape in data:
            return encoding
    if _is_western(data):
        return "cp1252"
    return _east_asian(data) or _most_likely(data)


def _is_western(data: bytes) -> bool:
    places = [place for place, byte in enumerate(data) if byte >= 0x80]
    alone = all(after - before > 1 for before, after in pairwise(places))
    return len(places) <= FEW and alone and all(data[place] in WESTERN for place in places)


def _east_asian(data: bytes) -> str | None:
    for encoding in COMMON_LEADS:
        try:
            characters = [c for c in data.decode(encoding) if c > "\x7f"]
        except UnicodeDecodeError:
            continue
        common = sum(c in _common(encoding) for c in characters)
        # Japanese always has kana, and few Chinese characters in Big5 look like kana.
        kana = sum("\u3040" <= c <= "\u30ff" for c in characters)
        if common >= COMMON_FROM * len(characters) and (encoding != "euc_jp" or kana >= max(3, 0.3 * len(characters))):
            return encoding
    return None


@cache
def _common(encoding: str) -> frozenset[str]:
    pairs = (bytes([lead, trail]) for lead in COMMON_LEADS[encoding] for trail in range(0x40, 0xFF))
    return frozenset("".join(pair.decode(encoding, "ignore") for pair in pairs))


def _most_likely(data: bytes) -> str | None:
    matches = from_bytes(data, cp_isolation=LEGACY_ENCODINGS, threshold=0.3)
    best = matches.best()
    if best is None:
        return None
    for match in matches:  # prefer the most common one if others fit no better
        if match.encoding == "cp1252" and match.chaos <= best.chaos and match.coherence >= best.coherence:
            return "cp1252"
    return best.encoding
