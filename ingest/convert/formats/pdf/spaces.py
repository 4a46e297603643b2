"""The spaces of a line, told by the gaps between its letters where those of PDFium are wrong.

PDFium takes a gap for a space by the width of the letters beside it, and a space that another letter stands on for one
that is seen: of what groff has written it makes "Forexample" and "Te xt". Where letters are set apart (letter-spacing,
listings), it makes a word of each. A few words of a page show whether it has such faults; only then all are measured.
"""

import re
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import pairwise
from statistics import median
from typing import TypeVar

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line, LineReader
from ingest.convert.formats.pdf.letters import AROUND, Letter, letters_of, line_of
from ingest.convert.formats.pdf.right_to_left import LETTER

Found = TypeVar("Found")

# In sizes of a letter.
SPACE = 0.17  # between words, at least
NO_SPACE = 0.06  # where one was drawn, but is not seen
EVEN = 0.12  # difference of the gaps in a word that is set wide
WIDE_SPACE = 0.2  # between two such words, more than between their letters, at least
WIDEST = 1.2  # between letters of a word; further apart they are cells
USUAL_SPACE = 0.2  # less is none, whatever the line
WIDE = 0.8  # the room of a letter in a line of which its letters may be set apart
LONGEST_TITLE = 60  # letters

LONGEST = 10  # words of a page that are looked at first
SUSPECTED = 6  # and others, and spaces
WORD = re.compile(r"[^\W\d_]{6,}")
STUCK = re.compile(r"[^\W\d_]{2,}(?:[.,;:!?)][^\W\d_]{2,})+")  # "unit.Another"
SHORT = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{1,2}(?= |$)|(?:(?<=\s)|^)[^\W\d_]{1,2}(?= [^\W\d_])")
SPELLED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")

FEWEST_SPELLED = 4  # letters of a word that is set wide
FEWEST_ALONE = 6  # the same, if it is not seen that spaces are wider
VOWEL = re.compile(r"[aeiouyäöüéèαειουаеиоуыэюя]", re.IGNORECASE)
VOWELS = (0.25, 0.12)  # of a word among others, and of one that is alone on its line

BLANK = ord(" ")
CLOSING, OPENING = ".,;:!?)]}»”’", "([{«“‘<•"


