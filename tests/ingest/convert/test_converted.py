"""What a file can make of its worker's answer: no more than an honest one would be."""

from typing import Any

import pytest

from ingest.chunk.meta import LONGEST_HEADING
from ingest.convert.converted import BYTES_PER_CHARACTER, DOCUMENT_BYTES, LEAST_CHARACTERS, Converted
from ingest.errors import ConversionFailed

GIVEN = {"filename": "notes.txt", "file_id": "file-1", "n": 1}
FOUND = {"converter": "text 3", "markup": "text", "paged": False}
PLACED = {"position": 0, "start": 0, "end": 4, "tokens": 1}
REFUSED = (AttributeError, LookupError, TypeError, ValueError)
MOST = 1000  # characters


def converted(size: int = 1 << 20, most: int = 50_000_000, cut: bool = True, seen: bool = False) -> Converted:
    return Converted(GIVEN, size, most, cut=cut, seen=seen)


def begun(size: int = 1 << 20, most: int = 50_000_000) -> Converted:
    its = converted(size, most)
    its.take(FOUND)
    return its


def chunks_until_refused(its: Converted, chunk: list[Any]) -> int:
    for taken in range(1 << 20):
        try:
            its.take([chunk])
        except ConversionFailed:
            return taken
    raise AssertionError("it takes what comes")


def test_what_is_sound_is_taken() -> None:
    its = converted()
    its.take(FOUND | {"title": "A title", "note": "A note."})
    its.take([["a", "one ", PLACED | {"n": 2, "headings": ["A", "B"]}], "and ", "more"])
    its.take(["still", ["b", "two", PLACED]])
    assert its.meta == GIVEN | FOUND | {"title": "A title", "note": "A note."}
    known = {"filename": "notes.txt", "file_id": "file-1"}
    assert [(text.id, text.content, text.meta) for text in its.documents()] == [
        ("a", "one and morestill", PLACED | known | {"n": 1, "headings": ["A", "B"]}),
        ("b", "two", PLACED | known),
    ]


@pytest.mark.parametrize(
    "found",
    [
        {},
        [],
        5,
        None,
        "x",
        {"converter": ["x"]},
        FOUND | {"file_id": "another's"},
        FOUND | {"": ""},
        FOUND | {"x": {}},
        FOUND | {"title": "x" * 1001},
        FOUND | {"note": "x" * 5001},
        FOUND | {"paged": 1},
        {"pictures": []},
        {"pictures": [True]},
        {"pictures": [-1]},
        {"pictures": ["1"]},
        {"pictures": {}},
    ],
)
def test_what_was_found_is_checked(found: object) -> None:
    its = converted()
    with pytest.raises(REFUSED):
        its.take(found)


@pytest.mark.parametrize(
    "piece",
    [
        5,
        None,
        {},
        [5],
        [[]],
        [{}],
        [["a", "b"]],
        [["a", 5, PLACED]],
        [[5, "b", PLACED]],
        [["a" * 101, "b", PLACED]],
        [["a", "b", []]],
        [["a", "b", PLACED | {"start": -1}]],
        [["a", "b", PLACED | {"position": 2**63}]],
        [["a", "b", PLACED | {"position": True}]],
        [["a", "b", PLACED | {"headings": ["a"] * 7}]],
        [["a", "b", PLACED | {"headings": ["a" * 501]}]],
        [["a", "b", PLACED | {"columns": "a" * 301}]],
        [["a", "b", PLACED | {"x": {}}]],
        [["a", "b", PLACED | {"": ""}]],
        ["the rest of nothing"],
    ],
)
def test_each_document_is_checked(piece: Any) -> None:
    its = begun()
    if piece != {}:  # in which there is nothing
        with pytest.raises(REFUSED):
            its.take(piece)
    assert its.documents() == []


def test_pictures_are_asked_for_once_and_stand_alone() -> None:
    its = converted()
    its.take({"pictures": [0, 3]})
    assert its.pictures == [0, 3]
    with pytest.raises(ValueError, match="nothing comes after"):
        its.take(FOUND)
    with pytest.raises(ValueError, match="not the meta"):
        converted(seen=True).take({"pictures": [0]})


@pytest.mark.parametrize("text", ["", "x", "x" * 1000, "\N{GRINNING FACE}" * 1000])
def test_a_file_takes_no_more_memory_than_its_characters_may(text: str) -> None:
    taken = chunks_until_refused(begun(most=10 * MOST), ["a", text, PLACED])
    assert 0 < taken * (DOCUMENT_BYTES + len(text)) < BYTES_PER_CHARACTER * 10 * MOST


def test_what_is_known_of_chunks_counts_too() -> None:
    short = chunks_until_refused(begun(most=100 * MOST), ["a", "x", PLACED])
    headings = [letter * LONGEST_HEADING for letter in "abcdef"]
    long = chunks_until_refused(begun(most=100 * MOST), ["a", "x", PLACED | {"headings": headings}])
    assert long < short / 2


def test_text_without_end_is_refused() -> None:
    its = begun(most=100 * MOST)
    its.take([["a", "", PLACED]])
    with pytest.raises(ConversionFailed, match="Split it into smaller files"):
        for _ in range(BYTES_PER_CHARACTER * 100):
            its.take(["x" * MOST])


def test_a_short_file_cannot_say_as_much_as_a_long_one() -> None:
    text = ["a", "x" * 1_000_000, PLACED]
    assert chunks_until_refused(begun(size=8), text) < chunks_until_refused(begun(size=40_000), text)
    assert chunks_until_refused(begun(size=8), text) >= LEAST_CHARACTERS * BYTES_PER_CHARACTER // 1_010_000
