"""How many values a JSON text has and how deep they are nested, told before it is parsed: many small ones cost far more
than their bytes, and what is read of deep ones cannot always be written again."""

from array import array
from itertools import accumulate

PIECE = 1 << 16  # bytes; cut at its quotes, a text takes a hundred times its size
_BRACKETS = b"[{]}"
_STEPS = bytes.maketrans(_BRACKETS, b"\1\1\xff\xff")  # one deeper, or one less, as signed bytes
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))


class Values:
    """Counts the values of a text that comes in pieces, by what stands outside its strings: each value but the first of
    an array or object has a comma before it, and that one has the bracket. What is no JSON has a number, too."""

    def __init__(self) -> None:
        self.count = self.depth = 0
        self._open = 0
        self._in_string = False
        self._held = b""

    def add(self, data: bytes) -> None:
        data = self._held + data
        backslashes = len(data) - len(data.rstrip(b"\\"))
        self._held = b"\\" if backslashes % 2 else b""  # what it escapes has not come yet
        parts = data[: len(data) - len(self._held)].replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self.count += outside.count(b",") + outside.count(b"[") + outside.count(b"{")
        self._in_string ^= len(parts) % 2 == 0
        if steps := array("b", outside.translate(_STEPS, _OTHERS)):
            self.depth = max(self.depth, self._open + max(accumulate(steps)))
            self._open += sum(steps)


def count(text: bytes, most: int) -> int:
    """The number of values, or one above `most` if there are more."""
    values = Values()
    for start in range(0, len(text), PIECE):
        values.add(text[start : start + PIECE])
        if values.count > most:
            return most + 1
    return values.count
