"""The bytes that a `Range` header asks for: RFC 9110, section 14."""

import re

BYTES = re.compile(r"bytes=(?!-$)(\d{0,19})-(\d{0,19})", re.ASCII)


def requested(header: str | None, size: int) -> range | None:
    """The bytes asked for, out of `size`: empty if there are none such, None for the whole body. The whole body is also
    the answer to an invalid header or to several ranges, which a server may ignore."""
    match = BYTES.fullmatch(header or "")
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
