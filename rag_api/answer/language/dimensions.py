"""Dimensions: questions for a weight, a length, a speed, an age or a temperature, and the measures that answer them."""

import re
from functools import cache

from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.words import either, tables

_SIGNS = {
    "weight": "kg|mg|g|t|lbs?|oz",
    "length": "km|cm|mm|m|ft|in|mi|yd|nm|µm",
    "time": "ms|s|sec|min|h|hrs?|std",
    "rate": "(?:km|m|cm|mm|mi)/[hs]|kmh|kph|mph|rpm|kn|[kmg]?hz|[kmgt]?b(?:it)?/?ps|[kmgt]b(?:it)?/s|/(?:s|min|h)",
    "degree": "°|℃|℉|° ?[cf]|[cfk]",
}
"""Of units, in lower case, in all languages."""
_UNITS = {
    "weight": ("weight",),
    "height": ("length",),
    "depth": ("length",),
    "width": ("length",),
    "thickness": ("length",),
    "distance": ("length", "time"),
    "speed": ("rate", "time"),
    "age": ("time",),
    "temperature": ("degree",),
}
DIMENSIONS = frozenset(_UNITS)

_YEAR = re.compile(r"(?:1\d|20)\d\d\b")  # what is from then is as old as that
_BARE = re.compile(r"\s*(?:[.,;:)!?(]|[–-] ?\d|\Z|(?:or|and|to|oder|und|bis|ou|et|o|y|e|of)\b)")
_BEFORE_BARE = re.compile(
    r"\b(?:at least|over|under|from|until|above|below|is|are|was|were|be|turned|at|to|mindestens|ab|über|unter|bis|auf"
    r"|ist|sind|war|waren|wird|moins|plus de|moins de|à|a|tiene|almeno|menos|minstens|vanaf|is|от|до|od|do|minst) \Z"
)
"""What stands around a number without a unit: "must be at least 18." """
_WITHOUT_UNIT = frozenset(("age", "temperature"))
_AT_ONCE = re.compile(  # how fast, without a number
    r"\b(?:immediately|at once|instantly|promptly|without (?:undue )?delay|as soon as|straight ?away|unverzüglich"
    r"|sofort|umgehend|so bald wie|imm[ée]diatement|sans d[ée]lai|aussitôt|inmediatamente|de inmediato|immediatamente"
    r"|subito|imediatamente|onmiddellijk|direct|meteen|немедленно|сразу|natychmiast|niezwłocznie|omedelbart|genast)\b"
)
_APART = 25  # letters between a number and its unit, as in "two to three metric tons"
_REST = re.compile(r"\w{0,20}")
_NEVER = "(?!)"

_ASKED = {name: either(words) for name, words in tables("dimensions").items()}
_NAMED = [either(words) for words in tables("units").values()]
_NOUNS = [either(words) for words in tables("dimension_nouns").values()]


def dimension(question: str, language: AnswerLanguage) -> str | None:
    """Which one is asked for, if any."""
    text = question.lower()
    return next((name for name in _ASKED.get(language.name, ()) if _asking(language.name, name).search(text)), None)


def without_asking(question: str, language: AnswerLanguage, name: str) -> str:
    """A question, in lower case, without the words that ask for a dimension."""
    return _asking(language.name, name).sub(" ", question.lower())


def measures(name: str, text: str, number: str, asked: str) -> bool:
    """Whether a text says a measure of this dimension with a `number`, which is a pattern, that a question, in lower
    case, does not say itself. Of a row of a table, the unit may stand in the header."""
    lower = text.lower()
    numbers = [match for match in re.finditer(number, lower, re.IGNORECASE) if match[0] not in asked]
    if lower.startswith("|"):
        return bool(numbers) and is_of(name, lower)
    if name == "speed" and _AT_ONCE.search(lower):
        return True
    unit, noun = _unit(name), _noun(name)
    return any(
        unit.search(lower, match.end(), _near(lower, match))
        or noun.search(lower, max(0, match.start() - _APART), _near(lower, match))
        or (name == "age" and _YEAR.match(lower, match.start()))
        or (name in _WITHOUT_UNIT and _is_bare(lower, match))
        for match in numbers
    )


def _near(text: str, number: re.Match[str]) -> int:
    """Where what is near a number ends: with a word, as half of one may be a unit, such as "an" of "and" in French."""
    end = number.end() + _APART
    return rest.end() if (rest := _REST.match(text, end)) else end


def _is_bare(text: str, number: re.Match[str]) -> bool:
    before = text[max(0, number.start() - _APART) : number.start()]
    return _BARE.match(text, number.end()) is not None and _BEFORE_BARE.search(before) is not None


def is_of(name: str, text: str) -> bool:
    """Whether a text, such as the name of a column, names a dimension or, without naming another, one of its units."""
    lower = text.lower()
    others = (_noun(other) for other in DIMENSIONS - {name})
    if _noun(name).search(lower):
        return True
    # Days and hours count more than what is asked for, such as leave.
    unit = None if name == "age" else _unit(name, but="time").search(lower)
    return unit is not None and not any(noun.search(lower) for noun in others)


@cache
def _asking(language: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_ASKED[language].get(name, _NEVER)})(?!\w)")


@cache
def _unit(name: str, but: str = "") -> re.Pattern[str]:
    """After a digit or a blank: "12kg", "12 kg", "12-foot"; but "twice a day" is none."""
    kinds = [kind for kind in _UNITS[name] if kind != but]
    words = [_SIGNS[kind] for kind in kinds] + [named[kind] for named in _NAMED for kind in kinds]
    return re.compile(rf"(?<![^\W\d_])(?<!\ba )(?<!\bper )(?<!\bpro )(?<!\bam )(?<!/)(?:{'|'.join(words)})(?![\w/])")


@cache
def _noun(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(nouns[name] for nouns in _NOUNS)})(?!\w)")
