"""Letters: one spelling of a text where Unicode has several, and one letter for those that writers exchange.

Latin letters are not folded here: a stemmer needs their accents in some languages, and the index folds them itself.
"""

import re
import unicodedata

_ODD = re.compile("[\u00ad\u02bc\u061c\u200c-\u200f\u2010\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_INVISIBLE = re.compile(  # inside a word, not between words
    "[\u00ad\u061c\u200d-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]"
    "|\u200c(?=[\u0900-\u0dff])"  # in Persian, it parts a word from its ending
)

_MOST_MARKS = 30  # on one letter, as in Unicode's stream-safe text format: no language has so many
_MARK = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
_MARK += "\u0f73\u0f75\u0f81\uff9e\uff9f"  # which are made of marks
_TOO_MANY_MARKS = re.compile(f"[{_MARK}]{{{_MOST_MARKS + 1},}}")
_SAMPLED = 10  # a run that is too long has three of every tenth character, which takes a tenth of the time to see
_MARKS_IN_SAMPLE = re.compile(f"[{_MARK}]{{3}}")


def normalise(text: str) -> str:
    """One spelling where Unicode has several: composed accents, no ligatures, no invisible marks."""
    if text.isascii():
        return text
    # A question may hold half a surrogate pair (JSON allows it), which has no UTF-8 form.
    text = text.encode("utf-8", "ignore").decode()
    if _MARKS_IN_SAMPLE.search(text[::_SAMPLED]):
        # To sort the marks of a letter takes time in the square of their number.
        text = _TOO_MANY_MARKS.sub(lambda run: run[0][:_MOST_MARKS], text)
    text = unicodedata.normalize("NFKC", text)
    if not _ODD.search(text):
        return text
    # An apostrophe that Unicode takes for a letter; a hyphen that is not that of ASCII.
    return _INVISIBLE.sub("", text).replace("\u02bc", "'").replace("\u2010", "-")


def fold(text: str) -> str:
    """A normalised text without the marks that writers leave out, such as accents of Greek, points of Hebrew and vowel
    signs of Arabic, and with the digits of ASCII. A letter stays one where it is another: й, ї, ガ."""
    if text.isascii() or not _FOLDED.search(text):
        return text
    text = text.translate(_FOLDS)
    if _INDIC_OR_ARABIC.search(text):
        text = _HEH_AFTER_ARTICLE.sub("\\1\u0629", _NASAL.sub("\u0902", text))
    return text


class _Folds(dict[int, int | str | None]):
    def __missing__(self, point: int) -> int:
        self[point] = point  # `str.translate` is slow where a letter is missing
        return point


def _bases(first: int, last: int) -> dict[int, int | str | None]:
    """Each letter with accents, and the letter that bears them."""
    letters = {point: unicodedata.normalize("NFD", chr(point))[0] for point in range(first, last + 1)}
    return {point: base for point, base in letters.items() if base != chr(point) and base.isalpha()}


def _marks(*ranges: tuple[int, int]) -> dict[int, int | str | None]:
    points = (point for first, last in ranges for point in range(first, last + 1))
    return {point: None for point in points if unicodedata.category(chr(point)) == "Mn"}


_FOLDS = _Folds(
    {point: str(unicodedata.decimal(chr(point))) for point in range(0x660, 0xAC00) if chr(point).isdecimal()}
    | _marks((0x300, 0x36F), (0x591, 0x5C7), (0x610, 0x6ED), (0x8CA, 0x8FF))
    | _bases(0x370, 0x3FF)
    | _bases(0x1F00, 0x1FFF)
    | _bases(0x929, 0x934)
    | str.maketrans("İıςёЁѐЀѝЍ", "IiσеЕеЕиИ")
    | str.maketrans("آأإٱىیېےۓکڪہھۀۂەۃ", "اااايييييككههههه\u0629")
    | str.maketrans("\u05be\u066b\u066c\u0901", "-.,\u0902", "\u0640\u093c")
)

_FOLDED = re.compile(f"[{''.join(map(chr, _FOLDS))}ه]|[ङञणनम]\u094d")
_INDIC_OR_ARABIC = re.compile("[\u0600-\u06ff\u0900-\u097f]")

# "हिन्दी" and "हिंदी": before a consonant, the nasal of its class may be written as a dot.
_NASAL = re.compile("[ङञणनम]\u094d(?=[क-म])")

# Many write heh for teh marbuta at the end of a word. The stemmer takes both off, but heh only where it can be a
# pronoun, which it is not after an article.
_HEH_AFTER_ARTICLE = re.compile(r"(?<!\w)([وبك]?ال\w{2,})ه(?!\w)")
