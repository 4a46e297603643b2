"""Near spellings: the indexed words that are almost spelled like one that no chunk has."""

from difflib import SequenceMatcher

from tantivy import Searcher

_KEPT = 2  # letters at the beginning of a word that are right, mostly; others would have to be looked for everywhere
_SHORTEST, _LONG, _LONGEST = 4, 8, 40  # letters; a word may differ in one, a long one in two
_LOOKED_AT = 3_000  # words with the same beginning, the most frequent
_MOST = 3
_ALIKE = 0.8  # of two words


def near_spellings(searcher: Searcher, field: str, word: str) -> tuple[str, ...]:
    """The nearest words, the most frequent first. None for numbers and codes, in which every character counts."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return ()
    most = 2 if len(word) >= _LONG else 1
    nearest: list[str] = []
    letters = set(word)
    for other, _ in searcher.terms_with_prefix(field, word[:_KEPT], limit=_LOOKED_AT):
        if abs(len(other) - len(word)) > most or len(letters.symmetric_difference(other)) > 2 * most:
            continue
        if other.isalpha() and (edits := _edits(word, other, most)) <= most:
            if edits < most:
                nearest, most = [], edits
            nearest.append(other)
    return tuple(nearest[:_MOST])


def is_near(word: str, other: str) -> bool:
    """Whether two whole words are almost the same, as their stems are: "summarize" is not "summer"."""
    return SequenceMatcher(None, word.lower(), other.lower(), autojunk=False).ratio() >= _ALIKE


def _edits(one: str, other: str, most: int) -> int:
    """How many letters are to be put in, left out, changed or swapped with the next to turn one into the other; more
    than `most` if they are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                edits = min(edits, last[j - 2] + 1)
            row.append(edits)
        if min(row) > most:
            return most + 1
    return row[-1]
