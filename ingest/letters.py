"""Letters: a text as it is seen, one spelling where Unicode has several, one letter for those that writers exchange.

Latin letters are not folded here: a stemmer needs their accents in some languages, and the index folds them itself.
"""

import re
import unicodedata

# Control characters but for the ends of lines and pages, and what no font shows: marks of direction, joiners, blanks
# without width, selectors of variants, fillers, tags, what is no character. A machine reads words in them.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_SHAPELESS = (  # of the basic plane
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
)
_WITHOUT_SHAPE = (f"{_SHAPELESS}\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff") + "".join(
    f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
)
UNSEEN = f"{_CONTROLS}\u00ad{_WITHOUT_SHAPE}"
"""For a set in a regular expression; some of it belongs to the writing of languages, so take `as_seen`."""

_RUN = re.compile(f"[{UNSEEN}]+")
_LONG_RUN = re.compile(f"[{_WITHOUT_SHAPE}]{{8,}}")
# Most texts are of the basic plane or of ASCII alone, and these take a fifth and a tenth of the time.
_BEYOND_BASIC = re.compile("[\U00010000-\U0010ffff]")
_BASIC_RUN = re.compile(f"[{_CONTROLS}\u00ad{_SHAPELESS}]+")
_ASCII_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Colours and links of terminals, and letters that are overtyped to be bold or underlined.
_TERMINAL = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)|[(-/][0-~]|[@-Z\\^_])"
    r"|[^\n\x08]\x08(?=[^\s\x08])"
)

# Where a joiner is part of the spelling: Arabic, Hebrew, Indic, Tibetan, Khmer, Mongolian and their like.
_JOINED = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u1cff\ua800-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_SYMBOL = "\u00a9\u00ae\u203c\u2049\u20d0-\u20ff\u2122-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001fbff"
_VARIED = re.compile(
    f"[{_SYMBOL}][\ufe00-\ufe0f]|[{_HAN}][\ufe00-\ufe0f\U000e0100-\U000e01ef]|[\u3001-\u303f\uff01-\uff1f][\ufe00\ufe01]"
    "|[\u1000-\u109f\ua840-\ua87f\U00010ac0-\U00010aff][\ufe00]|[\u1800-\u18af][\u180b-\u180f]"
    "|[\u1100-\u115f]\u1160|[0-9#*]\ufe0f(?=\u20e3)"
)
_EMOJI = re.compile(f"[{_SYMBOL}]")
_BLACK_FLAG = "\U0001f3f4"
_FLAG = re.compile(
    "\U000e0067\U000e0062(?:{})\U000e007f".format(
        "|".join("".join(chr(0xE0000 + ord(letter)) for letter in country) for country in ("eng", "sct", "wls"))
    )
)  # those that are drawn; any other is a black flag
_NEAR = 40  # characters


def as_seen(text: str) -> str:
    """A text without what nobody sees: characters without shape, but for those that belong to the writing of a language
    or to an emoji, and those that change the order in which letters are shown."""
    if "\x1b" in text or "\b" in text:
        text = _TERMINAL.sub("", text)
    if text.isascii():
        return _ASCII_CONTROLS.sub("", text)
    return (_RUN if _BEYOND_BASIC.search(text) else _BASIC_RUN).sub(_belonging, text)


def hidden_characters(text: str) -> int:
    """How many there are in runs of such as have no shape, too long to be of any use in writing."""
    return 0 if text.isascii() else sum(len(run[0]) for run in _LONG_RUN.finditer(text))


def _belonging(run: re.Match[str]) -> str:
    """What of a run of unseen characters belongs to the letters beside it."""
    text, start, end = run.string, run.start(), run.end()
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before == _BLACK_FLAG and (flag := _FLAG.match(text, start, end)):
        return flag[0]
    varied = _VARIED.match(text, start - 1, end + 1) if before else None
    kept = varied[0][1:] if varied else ""
    first = text[start + len(kept) : start + len(kept) + 1] if start + len(kept) < end else ""
    if first in ("\u200c", "\u200d"):
        is_emoji = first == "\u200d" and _EMOJI.match(before) and _EMOJI.match(after)
        return kept + first if is_emoji or _JOINED.match(before) else kept
    if first in _DIRECTIONS and not (before.isalnum() and after.isalnum()):
        return kept + first if _RIGHT_TO_LEFT.search(text, max(start - _NEAR, 0), end + _NEAR) else kept
    return kept


_DIRECTIONS = ("\u061c", "\u200e", "\u200f")

_ODD = re.compile(f"[\u00ad\u02bc\u2010{_WITHOUT_SHAPE}]")
_INVISIBLE = re.compile(  # inside a word, not between words
    f"(?!\u200c)[\u00ad{_WITHOUT_SHAPE}]|\u200c(?![\u0590-\u08ff])"  # in Persian, it parts a word from its ending
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
