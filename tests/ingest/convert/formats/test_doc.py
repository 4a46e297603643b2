import struct

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.old_office_files import (
    DELETED,
    FORM_FIELD,
    HIDDEN,
    IN_TABLE,
    RAISED,
    STRUCK,
    P,
    check_box,
    item,
    outlined,
    row,
    symbol,
    word,
)


def test_headings_lists_and_tables_are_read(convert: Convert) -> None:
    document = convert(
        "birds.doc",
        word(
            P("Birds", style=1),
            P("Of the water", style=30, properties=outlined(1)),
            P("They eat:"),
            P("frogs", properties=item(0)),
            P("green ones", properties=item(1)),
            *row("Bird", "Food"),
            P("Heron — “grey” 🐸", "\x07", properties=IN_TABLE),
            P("fish", properties=IN_TABLE),
            *row("and 蛙"),
            P("The end.\x0cNext\x0bpage, non\x1ebreaking, so\x1fft.\x01"),
        ),
    )
    assert str(document.content).split("\n\n") == [
        "# Birds",
        "## Of the water",
        "They eat:",
        "- frogs\n  - green ones",
        "| Bird | Food |\n| Heron — “grey” 🐸 | fish and 蛙 |",
        "The end.",
        "Next\npage, non-breaking, soft.",
    ]
    assert document.meta["converter"].startswith("doc 5 (olefile")


def test_of_a_field_only_what_it_shows_is_read(convert: Convert) -> None:
    nested = "\x13 IF \x13 PAGE \x141\x15 = 1 \x14seen\x15"
    text = (
        f'See \x13 HYPERLINK "http://a.b" \x14the \x13PAGE\x14page\x15\x15, {nested}; \x13EMBED Word\x15end \x13 open.'
    )
    assert convert("links.doc", word(P(text))).content == "See the page, seen; end open."


@pytest.mark.parametrize("piece", [0, 1, 7])
def test_it_is_read_from_its_pieces_without_what_is_hidden_or_deleted(convert: Convert, piece: int) -> None:
    marked = {"secret ": HIDDEN, "mice, ": DELETED}
    document = word(P("Owls", style=2), P("Owls eat mice, secret café."), *row("a", "b"), marked=marked, piece=piece)
    assert convert("owls.doc", document).content == "## Owls\n\nOwls eat café.\n\n| a | b |"


def test_headers_come_first_and_once_and_what_stands_beside_the_text_behind_it(convert: Convert) -> None:
    document = word(
        P("Text\x02."),
        headers=["Head", "Head", "Foot", "Foot 2", "", ""],
        footnotes=[P("\x02 A note.")],
        endnotes=[P("\x02 The last note.")],
        comments=[P('\x05Is it \x13HYPERLINK "x"\x14true\x15?'), P("\x05No.")],
        text_boxes=[P("In a box.")],
    )
    assert str(convert("notes.doc", document).content).split("\n\n") == [
        *("Head", "Text.", "In a box.", "A note.", "The last note.", "Foot", "Foot 2"),
        *("Comment: Is it true?", "Comment: No."),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (word(P("words"), flags=0x0100), "is protected by a password"),
        (word(P("words"), version=0x68), "is in the format of Word 95 or older. Save it as a .docx"),
        (compound_file({"WordDocument": b"words"}), "is damaged: it may have been cut short"),
        (compound_file({"WordDocument": b"\xec\xa5\xc1" + bytes(2000)}), "is damaged: it may have been cut short"),
        (word(P("words"))[:-3000], "is damaged"),
    ],
)
def test_one_that_cannot_be_read_says_why(convert: Convert, content: bytes, sentence: str) -> None:
    with pytest.raises(ConversionFailed, match=sentence):
        convert("old.doc", content)


def test_what_only_has_the_name_is_read_as_what_it_is(convert: Convert) -> None:
    assert convert("letter.doc", rb"{\rtf1 Dear heron}").meta["read_as"] == ".rtf"
    assert convert("letter.doc", "<html><p>Dear heron</p></html>").meta["read_as"] == ".html"
    assert convert("letter.docx", word(P("Dear heron"))).meta["read_as"] == ".doc"


def test_raised_digits_are_told_from_those_before_them(convert: Convert) -> None:
    marked = {"6 m": RAISED, "2": RAISED, "−3": RAISED}
    document = convert("area.doc", word(P("Area 106 m2, x⁵ and 10−3."), marked=marked))
    assert document.content == "Area 10^6 m2, x⁵ and 10^−3."


def test_struck_words_are_marked(convert: Convert) -> None:
    document = convert("rent.doc", word(P("It is 850 € or 900 €."), marked={"850": STRUCK, " € ": STRUCK}))
    assert document.content == "It is ~~850 €~~ or 900 €."


def test_boxes_are_ticked_or_not(convert: Convert) -> None:
    boxes = check_box(1, 0) + check_box(25, 1) + check_box(0, 1)
    fields = [FORM_FIELD + struct.pack("<I", number * len(boxes) // 3) for number in range(3)]
    document = convert(
        "form.doc",
        word(
            P("(+\x13 FORMCHECKBOX \x01\x14\x15 one"),
            P("\x13 FORMCHECKBOX \x01\x02\x14\x15 two"),
            P("\x13 FORMCHECKBOX \x03\x14\x15 three \uf0fc"),
            marked={
                "(": symbol(0, 0xF0FE),
                "+": symbol(1, 0xF0A8),
                "\x01": fields[0],
                "\x02": fields[1],
                "\x03": fields[2],
                "\uf0fc": b"\x4f\x4a\x00\x00",
            },
            fonts=["Wingdings", "Arial"],
            data=boxes,
        ),
    )
    assert document.content == "☑☒ one\n\n☒ two\n\n☐ three ✓"


def test_a_cell_over_several_columns_or_rows_is_said_in_each(convert: Convert) -> None:
    document = convert(
        "trade.doc",
        word(
            *row("Country", "2023", "Note", edges=(0, 2000, 6010, 8000)),
            *row("", "Import", "Export", "", edges=(0, 2000, 4000, 6000, 8000), going_on=(0, 3)),
            *row("Chile", "12", "30", "", edges=(0, 2000, 4000, 6000, 8000)),
            *row("All prices without tax", edges=(0, 8000)),
            P("The end."),
        ),
    )
    assert document.content == (
        "| Country | 2023 | 2023 | Note |\n| Country | Import | Export | Note |\n| Chile | 12 | 30 |  |\n\n"
        "All prices without tax\n\nThe end."
    )
