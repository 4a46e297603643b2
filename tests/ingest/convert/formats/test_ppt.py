import struct

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.old_office_files import Slide, container, deck, record, shape, words

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
    assert document.meta["converter"].startswith("ppt 1 (olefile")


def test_what_was_there_before_the_last_change_is_not_read(convert: Convert) -> None:
    now, before = Slide(shape(words(0, "Now"))), Slide(shape(words(0, "Before")))
    assert convert("changed.ppt", deck(now, before=[before, before])).content == "# Now"


def test_comments_name_who_made_them(convert: Convert) -> None:
    said = [record(0x0FBA, text.encode("utf-16-le"), instance) for instance, text in enumerate(["Ann", "Really?", "A"])]
    slide = Slide(shape(words(0, "Owls")) + container(0x1388, container(0x2EE0, *said)))
    assert convert("owls.pps", deck(slide)).content == "# Owls\n\nComment by Ann: Really?"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (deck(Slide(shape(words(0, "Owls"))), token=0xF3D1C4DF), "is protected by a password"),
        (deck(), "is damaged: it may have been cut short"),
        (compound_file({"PowerPoint Document": b"words"}), "is damaged: it may have been cut short"),
    ],
)
def test_one_that_cannot_be_read_says_why(convert: Convert, content: bytes, sentence: str) -> None:
    with pytest.raises(ConversionFailed, match=sentence):
        convert("old.ppt", content)
