import struct

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.old_office_files import (
    Slide,
    container,
    deck,
    drawing,
    looks,
    placed,
    record,
    shape,
    table,
    words,
)

FROM_OUTLINE = [record(0x0F9E, struct.pack("<I", index)) for index in range(2)]


def test_each_slide_is_a_page_with_its_title_texts_and_notes(convert: Convert) -> None:
    document = convert(
        "birds.ppt",
        deck(
            Slide(
                shape(FROM_OUTLINE[0]) + shape(FROM_OUTLINE[1]) + shape(words(4, "A box 🐸\rof two")),
                outline=words(6, "Water\x0bbirds") + words(1, "Heron\rEgret é", single=True),
                notes="Speak slowly.",
            ),
            Slide(shape(words(4, "Without title")) + shape(words(4, "*"))),
            Slide(shape(words(0, "Last"))),
        ),
    )
    assert str(document.content).split("\f") == [
        "# Water birds\n\n- Heron\n- Egret é\n\nA box 🐸\n\nof two\n\nNotes:\n\nSpeak slowly.\n",
        "\n# Slide 2\n\nWithout title\n",
        "\n# Last",
    ]
    assert document.meta["paged"]
    assert document.meta["converter"].startswith("ppt 2 (olefile")


def test_what_was_there_before_the_last_change_is_not_read(convert: Convert) -> None:
    now, before = Slide(shape(words(0, "Now"))), Slide(shape(words(0, "Before")))
    assert convert("changed.ppt", deck(now, before=[before, before])).content == "# Now"


def test_comments_name_who_made_them(convert: Convert) -> None:
    said = [record(0x0FBA, text.encode("utf-16-le"), instance) for instance, text in enumerate(["Ann", "Really?", "A"])]
    slide = Slide(shape(words(0, "Owls")) + container(0x1388, container(0x2EE0, *said)))
    assert convert("owls.pps", deck(slide)).content == "# Owls\n\nComment by Ann: Really?"


def test_struck_words_powers_and_items_are_told_by_how_they_look(convert: Convert) -> None:
    text = words(4, "Rent 850 € 900 €\r🐸 10−6 m2\rin it\rtext")
    look = looks(
        [(17, 0, None), (11, 0, True), (6, 1, True), (5, 0, False)],
        [(10, True, 0), (12, False, 0), (2, False, 30), (2, False, 0), (1, False, 30), (12, False, 0)],
    )
    body = words(1, "Heron\rnot listed") + looks([(6, 0, None), (11, 0, False)], [(17, False, 0)])
    slide = Slide(drawing(placed(0, 0, 9, 9, text, look), placed(0, 10, 9, 19, body)))
    assert convert("looks.ppt", deck(slide)).content == (
        "# Slide 1\n\n~~Rent 850 €~~ 900 €\n\n- 🐸 10^−6 m2\n  - in it\n\ntext\n\n- Heron\n\nnot listed"
    )


@pytest.mark.parametrize("look", [b"", record(0x0FA1, b"\xff" * 40), looks([(1, 0, None)], [(99, True, 0)])[:20]])
def test_looks_that_cannot_be_read_lose_no_words(convert: Convert, look: bytes) -> None:
    assert convert("odd.ppt", deck(Slide(shape(words(4, "Owls"), look)))).content == "# Slide 1\n\nOwls"


def test_a_table_is_read_row_by_row(convert: Convert) -> None:
    cells = [
        ((0, 0, 600, 100), words(4, "Fares 2024")),
        ((300, 100, 600, 200), words(4, "Price")),
        ((0, 101, 150, 200), words(4, "City")),
        ((150, 100, 300, 200), words(4, "Line")),
        ((0, 200, 150, 400), words(4, "Kiel\r(north)")),
        ((150, 200, 300, 300), words(4, "U1")),
        ((300, 200, 600, 300), words(4, "")),
        ((150, 300, 300, 400), words(4, "U2")),
        ((300, 300, 600, 400), words(4, "2.40")),
        ((600, 0, 600, 400), b""),
    ]
    slide = Slide(drawing(table(*cells), placed(0, 300, 9, 309, words(0, "Trains"))))
    assert convert("fares.ppt", deck(slide)).content == (
        "# Trains\n\nFares 2024\n\n| City | Line | Price |\n| Kiel (north) | U1 |  |\n| Kiel (north) | U2 | 2.40 |"
    )


def test_cells_that_lie_in_no_rows_are_read_one_by_one(convert: Convert) -> None:
    cells = [((n, n, n + 1, n + 1), words(4, f"cell {n}")) for n in range(0, 4000, 100)]
    content = convert("steps.ppt", deck(Slide(drawing(table(*cells))))).content
    assert content == "# Slide 1\n\n" + "\n\n".join(f"cell {n}" for n in range(0, 4000, 100))


def test_shapes_are_read_by_place_where_their_order_goes_back(convert: Convert) -> None:
    shapes = (placed(0, 100, 90, 190, words(4, "below")), placed(0, 0, 90, 90, words(4, "above")))
    assert convert("order.ppt", deck(Slide(drawing(*shapes)))).content == "# Slide 1\n\nabove\n\nbelow"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (deck(Slide(shape(words(0, "Owls"))), token=0xF3D1C4DF), "is protected by a password"),
        (deck(), "is damaged: it may have been cut short"),
        (compound_file({"PP40": b"words"}), "is in the format of PowerPoint 95 or older. Save it as a .pptx"),
        (
            compound_file({"PowerPoint Document": b"words", "Current User": bytes(15), "Header": b"a"}),
            "is in the format of PowerPoint 95 or older. Save it as a .pptx",
        ),
        (compound_file({"PowerPoint Document": b"words"}), "is damaged: it may have been cut short"),
    ],
)
def test_one_that_cannot_be_read_says_why(convert: Convert, content: bytes, sentence: str) -> None:
    with pytest.raises(ConversionFailed, match=sentence):
        convert("old.ppt", content)
