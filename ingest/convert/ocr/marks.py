"""Where on pictures of pages the words of a quote are.

They are recognised when somebody asks, and no places are kept at ingestion: each page would have some 40 KB of them, of
which hardly any is ever looked at.
"""

from collections.abc import Sequence

from ingest.convert.ocr.placed import PlacedWord
from ingest.convert.parts import quote as quotes
from ingest.convert.parts.boxes import Box

MOST_PAGES = 2  # each takes seconds
NOT_THERE = "The quote was not recognised on these pages."


def marked(quote: str, pages: Sequence[Sequence[PlacedWord]]) -> tuple[quotes.Match, list[list[Box]]]:
    """The boxes on each page of these words."""
    characters: list[str] = []
    whose: list[tuple[int, int]] = []
    for page, words in enumerate(pages):
        for number, word in enumerate(words):
            characters += [*word.text, " "]
            whose += [(page, number)] * (len(word.text) + 1)
    letters = quotes.letters(characters)
    match, pieces = quotes.found(quote, letters)
    boxes: list[list[Box]] = [[] for _ in pages]
    for start, end in pieces:
        for page, number in dict.fromkeys(whose[at] for at in letters.at[start:end]):
            boxes[page].append(pages[page][number].box)
    return match, boxes
