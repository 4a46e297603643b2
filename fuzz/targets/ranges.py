"""The `Range` header: what is answered is within the body; and what we take for one range, Starlette does too."""

from starlette.responses import FileResponse, MalformedRangeHeader, RangeNotSatisfiable

from fuzz.target import Target
from rag_api.http.ranges import requested


def check(data: bytes) -> None:
    """The first two bytes are the size of the body."""
    size, header = int.from_bytes(data[:2], "little"), data[2:].decode("latin-1")
    found = requested(header, size)
    if found is None:
        return
    assert (found.step == 1 and found.start >= 0 and found.stop <= size) or not found
    try:
        ranges = FileResponse._parse_range_header(header, size)
    except MalformedRangeHeader:
        raise AssertionError(f"{header!r} is no range, and we answered {found}") from None
    except RangeNotSatisfiable:
        assert not found, f"{header!r} of {size} bytes is {found}"
        return
    assert [(found.start, found.stop)] == ranges, f"{header!r} of {size} bytes is {found}, or {ranges}"


HEADERS = b"bytes=0-0 bytes=5- bytes=-5 bytes=-0 bytes=5-4 bytes=0-9999999999999999999 bytes=0-1,3-4 bytes=-".split()
TARGET = Target(check, [bytes([10, 0]) + header for header in HEADERS], tokens=["bytes=", "-", ","], grows=True)
