"""The spaces of a line, told by the gaps between its letters where those of PDFium are wrong.

PDFium takes a gap for a space by the width of the letters beside it, and a space that another letter stands on for one
that is seen: of what groff has written it makes "Forexample" and "Te xt". Where letters are set apart (letter-spacing,
listings), it makes a word of each. A few words of a page show whether it has such faults; only then all are measured.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.convert.formats.pdf.layout import Line, LineReader
from ingest.convert.formats.pdf.letters import AROUND, Letter, letters_of, line_of
from ingest.convert.formats.pdf.right_to_left import LETTER

# In sizes of a letter.
SPACE = 0.17  # between words, at least
NO_SPACE = 0.06  # where one was drawn, but is not seen
GUESSED = 0.0  # where PDFium has put one: those of justified lines are narrow
BACK = 1.0  # to the left: another row, or another column
EVEN = 0.12  # difference of the gaps in a word that is set wide
WIDE_SPACE = 0.2  # between two such words, more than between their letters, at least
WIDEST = 1.2  # between letters of a word; further apart they are cells
USUAL_SPACE = 0.2  # less is none, whatever the line
WIDE = 0.8  # the room of a letter in a line of which its letters may be set apart
MOST_IN_PARTS = 5  # letters of the words of a line of which the words may be parts

SUSPECTED = 6  # words of a page that are looked at first
LONG = 8  # letters
LONGEST = 2000  # letters of a line
SURE = 6  # pages in a row that are right; of the following ones,
SELDOM = 4  # every fourth is looked at
STOP = re.compile(r"[.,;:!?)](?=[^\W\d_]{2})")  # with letters on both sides: "unit.Another"
SHORT = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{1,2}(?= |$)|(?:(?<=\s)|^)[^\W\d_]{1,2}(?= [^\W\d_])")
SPELLED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")

FEWEST_SPELLED = 4  # letters of a word that is set wide
FEWEST_ALONE = 6  # the same, if it is not seen that spaces are wider
VOWEL = re.compile(r"[aeiouyäöüéèαειουаеиоуыэюя]", re.IGNORECASE)
VOWELS = (0.25, 0.12)  # of a word among others, and of one that is alone on its line

CLOSING, OPENING = ".,;:!?)]}»”’", "([{«“‘<•"


def with_spaces(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    looked_at = reader.right < SURE or reader.right % SELDOM == 0
    if looked_at and _are_wrong(lines, found, reader):
        reader.right = 0
        return [_spaced(line, found, reader) for line in lines]
    reader.right += 1
    wide = {number for number, line in enumerate(lines) if _is_wide(line)}
    return (
        [_spaced(line, found, reader) if number in wide else line for number, line in enumerate(lines)]
        if wide
        else lines
    )


def _is_wide(line: Line) -> bool:
    """Whether its letters may be set apart: single ones in its text, or short words in more room than letters need."""
    length, parts = len(line.text), line.text.count(" ") + 1
    if length > MOST_IN_PARTS * parts:
        return False
    room = (line.end - line.x) / (max(line.style.size, 1) * max(length, 1))
    return (WIDE < room < WIDEST and line.text.replace(" ", "").isalpha()) or SPELLED.search(line.text) is not None


def _are_wrong(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> bool:
    """Whether a few words that are long have a gap in them, or spaces beside short ones have none."""
    whole = [line for line in lines if line.last - line.first == len(line.text.strip()) - 1 > 0]
    texts = [line.text.strip() for line in whole]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    text = "\n".join(texts)

    def place(at: int) -> int:
        number = bisect_right(starts, at) - 1
        return whole[number].first + at - starts[number]

    words = sorted((word for word in text.split() if len(word) >= LONG and word.isalpha()), key=len)
    if any(_has_gap(place(text.index(word)), len(word), found, reader) for word in words[-SUSPECTED:]):
        return True
    stops = (stop.start() - 1 for stop in STOP.finditer(text) if text[stop.start() - 1].isalpha())
    if any(_has_gap(place(at), 3, found, reader) for at in islice(stops, SUSPECTED)):
        return True
    step = len(text) // SUSPECTED + 1
    short = (SHORT.search(text, at) for at in range(0, len(text), step))
    return any(_is_torn(place(word.start()), found, reader) for word in short if word)


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
    if not along or line.last - line.first > LONGEST or LETTER.search(line.text) or AROUND.search(line.text):
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
        between = [at for at in range(before.at + 1, letter.at) if _is_blank(at, found)]
        if not between:
            return gap > SPACE and _may_part(before.text, letter.text)
        guessed = all(pdfium.FPDFText_IsGenerated(found.raw, at) == 1 for at in between)
        return not words or gap > (GUESSED if guessed else NO_SPACE) or gap < -BACK

    spaced = line_of(letters, found, reader, is_space)
    same = spaced.text.replace(" ", "") == "".join(line.text.split())
    return line._replace(text=spaced.text) if same else line


def _is_blank(at: int, found: pypdfium2.PdfTextPage) -> bool:
    return chr(pdfium.FPDFText_GetUnicode(found.raw, at)).isspace()


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
    alone = [letter.text.isalnum() and all(apart[at : at + 2]) for at, letter in enumerate(letters)]
    start = 0
    for end in range(1, len(letters) + 1):
        if end < len(letters) and alone[end - 1] and alone[end] and _are_near(letters[end - 1], letters[end]):
            continue
        if sum(letter.text.isalpha() for letter in letters[start:end]) >= max(FEWEST_SPELLED, (end - start) / 2):
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
