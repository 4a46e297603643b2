"""Counting: how a question asks how many of something there are, and what the people of a list of names are called."""

import re
from collections.abc import Set
from functools import cache

from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms

# Ways to ask how many; words for people.
_WORDS = {
    "en": ("how many|number of", "people|persons|employees|staff|workers|colleagues|members"),
    "de": ("wie ?viele", "menschen|personen|leute|mitarbeiter(?:innen)?|angestellte|beschäftigte|mitglieder"),
    "fr": ("combien", "personnes|gens|employés|salariés|collègues|membres"),
    "es": ("cuántos|cuántas", "personas|empleados|trabajadores|miembros"),
    "it": ("quanti|quante", "persone|dipendenti|impiegati|membri"),
    "pt": ("quantos|quantas", "pessoas|funcionários|empregados|trabalhadores|membros"),
    "nl": ("hoeveel", "mensen|personen|medewerkers|werknemers|leden"),
    "ru": ("сколько", "людей|человек|сотрудников|работников|членов"),
    "ar": ("كم", "أشخاص|شخصا|موظفا|موظفين|عضوا|أعضاء"),
    "hi": ("कितने|कितनी", "लोग|व्यक्ति|कर्मचारी|सदस्य"),
    "zh": ("多少|几", "人|员工|职员|成员"),
    "ja": ("何人|何名|いくつ", "人|社員|従業員|職員|会員"),
    "ko": ("몇", "사람|직원|회원"),
    "th": ("กี่|จำนวนเท่าใด", "คน|พนักงาน|สมาชิก"),
}


def asks_how_many(question: str, language: AnswerLanguage) -> bool:
    return _patterns(language)[0].search(question.lower()) is not None


def people(question: str, language: AnswerLanguage) -> Set[str]:
    """The terms of the words for people in a question."""
    return set(terms(" ".join(_patterns(language)[1].findall(question.lower())), language))


@cache
def _patterns(language: AnswerLanguage) -> list[re.Pattern[str]]:
    return [re.compile(language.whole(words)) for words in _WORDS.get(language.name, ("(?!)", "(?!)"))]
