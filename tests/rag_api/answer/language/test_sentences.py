import time
from itertools import pairwise

import pytest

from rag_api.answer.language.sentences import label, sentences, without_emphasis


def split(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith came. He left.", ["Dr. Smith came.", "He left."]),
        ("It cost 3.14 dollars. Cheap!", ["It cost 3.14 dollars.", "Cheap!"]),
        ("J. R. R. Tolkien wrote it. Then he slept.", ["J. R. R. Tolkien wrote it.", "Then he slept."]),
        ("The U.S. Senate met in Washington D.C. It agreed.", ["The U.S. Senate met in Washington D.C.", "It agreed."]),
        ("“Really?” he asked. “Yes.” No", ["“Really?” he asked.", "“Yes.”", "No"]),
        ("It ended in 1954.[3][4] The rest followed.", ["It ended in 1954.[3][4]", "The rest followed."]),
        ("Sort it in place. list.sort() does that.", ["Sort it in place.", "list.sort() does that."]),
        (
            "Am 3. Oktober war es so weit. Dann kam z. B. Bonn.",
            ["Am 3. Oktober war es so weit.", "Dann kam z. B. Bonn."],
        ),
        ("东京是首都。人口很多！“是吗？”他说。", ["东京是首都。", "人口很多！", "“是吗？”", "他说。"]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]),
        ("", []),
        (" \n\f\n ", []),
    ],
)
def test_it_knows_where_sentences_end(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**4. Piano.** Three came. We took one.", ["**4. Piano.** Three came.", "We took one."]),
        ("**Robes**. It failed. So be it.", ["**Robes**. It failed.", "So be it."]),
        ("- **New:** a theme. Choose it.\n- **Next.** Then.", ["**New:** a theme.", "Choose it.", "**Next.** Then."]),
        ("It is **so. Really so.** And *that.* Then.", ["It is **so. Really so.**", "And *that.*", "Then."]),
        ("See __No. Never.__ Or _this one. That._ Yes.", ["See __No. Never.__", "Or _this one. That._", "Yes."]),
        ("It is 2 * 3. And 4 * 5. So.", ["It is 2 * 3.", "And 4 * 5.", "So."]),
    ],
)
def test_what_is_emphasised_is_not_cut_apart_and_a_label_goes_with_what_it_names(
    text: str, expected: list[str]
) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**4. Piano.** Three came.", "4. Piano."),
        ("**Robes**: it failed.", "Robes"),
        ("__Next meeting.__", "Next meeting."),
        ("**Ledgerly** is a program.", ""),
        ("It is **so.** Yes.", ""),
    ],
)
def test_a_label_is_set_off_and_ends_as_one(text: str, expected: str) -> None:
    assert label(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**4. Piano.** It is *so*, ***very***, __quite so__.", "4. Piano. It is so, very, quite so."),
        ("f(*args, **kwargs) and **others, __init__, 2 * 3 * 4, net* and gross*, a*b*c", None),
    ],
)
def test_marks_of_emphasis_are_taken_off_and_other_signs_stay(text: str, expected: str | None) -> None:
    assert without_emphasis(text) == (expected or text)


def test_many_marks_take_no_long_time() -> None:
    start = time.monotonic()
    for piece in ("**a ", "_a b ", "*a. ", "**a.** "):
        sentences(piece * 20_000)
        without_emphasis(piece * 20_000)
    assert time.monotonic() - start < 5


def test_a_line_end_in_a_paragraph_ends_no_sentence() -> None:
    assert split("The refund is paid\nwithin two weeks. It is\nfree.") == [
        "The refund is paid\nwithin two weeks.",
        "It is\nfree.",
    ]


def test_a_short_line_before_a_capital_is_a_title() -> None:
    text = "Introduction\nThis paper is about the long road that leads\nto your door."
    assert split(text) == ["Introduction", "This paper is about the long road that leads\nto your door."]


def test_a_form_feed_and_an_empty_line_end_a_sentence() -> None:
    assert split("one page\fnext page\n\nnext paragraph") == ["one page", "next page", "next paragraph"]


def test_headings_items_and_table_rows_stand_alone() -> None:
    prose, items = "# Prices\nThey vary\nby season.", "- summer is\n  dear\n* winter\n1. spring"
    text = f"{prose}\n{items}\n| May | 5 |\n| June | 6 |\nThat is all."
    assert split(text) == [
        "# Prices",
        "They vary\nby season.",
        "summer is\n  dear",
        "winter",
        "1. spring",
        "| May | 5 |",
        "| June | 6 |",
        "That is all.",
    ]
    assert [heading for _, _, heading in sentences(text)] == [True, *[False] * 7]


def test_lines_set_in_columns_are_rows() -> None:
    text = "Neil Armstrong       commander\nMichael Collins      command module pilot\n\nAll three\nreturned."
    assert split(text) == [
        "Neil Armstrong       commander",
        "Michael Collins      command module pilot",
        "All three\nreturned.",
    ]


def test_thai_phrases_are_joined_to_the_length_of_a_sentence() -> None:
    phrase = "ประเทศไทยมีประชากรหลายล้านคน"
    text = " ".join([phrase] * 10)
    found = split(text)
    assert 1 < len(found) < 10
    assert " ".join(found) == text


@pytest.mark.parametrize("piece", [".", "a. ", "\n", " ", ".[1]", "| ", "A b\n", "ก ", "(", '."', "- ", " \n", "#"])
def test_nothing_but_blanks_and_bullets_is_lost_in_odd_text(piece: str) -> None:
    text = piece * 3000
    found = sentences(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    kept = "".join(text[start:end] for start, end, _ in found)
    assert "".join(kept.split()).strip("-") == "".join(text.split()).strip("-")
