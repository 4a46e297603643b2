"""One spelling of a text where Unicode has several."""

import unicodedata

import pytest

from ingest.letters import normalise

MARKS = ["\u0301\u0323", "\u0f73\u0f71", "\uff9e\u3099", "\u05b0\u05b1", "\u064b\u0651", "\u1dc0\u0345\U0001d165"]


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("before", ["", "a", "plain words, then a", "é" * 7])
def test_what_is_normalised_has_no_run_of_marks_to_be_sorted(marks: str, before: str) -> None:
    for text in (before + marks * 5_000, (before + marks * 50 + ".") * 100):
        longest = run = 0
        for letter in unicodedata.normalize("NFKD", normalise(text)):
            run = run + 1 if unicodedata.combining(letter) else 0
            longest = max(longest, run)
        assert 0 < longest <= 66  # a mark may stand for two, and a letter has its own


@pytest.mark.parametrize(
    "text", ["a" + "\u0323\u0301" * 15, "हिन्दी", "בְּרֵאשִׁית", "ไม่มีทะเลาะ", "Z͑ͫa͒ͩl̈g̃o̎", "ガギ", "Tiếng Việt"]
)
def test_a_letter_keeps_the_marks_that_languages_write(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text)
