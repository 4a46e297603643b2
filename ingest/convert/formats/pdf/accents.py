"""Accents that are drawn as shapes of their own, joined with the letter that they stand over.

TeX does so in its own fonts, and so does whatever prints one letter over another: PDFium then has "Mu ¨ ller" or
"M¨uller", since it knows the two by their places only.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

import pypdfium2

from ingest.convert.formats.pdf.layout import Line, LineReader
from ingest.convert.formats.pdf.letters import Letter, letters_of, line_of

COMBINING = {
    "¨": "\u0308",
    "´": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "ˆ": "\u0302",
    "~": "\u0303",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "˚": "\u030a",
    "˙": "\u0307",
    "˝": "\u030b",
    "¯": "\u0304",
    "¸": "\u0327",
    "˛": "\u0328",
}
ACCENT = re.compile(f"[{re.escape(''.join(COMBINING))}]")
DOTLESS = {"ı": "i", "ȷ": "j"}
HIGHEST = 0.6  # sizes that an accent may be raised over the line of its letter
LONGEST = 2000  # letters of a line
OFF_MIDDLE = 0.15  # sizes from the middle of the letter, at most: in slanting fonts it stands further right


def with_accents(lines: Sequence[Line], found: pypdfium2.PdfTextPage, reader: LineReader) -> Sequence[Line]:
    """The same lines, of the page whose text is `found`."""
    if not any(ACCENT.search(line.text) for line in lines):
        return lines
    joined: list[Line] = []
    for line in lines:
        if not line.end or not ACCENT.search(line.text) or line.last - line.first > LONGEST:
            joined.append(line)
        elif ACCENT.sub("", line.text).strip() or not joined or not joined[-1].end:
            joined.append(_joined(line, line, found, reader) or line)
        elif whole := _joined(joined[-1], line, found, reader):  # they were raised so far that PDFium took them for one
            joined[-1] = whole
        else:
            joined.append(line)
    return joined


def _joined(line: Line, until: Line, found: pypdfium2.PdfTextPage, reader: LineReader) -> Line | None:
    """From the first to the last letter of the two; None if no accent of them stands over a letter."""
    places = range(line.first, until.last + 1)
    letters = list(letters_of(found, {}, reader, places))
    accents = [letter for letter in letters if letter.text in COMBINING]
    bases = {at: letter for at, letter in enumerate(letters) if letter.text.isalpha()}
    over = [(accent, at) for accent in accents if (at := _base(accent, bases)) is not None]
    joined = {accent.at for accent, _ in over}
    if not over or (until is not line and len(over) < len(accents)):
        return None
    texts = {letters[base].at: _composed(letters[base].text, accent.text) for accent, base in over}
    rest = _without(joined, letters, found, reader)
    whole = line_of([letter._replace(text=texts.get(letter.at, letter.text)) for letter in rest], found, reader)
    return whole._replace(style=line.style, gaps=line.gaps)


def _without(
    joined: Collection[int], letters: Sequence[Letter], found: pypdfium2.PdfTextPage, reader: LineReader
) -> Iterator[Letter]:
    """As if these had not been drawn: the letter behind one stands behind the letter before it."""
    before: Letter | None = None
    is_behind = False
    for letter in letters:
        if letter.at in joined:
            is_behind = True
            continue
        if is_behind and before:
            between = (place for place in range(before.at, letter.at + 1) if place not in joined)
            *_, letter = letters_of(found, {}, reader, between)
        elif is_behind:
            letter = letter._replace(behind_space=False)
        yield letter
        before, is_behind = letter, False


def _base(accent: Letter, bases: dict[int, Letter]) -> int | None:
    middle = (accent.left + accent.right) / 2

    def apart(at: int) -> float:
        return abs((bases[at].left + bases[at].right) / 2 - middle)

    over = [
        at
        for at, base in bases.items()
        if base.left < middle < base.right + OFF_MIDDLE * base.size
        and -OFF_MIDDLE * base.size < accent.y - base.y < HIGHEST * base.size
        and apart(at) <= OFF_MIDDLE * base.size
        and len(_composed(base.text, accent.text)) == 1
    ]
    return min(over, key=apart, default=None)


def _composed(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + COMBINING[accent])
