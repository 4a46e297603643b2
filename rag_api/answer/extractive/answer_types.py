"""Answer types: what a question asks for, a time or a number or a name, and whether a sentence says such a thing."""

import re

_DIGIT = r"[0-9\u0660-\u0669\u0966-\u096f]"
_TIME = re.compile(
    rf"{_DIGIT}+|\b(?:centur|decade|Jahrhundert|siècle|siglo|secolo|século|eeuw)|век|قرن|सदी|世纪|世紀|세기|ศตวรรษ"
)
_CLOCK = re.compile(
    rf"{_DIGIT}{{1,2}} ?[:.h时時시] ?{_DIGIT}{{2}}"
    rf"|{_DIGIT} ?(?:[ap]\.? ?m\b|o'clock|Uhr|heures?\b|uur\b|ч|час|بج|बजे|[点點时時]|시|นาฬิกา|โมง)"
    r"|\b(?:noon|midnight|Mitternacht|minuit|medianoche|mezzanotte|meia-noite|middernacht)\b"
    rf"|\b(?:las|alle|ore|às|at) {_DIGIT}|полдень|полночь",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"{_DIGIT}+|[一二三四五六七八九十百千万两]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twent|thirt"
    "|dozen|hundred|thousand|million|half|zwei|drei|vier|fünf|deux|trois|quatre|cinq|dos|tres|cuatro|due|tre|dois|três"
    "|twee|drie|два|две|три|четыре|пять|اثن|ثلاث|أربع|خمس|दो|तीन|चार|पांच)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;:)'\"] )[A-ZÀ-ÞА-Я][\w'’.-]+")
_FIRST_NAME = re.compile(r"([A-ZÀ-ÞА-Я][\w'’.-]{1,60})(?= [A-ZÀ-ÞА-Я])")
_CASED = re.compile(r"[a-zß-öø-ÿа-я]")
TYPES = {"clock": _CLOCK, "when": _TIME, "count": _NUMBER}


def says(kind: str, text: str, asked: str) -> bool:
    """Whether a text says what a question of this kind, in lower case, asks for and does not say itself: a time, a
    number, a name. Names are told by their capitals; scripts that have none say everything."""
    if pattern := TYPES.get(kind):
        return any(match[0].lower() not in asked for match in pattern.finditer(text))
    if not _CASED.search(text):
        return True
    names = _NAME.findall(text) + _FIRST_NAME.findall(text)
    return any(name.strip(".'’-").lower() not in asked for name in names)


_PERSON = re.compile(
    r"[A-ZÀ-ÞА-Я](?=[\w'’-]{0,60}[a-zß-öø-ÿа-я])[\w'’-]{1,60}+ (?:[A-Z]\. )?[A-ZÀ-ÞА-Я][a-zß-öø-ÿа-я][\w'’-]+"
)


def names_person(text: str, asked: str) -> bool:
    """Whether a text has two words with capitals one after the other, as a first and a second name, that a question, in
    lower case, does not say itself."""
    return any(match[0].lower() not in asked for match in _PERSON.finditer(text)) or not _CASED.search(text)


_NEGATION = re.compile(
    r"\b(?:not|never|no|none|without|avoid|except|leave (?:out|off)|keep (?:out|off|away)|nicht|nie|niemals|kein\w*"
    r"|ohne|vermeid\w+|weglassen|pas|jamais|sans|évite\w*|nunca|sin|evit\w+|non|mai|senza|não|sem|niet|nooit|geen|zonder|не|нельзя|никогда|без)\b"
    r"|n['’]t\b|\bلا |\bليس|بدون|नहीं|मत |不|别|勿|禁|ない|ません|않|말|금지|ไม่|ห้าม",
    re.IGNORECASE,
)


def negates(text: str) -> bool:
    """Whether a text says what is not so or not to be done."""
    return _NEGATION.search(text) is not None
