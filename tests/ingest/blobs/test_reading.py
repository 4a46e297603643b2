"""What is read of a blob, and how damage to it is noticed."""

import hashlib
import io

import pytest

from ingest.blobs import intact, within
from ingest.errors import Damaged

CONTENT = bytes(range(256)) * 4
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("at_once", [1, 100, 256, len(CONTENT), 5000])
def test_bytes_that_are_intact_come_whole(at_once: int) -> None:
    assert b"".join(intact(io.BytesIO(CONTENT), SHA256, at_once)) == CONTENT


@pytest.mark.parametrize("at_once", [1, 100, 256, len(CONTENT), 5000])
@pytest.mark.parametrize("harm", ["a bit", "cut short", "longer", "emptied"])
def test_of_damaged_bytes_the_last_piece_never_comes(harm: str, at_once: int) -> None:
    damaged = {
        "a bit": CONTENT[:700] + bytes([CONTENT[700] ^ 1]) + CONTENT[701:],
        "cut short": CONTENT[:700],
        "longer": CONTENT + b"x",
        "emptied": b"",
    }[harm]
    read = b""
    with pytest.raises(Damaged, match="not those that were uploaded"):
        for piece in intact(io.BytesIO(damaged), SHA256, at_once):
            read += piece
    assert len(read) == max(0, (len(damaged) - 1) // at_once) * at_once
    assert len(read) < len(CONTENT) or harm == "longer"


class Unreadable(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_bytes_that_the_disk_does_not_give_are_damage() -> None:
    for pieces in (intact(Unreadable(CONTENT), SHA256), within(Unreadable(CONTENT), range(5))):
        with pytest.raises(Damaged, match="unreadable"):
            list(pieces)


def test_a_part_is_read_alone() -> None:
    assert b"".join(within(io.BytesIO(CONTENT), range(3, 300), 100)) == CONTENT[3:300]
