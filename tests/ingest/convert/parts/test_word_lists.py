import struct

from ingest.convert.parts.word_binary import LIST_USES, LISTS, STYLES
from ingest.convert.parts.word_lists import BULLET, WordLists
from ingest.convert.parts.word_styles import made_of, styles
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.old_office_files import P, item, word


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


def style(base: int, properties: bytes, kind: int = 1, name: str = "a") -> bytes:
    """Of paragraphs; an odd one is followed by a byte that is no part of it."""
    said = struct.pack("<HHHHH", 0, base << 4 | kind, 1, 0, 0) + struct.pack("<H", len(name)) + name.encode("utf-16-le")
    said += b"\0\0" + struct.pack("<HH", 2 + len(properties), 0) + properties
    return struct.pack("<H", len(said)) + said + bytes(len(said) % 2)


def sheet(*definitions: bytes) -> bytes:
    return struct.pack("<HHH", 6, len(definitions), 10) + bytes(2) + b"".join(definitions)


def test_headings_and_items_are_numbered_by_their_styles(convert: Convert) -> None:
    normal, none = style(0xFFF, b""), b"\0\0"
    bold, odd = style(0, item(0), kind=2), style(0, b"", name="odd " * 9)  # one of characters, and one without a list
    levels = level(0, "\0.0") + level(0, "\0.\1") + level(255, "") * 7
    more = {
        STYLES: sheet(normal, style(0, item(0)), style(1, item(1)[4:]), *[none] * 7, bold, odd),
        LISTS: struct.pack("<H", 1) + head(70),
        LISTS + 2: levels,
        LIST_USES: struct.pack("<Ii12x", 1, 70),
    }
    owls, food = P("Owls", style=1), P("Food", style=2)
    plain = P("Rest", style=1, properties=b"\x0b\x46\x00\x00")  # without a number, by itself
    said = word(owls, food, P("mice", style=10), P("voles", style=11), food, plain, owls, more=more)
    assert convert("owls.doc", said).content == (
        "# 1.0 Owls\n\n## 1.1 Food\n\nmice\n\nvoles\n\n## 1.2 Food\n\n# Rest\n\n# 2.0 Owls"
    )
    for damaged in (b"", more[STYLES][:-40], b"\xff" * 60):
        content = convert("owls.doc", word(P("mice", style=11), owls, more=more | {STYLES: damaged})).content
        assert str(content).endswith("Owls")


def test_styles_made_of_each_other_have_an_end() -> None:
    found = styles(sheet(style(1, b"a"), style(0, b"b")))
    assert made_of(found, 0)[-3:] == [b"a", b"b", b"a"]
    assert made_of(found, 9) == []


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
