import struct

from ingest.convert.parts.word_lists import BULLET, WordLists


def level(kind: int, text: str, start: int = 1) -> bytes:
    """With two bytes of properties each for paragraphs and characters, which do not matter here."""
    head = struct.pack("<iB", start, kind).ljust(24, b"\0") + b"\2\2\0\0"
    return head + b"\xff" * 4 + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def head(identity: int, flags: int = 0) -> bytes:
    return struct.pack("<i", identity).ljust(26, b"\0") + bytes([flags, 0])


def lists(*uses: int) -> WordLists:
    levels = level(0, "\0.") + level(4, "(\1)") + level(0, "\0.\1.\2", start=5) + level(255, "") * 6
    levels += level(BULLET, "•")
    heads = struct.pack("<H", 2) + head(70) + head(71, flags=1)
    said = struct.pack("<I", len(uses)) + b"".join(struct.pack("<i", use).ljust(16, b"\0") for use in uses)
    return WordLists(b"before" + levels, heads, len(b"before"), said)


def test_paragraphs_are_counted_as_their_lists_say() -> None:
    word = lists(70, 71, 70)
    depths = [0, 1, 1, 0, 1, 2, 2, 3]
    assert [word.next(1, depth) for depth in depths] == ["1.", "(a)", "(b)", "2.", "(a)", "2.a.5", "2.a.6", ""]
    assert word.next(2, 0) is None
    assert word.next(3, 0) == "3."  # another use of the same list goes on


def test_what_is_no_list_has_no_number() -> None:
    word = lists(70, 99)
    assert [word.next(use, depth) for use, depth in ((0, 0), (2, 0), (9, 0), (1, 9), (1, 255))] == [None] * 5


def test_tables_that_are_cut_short_cost_the_numbers_only() -> None:
    assert WordLists(b"", struct.pack("<H", 9) + head(70), 0, b"\1\0\0\0").next(1, 0) is None
