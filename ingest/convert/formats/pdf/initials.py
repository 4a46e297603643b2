"""Large letters that a paragraph begins with, over several of its lines: joined with the word that they begin."""

from collections.abc import Sequence

import pypdfium2

from ingest.convert.formats.pdf.layout import Line, LineReader

LARGER = 1.8  # times the size of the word
BESIDE = 1.2  # sizes of the letter, from where it begins to the word
AS_HIGH = 0.9  # sizes of the letter, to the height of the word
WORDS = frozenset("AIOÀÁÉÈÓÚYEUVW")  # in some languages
STOPS = ".,;:!?"
MOST = 20  # of a page


def with_initials(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    joined: dict[int, Line] = {}
    taken: set[int] = set()
    least = LARGER * min((line.style.size for line in lines if line.style.size), default=0)
    looked_at = 0
    for number, line in enumerate(lines):
        words = line.text.strip()
        letter = words[:1]
        if line.style.size < least or not letter.isupper() or not line.end:
            continue
        looked_at += 1
        if looked_at > MOST:
            break
        if len(words) == 1:
            at = _word(line, lines)
            if at is not None and at not in joined:
                joined[at] = _with(letter, lines[at], _words(lines, at))
                taken.add(number)
        elif (
            words[1].isalpha() and 0 < LARGER * reader.size(found.raw, line.first + 1) <= line.style.size
        ):  # PDFium has joined it with a line
            rest = reader.placed(found.raw, words[1:], line.first + 1, line.last)
            joined[number] = _with(letter, rest, _words(lines, number))
    if not joined:
        return lines
    return [joined.get(number, line) for number, line in enumerate(lines) if number not in taken]


def _word(initial: Line, lines: Sequence[Line]) -> int | None:
    """The highest line beside it."""
    size = initial.style.size
    beside = [
        number
        for number, line in enumerate(lines)
        if line.end
        and 0 < line.x - initial.x < BESIDE * size
        and 0 < line.y - initial.y < AS_HIGH * size
        and 0 < LARGER * line.style.size <= size
        and line.text[:1].isalpha()
    ]
    return max(beside, key=lambda number: lines[number].y, default=None)


def _words(lines: Sequence[Line], without: int) -> set[str]:
    """Those of the page but the first of this line."""
    words = (word for number, line in enumerate(lines) for word in line.text.split()[number == without :])
    return {word.strip(STOPS).casefold() for word in words}


def _with(letter: str, line: Line, known: set[str]) -> Line:
    word = line.text.split(maxsplit=1)[0].strip(STOPS).casefold()
    stands_alone = letter in WORDS and letter.casefold() + word not in known and word in known
    return line._replace(text=f"{letter}{' ' * stands_alone}{line.text.lstrip()}")
