"""Large letters that a paragraph begins with, over several of its lines: joined with the word that they begin."""

from collections.abc import Sequence

from ingest.convert.formats.pdf.layout import Line

LARGER = 1.8  # times the size of the word
BESIDE = 1.2  # sizes of the letter, from where it begins to the word
AS_HIGH = 0.9  # sizes of the letter, to the height of the word
WORDS = frozenset("AIOÀÁÉÈÓÚYEUVW")  # in some languages


def with_initials(lines: Sequence[Line]) -> Sequence[Line]:
    joined: dict[int, Line] = {}
    taken: set[int] = set()
    for number, initial in enumerate(lines):
        letter = initial.text.strip()
        if len(letter) != 1 or not letter.isupper() or not initial.end:
            continue
        at = _word(initial, lines)
        if at is not None and at not in joined:
            joined[at] = _with(letter, joined.get(at, lines[at]), lines)
            taken.add(number)
    if not taken:
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


def _with(letter: str, line: Line, lines: Sequence[Line]) -> Line:
    word = line.text.split(maxsplit=1)[0].strip(".,;:!?").casefold()
    known = {each.strip(".,;:!?").casefold() for other in lines if other is not line for each in other.text.split()}
    stands_alone = letter in WORDS and letter.casefold() + word not in known and word in known
    return line._replace(text=f"{letter}{' ' * stands_alone}{line.text.lstrip()}")
