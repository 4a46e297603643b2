"""Figures: lines of a report that end in numbers, as rows of a table in running text do, and the periods above them."""

import re
from itertools import pairwise

_FIGURE = r"(?:[–—-]|[$€£¥]? ?\(?[-−–]?[$€£¥]? ?\d+(?:[.,]\d+)*\)?(?: ?%\)?)?|[$€£¥] ?[–—-])"
_ROW = re.compile(rf"(.*?[^\W\d_][^|]*?)((?:\s+{_FIGURE}){{2,}})\s*")
_EACH = re.compile(rf"(?<!\S){_FIGURE}(?!\S)")
_PERIOD = re.compile(r"(?:[^\W\d]{3,}\.? +\d{1,2}, +|\d{1,2}\.? +[^\W\d]{3,}\.? +|Q[1-4] +)?(?:19|20)\d\d(?![\d.,]*\d)")
_SPAN = re.compile(r"\b(?:three|six|nine|twelve) months|\b(?:quarters?|years?)(?= ended)", re.IGNORECASE)
_UNIT = re.compile(
    r"\bin (?:thousands|millions|billions)\b|(?<=\()(?:thousands|millions|billions)\b|\$ million\b"
    r"|\bin (?:tausend|mio|mrd|millionen|milliarden)\.? ?(?:euro|eur|€|chf)?|\b(?:T|Mio\. ?)(?:EUR|€|CHF)"
    r"|\ben (?:milliers|millions|miles|millones)\b|\bв (?:тысячах|миллионах)\b|\b(?:тыс|млн)\. руб\.",
    re.IGNORECASE,
)
_WITH_UNIT = r"[–—-]?\d+(?:[.,]\d+)*(?:\s?(?:[^\W\d]{1,3}(?!\w)|[°%]\w?))?"
_LETTER = re.compile(r"[^\W\d]")
_MEASURE = re.compile(rf"\d+ ?h \d+ ?min(?!\w)|{_WITH_UNIT}")  # a time is one
_MEASURES = re.compile(rf"((?:[^\W\d][^\s\d]*\s+){{1,6}})((?:{_WITH_UNIT}(?:\s+|\Z)){{2,}})")
_CHANGES = re.compile(r"%|∆|\bchange", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:to|until|through|bis|au|al|a|até|t/m|do|–|—|-)\s*", re.IGNORECASE)
_LONGEST = 300  # characters of a row; the search for one takes time with the square of that
_PERIODS = 8


def figures(line: str) -> tuple[str, list[str]] | None:
    """The label of a row and its figures; None if it is no such row."""
    if len(line) > _LONGEST or not (line[-1].isdigit() or line[-1] in ")%–—-"):
        return None
    row = _ROW.fullmatch(line)
    return (row[1], [_joined(each) for each in _EACH.findall(row[2])]) if row else None


def measures(line: str) -> list[str] | None:
    """The label of a row of numbers with units, such as "Eco 50 °C 3 h 20 min 9.5 l", and each of them; None if a line
    is a sentence or another row."""
    row = _MEASURES.fullmatch(line) if len(line) <= _LONGEST else None
    if not row or not _LETTER.search(row[2]):
        return None
    return [row[1].strip(), *(each[0].strip() for each in _MEASURE.finditer(row[2]))]


def unit(text: str) -> str:
    """What the figures below are counted in, such as "in thousands"; empty if a text does not say it."""
    found = _UNIT.search(text)
    return found[0].lower() if found else ""


def _joined(figure: str) -> str:
    return figure.replace(" ", "")


def periods(line: str, before: str) -> list[str]:
    """The years or dates that a line above figures names, each with its span if the line `before` has some, as in
    "Three months ended, Six months ended", and one without a name if more columns follow; none if percentages stand in
    between."""
    found = list(_PERIOD.finditer(line))
    if any(_RANGE.fullmatch(line, one.end(), other.start()) for one, other in pairwise(found)):
        return []  # "2 January to 2 March" is when it was, and names no columns
    if not found or len(found) > _PERIODS or _CHANGES.search(line, found[0].end(), found[-1].start()):
        return []
    names = [" ".join(each[0].split()) for each in found]
    spans = [span[0].capitalize() for span in _SPAN.finditer(f"{before} {line[: found[0].start()]}")]
    if len(spans) > 1 and len(names) % len(spans) == 0:
        names = [f"{spans[place * len(spans) // len(names)]}, {name}" for place, name in enumerate(names)]
    return names if found[-1].end() == len(line) else [*names, ""]
