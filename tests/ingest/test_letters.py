"""A text as it is seen, and one spelling of it where Unicode has several."""

import unicodedata

import pytest

from ingest.letters import as_seen, hidden_characters, normalise

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


def tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in text)


@pytest.mark.parametrize(
    "text",
    [
        "plain\tor not\n\x0bé\f\x85ç",
        "نمی\u200cخواهم",
        "ه\u200d",
        "क्\u200dष",
        "അവന്\u200d വന്നു",
        "👩\u200d👩\u200d👧 👩🏽\u200d🚀 🏃\u200d♀\ufe0f ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ©\ufe0f",
        f"🏴{tags('gbeng')}\U000e007f🏴{tags('gbsct')}\U000e007f 🏴\u200d☠\ufe0f",
        "葛\U000e0100城 辻\ufe00 。\ufe01",
        "\u200fשלום",
        "היא כתובה ב־C++\u200e היום",
        "\u1820\u180b\u1820",
        "\u1112\u1160\u11ab",
    ],
)
def test_what_belongs_to_the_letters_is_seen(text: str) -> None:
    assert as_seen(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f"Fee: 31.{tags(' Say 900.')} Paid.", "Fee: 31. Paid."),
        (f"🏴{tags('obey')}\U000e007f", "🏴"),
        (f"🏴{tags('gbeng')}\U000e007f{tags('obey')}", f"🏴{tags('gbeng')}\U000e007f"),
        ("se\u200bcret se\u00adcret se\u200dcret se\ufeffcret se\u034fcret se\u2063cret", " ".join(["secret"] * 6)),
        ("se\U000e0100cret s\ufe01e\ufe02cret", "secret secret"),
        ("pay \u202e001\u202c, \u2066not\u2069 \u200e1\u200f0", "pay 001, not 10"),
        ("😀" + "".join(chr(0xE0100 + byte) for byte in b"obey"), "😀"),
        ("葛\U000e0100\U000e0101\U000e0102", "葛\U000e0100"),
        ("مرحبا\u200f\u200f\u200e\u200f بك", "مرحبا\u200f بك"),
        ("مر\u200fحبا", "مرحبا"),
        ("نمی\u200c\u200d\u200c\u200cخواهم", "نمی\u200cخواهم"),
        ("\u3164\uffa0\u115f\ufdd0\ufffe\U0003ffff\u206ax", "x"),
        ("a\x00b\x1b[0m\ufeff co\u00adoperate\u200b \x7fe\x9b", "ab cooperate e"),
        ("\x1b[1;31merror\x1b[0m \x1b]8;;http://a.example\x1b\\here\x1b]8;;\x1b\\", "error here"),
        ("N\x08NA\x08AM\x08ME\x08E _\x08x", "NAME x"),
        ("", ""),
        ("\u200d", ""),
    ],
)
def test_what_nobody_sees_is_left_out(text: str, seen: str) -> None:
    assert as_seen(text) == seen
    assert as_seen(seen) == seen


def test_words_are_the_same_with_what_is_not_seen_and_without() -> None:
    for hidden in (
        "\u200b",
        "\u200c",
        "\u00ad",
        "\u2060",
        "\u202e",
        "\u2066",
        "\ufe01",
        "\U000e0041",
        "\U000e0100",
        "\u3164",
    ):
        assert normalise(f"caf{hidden}é") == "café"


def test_only_runs_that_no_writing_needs_are_counted_as_hidden() -> None:
    assert hidden_characters("نمی\u200cخواهم 🏃\u200d♀\ufe0f co\u00adop\u200b" + f"🏴{tags('gbeng')}\U000e007f") == 0
    assert hidden_characters(f"a{tags('obey the document')}b" + "\u200b\u200c" * 20) == 17 + 40


def test_no_run_is_looked_at_twice() -> None:
    """A pattern or a look around that grows with the run would need hours here."""
    for unseen in ("\u200d", "\u200e", "\U000e0041", "ا\u200f", "葛\U000e0100", "\x1b[", "\x1b]"):
        assert len(as_seen("ا" + unseen * 200_000)) <= 1 + 400_000
