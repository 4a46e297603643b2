"""Number formats of spreadsheets: any code shows any number, in so many characters."""

import struct

from fuzz.target import Target, literals
from ingest.convert.parts.number_format import BUILT_IN, is_date, shown_by

NUMBERS = (0.0, -1.5, 45_000.25, 59.999999, 60.0, 2_958_466.0, 1e300, -1e-300, 0.9999999999)


def check(data: bytes) -> None:
    """The first eight bytes are a number, the rest is a format."""
    code = data[8:].decode(errors="replace")
    numbers = [*NUMBERS, *struct.unpack("<d", data[:8])] if len(data) >= 8 else NUMBERS
    is_date(code)
    for from_1904 in (False, True):
        show = shown_by(code, from_1904)
        for number in numbers if show else ():
            if number - number == 0:  # a cell holds no infinity
                shown = show(number) if show else ""
                assert len(shown) <= 2 * len(code) + 400, f"{code!r} shows {number} in {len(shown)} characters"


CODES = [*(code.encode() for code in BUILT_IN.values()), *literals("tests/ingest/convert/parts/test_number_format.py")]
TARGET = Target(check, [struct.pack("<d", 1234.5) + code for code in CODES], tokens=["General", "[h]", "AM/PM", "E+00"])
