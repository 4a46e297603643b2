"""Codes of fonts that do not say which letters their shapes are, told from text by what words look like."""

import re
from string import ascii_letters

MOSTLY = 0.5  # of the shapes of a page
SOME = 0.1  # the same: figures and spaces, where the codes of letters happen to be those of other letters

VOWELS = "aeiouAEIOU"
LEAST_VOWELS = 0.25  # of the letters of a text in Latin script, which has about .38; codes taken for letters have half

# TrueType fonts number their shapes in the order of ASCII, but without the 29 codes before the space.
SHIFTED = {code: code + 29 for code in range(0x21, 0x7F - 29)}
FEWEST_LETTERS = 40  # from which on this is told of a page on which all shapes have letters
SHIFTED_VOWELS = 0.18  # at most
VOWELS_BEFORE = 0.3  # at least
COMMON = "eaioudnrst"
COMMON_BEFORE = 0.6  # of letters by chance there are .4
LEAST_LATIN = 0.8  # of all letters
LEAST_PLAIN = 0.7  # of Latin letters, without accents

_WORD = r"(?:[^\W\d_]?[^\W\d_A-Z]+|[^\W\d_a-z]+)"
WORD = re.compile(rf"[(\"'“„‘«\[]*{_WORD}(?:[-'’/]{_WORD})*[)\"'”“’»\].,;:!?-]*")
LEAST_WORDS = 0.4  # of what has letters in it
FEWEST_PIECES = 8
LONGEST = 60  # letters of a piece
LATIN = re.compile(r"[A-Za-z\u00a0-\u024f]")


def are_codes(text: str, unmapped: float) -> bool:
    """Of a page, whether its text is codes. Some old fonts use those of ASCII without saying so; they are text."""
    vowels = _count(text, VOWELS)
    if unmapped <= SOME and vowels >= SHIFTED_VOWELS * len(text):  # quick, and true of most pages
        return False
    latin = _count(text, ascii_letters)
    if unmapped > SOME:
        few = 2 * latin < len(text) if unmapped > MOSTLY else len(_pieces(text)) >= FEWEST_PIECES
        return vowels < LEAST_VOWELS * latin or (few and not _has_words(text))
    if latin < FEWEST_LETTERS or vowels >= SHIFTED_VOWELS * latin:
        return False
    return latin > LEAST_LATIN * sum(map(str.isalpha, text)) and _is_shifted(text.translate(SHIFTED))


def _is_shifted(text: str) -> bool:
    letters = _count(text, ascii_letters)
    return _count(text, VOWELS) > VOWELS_BEFORE * letters and _count(text, COMMON) > COMMON_BEFORE * letters


def _count(text: str, letters: str) -> int:
    return sum(map(text.count, letters))


def _has_words(text: str) -> bool:
    """Where letters are Latin: codes mix small and capital ones, and signs, or most of them have accents."""
    letters = [character for character in text if LATIN.match(character) and character.isalpha()]
    if sum(map(str.isascii, letters)) < LEAST_PLAIN * len(letters):
        return False
    pieces = _pieces(text)
    latin = [piece for piece in pieces if LATIN.search(piece)]
    words = sum(WORD.fullmatch(piece) is not None for piece in latin)
    return 2 * len(latin) < len(pieces) or (words > 0 and words >= LEAST_WORDS * len(latin))


def _pieces(text: str) -> list[str]:
    """What has letters in it."""
    return [piece for piece in text.split() if 1 < len(piece) <= LONGEST and any(map(str.isalpha, piece))]
