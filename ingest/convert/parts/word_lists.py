"""The automatic numbers of paragraphs in Word 97 to 2003 ([MS-DOC] 2.9.131, 2.9.147 and 2.9.150)."""

import struct
from typing import NamedTuple

from ingest.convert.parts.count import shown

LEVELS = 9
LIST_SIZE, LEVEL_HEAD, USE_SIZE = 28, 28, 16  # bytes
IS_SIMPLE = 1  # a list of one level
KINDS = {0: "1", 1: "I", 2: "i", 3: "A", 4: "a", 22: "01"}
BULLET, NONE = 23, 255


class _Level(NamedTuple):
    """`text` has a character below 9 where the number of that level stands."""

    start: int
    kind: int
    text: str


class WordLists:
    """`lists` and `uses` are where their tables begin; paragraphs name a use of a list, counted from 1."""

    def __init__(self, table: bytes, lists: bytes, behind: int, uses: bytes) -> None:
        self._levels: dict[int, list[_Level]] = {}
        self._counts: dict[int, list[int | None]] = {}
        self._uses: list[int] = []
        try:
            self._read(table, lists, behind)
            (number,) = struct.unpack_from("<I", uses)
            self._uses = [
                struct.unpack_from("<i", uses, 4 + USE_SIZE * use)[0]
                for use in range(min(number, len(uses) // USE_SIZE))
            ]
        except (struct.error, IndexError):
            self._uses = []  # without them, all items have a dash

    def _read(self, table: bytes, lists: bytes, at: int) -> None:
        (number,) = struct.unpack_from("<H", lists)
        heads = [struct.unpack_from("<i22xB", lists, 2 + LIST_SIZE * each) for each in range(number)]
        for identity, flags in heads:
            levels = self._levels[identity] = []
            for _ in range(1 if flags & IS_SIMPLE else LEVELS):
                start, kind = struct.unpack_from("<iB", table, at)
                at += LEVEL_HEAD + table[at + 24] + table[at + 25]
                (length,) = struct.unpack_from("<H", table, at)
                text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
                levels.append(_Level(start, kind, text))
                at += 2 + 2 * length

    def next(self, use: int, depth: int) -> str | None:
        """What stands before the next paragraph: "" for no number, None for a bullet."""
        identity = self._uses[use - 1] if 0 < use <= len(self._uses) else None
        levels = self._levels.get(identity, []) if identity is not None else []
        if identity is None or depth >= len(levels):
            return None
        counts = self._counts.setdefault(identity, [None] * LEVELS)
        for above in range(depth):
            if counts[above] is None:
                counts[above] = levels[above].start
        count = counts[depth]
        counts[depth] = levels[depth].start if count is None else count + 1
        counts[depth + 1 :] = [None] * (LEVELS - depth - 1)
        if levels[depth].kind == BULLET:
            return None
        return "".join(
            _shown(counts[ord(letter)], levels[ord(letter)].kind) if ord(letter) < len(levels) else letter
            for letter in levels[depth].text
        ).strip()


def _shown(count: int | None, kind: int) -> str:
    if count is None or kind in (BULLET, NONE):
        return ""
    return f"{count:02}" if KINDS.get(kind) == "01" else shown(count, KINDS.get(kind, "1"))