def with_spaces(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    wrong = _are_wrong(lines, found, reader)
    if not wrong and not any(_is_wide(line) for line in lines):
        return lines
    return [_spaced(line, found, reader) if wrong or _is_wide(line) else line for line in lines]


def _is_wide(line: Line) -> bool:
    """Whether its letters may be set apart: single ones in its text, or more room than letters need."""
    if SPELLED.search(line.text):
        return True
    letter = (line.end - line.x) / (max(line.style.size, 1) * max(len(line.text), 1))
    return WIDE < letter < WIDEST and len(line.text) < LONGEST_TITLE


def _are_wrong(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> bool:
    """Whether a few words that are long have a gap in them, or spaces beside short ones have none."""
    whole = [line for line in lines if line.last - line.first == len(line.text.strip()) - 1 > 0]
    words: list[tuple[int, int]] = []
    stuck: list[tuple[int, int]] = []
    short: list[int] = []
    for line in whole:
        text = line.text.strip()
        words += [(len(word[0]), line.first + word.start()) for word in WORD.finditer(text)]
        stuck += [(len(word[0]), line.first + word.start()) for word in STUCK.finditer(text)]
        short += [line.first + word.start() for word in SHORT.finditer(text)]
    suspected = [*nlargest(LONGEST, words), *_some(stuck)]
    return any(_has_gap(at, length, found, reader) for length, at in suspected) or any(
        _is_torn(at, found, reader) for at in _some(short)
    )


def _some(found: Sequence[Found]) -> Sequence[Found]:
    return found[:: len(found) // SUSPECTED + 1]


def _has_gap(first: int, length: int, found: pypdfium2.PdfTextPage, reader: LineReader) -> bool:
    size, box = reader.size(found.raw, first), pdfium.FS_RECTF()
    edges = []
    for at in range(first, first + length):
        if not pdfium.FPDFText_GetLooseCharBox(found.raw, at, box):
            return False
        edges.append((box.left, box.right))
    gaps = [left - right for (_, right), (left, _) in pairwise(edges)]
    return size > 0 and max(gaps) - max(median(gaps), 0) > SPACE * size and min(gaps) > -size


def _is_torn(first: int, found: pypdfium2.PdfTextPage, reader: LineReader) -> bool:
    """Whether nothing is between one of the spaces beside a short word and the letters before and behind it."""
    size, box = reader.size(found.raw, first), pdfium.FS_RECTF()
    letters: list[tuple[str, float, float]] = []
    for at in range(max(first - 2, 0), min(first + 5, found.count_chars())):
        text = chr(pdfium.FPDFText_GetUnicode(found.raw, at))
        if not pdfium.FPDFText_GetLooseCharBox(found.raw, at, box):
            return False
        letters.append((text, box.left, box.right))
    return any(
        between[0] == " "
        and before[0].isalpha()
        and behind[0].isalpha()
        and -size < behind[1] - before[2] < NO_SPACE * size
        for before, between, behind in zip(letters, letters[1:], letters[2:], strict=False)
    )


def _spaced(line: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Line:
    along = line.end - line.x > abs(line.end_y - line.y)
    if not along or LETTER.search(line.text) or AROUND.search(line.text):
        return line
    letters = list(letters_of(found, {}, reader, range(line.first, line.last + 1)))
    if len(letters) < 2 or any(letter.size != letters[0].size and not letter.size for letter in letters):
        return line
    spelled = _spelled(letters)

    def is_space(before: Letter, letter: Letter) -> bool:
        gap = letter.gap(before) / max(letter.size, before.size)
        if (within := spelled.get(letter.at)) is not None:
            return not within
        words = before.text.isalnum() and letter.text.isalnum()
        between = [
            at for at in range(before.at + 1, letter.at) if chr(pdfium.FPDFText_GetUnicode(found.raw, at)) == " "
        ]
        if not between:
            return gap > SPACE and _may_part(before.text, letter.text)
        guessed = all(pdfium.FPDFText_IsGenerated(found.raw, at) == 1 for at in between)
        return not words or gap > (SPACE if guessed else NO_SPACE)

    spaced = line_of(letters, found, reader, is_space)
    same = spaced.text.replace(" ", "") == "".join(line.text.split())
    return line._replace(text=spaced.text) if same else line


def _may_part(before: str, letter: str) -> bool:
    return (before.isalnum() or before in CLOSING) and (letter.isalnum() or letter in OPENING) and letter < "\u2e80"


def _spelled(letters: Sequence[Letter]) -> dict[int, bool]:
    """Of the letters of words that are set wide, whether they go on the word before them."""
    within: dict[int, bool] = {}
    shapes = [letters[0], *(letter for before, letter in pairwise(letters) if letter.left != before.left)]
    for run in _runs(shapes):
        gaps = [letter.gap(before) / letter.size for before, letter in pairwise(run)]
        usual = median(gaps)
        parts = [gap > usual + WIDE_SPACE for gap in gaps]
        even = [gap for gap, parts_here in zip(gaps, parts, strict=True) if not parts_here]
        if len(even) < FEWEST_SPELLED - 1 or max(even) - min(even) > EVEN or not SPACE < usual < WIDEST:
            continue
        alone = run == shapes
        if not any(parts) and not (_is_word(run, usual, alone) and (alone or _is_apart(run, shapes, usual))):
            continue
        within |= {letter.at: not parts_here for letter, parts_here in zip(run[1:], parts, strict=True)}
    return within


def _runs(letters: Sequence[Letter]) -> Iterator[Sequence[Letter]]:
    """Letters one after the other that each stand alone."""
    apart = [True, *(letter.gap(before) > NO_SPACE * letter.size for before, letter in pairwise(letters)), True]
    alone = [
        letter.text.isalpha() and before and behind
        for letter, before, behind in zip(letters, apart, apart[1:], strict=False)
    ]
    start = 0
    for end in range(1, len(letters) + 1):
        if end < len(letters) and alone[end - 1] and alone[end] and _are_near(letters[end - 1], letters[end]):
            continue
        if end - start >= FEWEST_SPELLED:
            yield letters[start:end]
        start = end


def _are_near(before: Letter, letter: Letter) -> bool:
    return letter.gap(before) < (WIDEST + WIDE_SPACE) * letter.size


def _is_word(run: Sequence[Letter], usual: float, alone: bool) -> bool:
    """Or else letters by themselves, since no gap is seen that is wider: "A B C D"."""
    text = "".join(letter.text for letter in run).casefold()
    fewest = FEWEST_ALONE if usual > USUAL_SPACE else FEWEST_SPELLED
    return len(text) >= fewest and len(VOWEL.findall(text)) >= VOWELS[alone] * len(text) and sorted(text) != list(text)


def _is_apart(run: Sequence[Letter], line: Sequence[Letter], usual: float) -> bool:
    """Whether a gap that is wider than theirs is beside these letters of the line."""
    first, last = line.index(run[0]), line.index(run[-1])
    beside = [*pairwise(line[max(first - 1, 0) : first + 1]), *pairwise(line[last : last + 2])]
    return any(letter.gap(before) > (usual + WIDE_SPACE) * letter.size for before, letter in beside)
