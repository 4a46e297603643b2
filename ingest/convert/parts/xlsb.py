"""The list of sheets in a binary workbook of Excel ([MS-XLSB]), which tells in which part each lies."""

import struct
from collections.abc import Iterator

SHEET = 156  # BrtBundleSh


def sheet_relations(data: bytes) -> dict[str, str]:
    """By the name of a sheet, the id of the relation to its part. Raises `struct.error` or `IndexError`."""
    found = {}
    for kind, record in _records(data):
        if kind == SHEET:
            relation, at = _string(record, 8)
            name, _ = _string(record, at)
            found[name] = relation
    return found


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """In bytes of seven bits, the lowest first; all but the last have the eighth."""
    number = 0
    for place in range(most):
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


def _string(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
