"""Attributes: questions for a phone number, an e-mail address, a web address or a colour, and what each looks like.

In seven languages; in others such a question is one like any other.
"""

import re

from rag_api.answer.language.languages import AnswerLanguage

_ASKED = {
    "phone": r"(?:tele)?phone numbers?|mobile numbers?|fax numbers?|telefonnummern?|rufnummern?|handynummern?"
    r"|faxnummern?|numéros? de (?:téléphone|portable|fax)|(?:número|numero) de teléfono"
    r"|numero di (?:telefono|cellulare)|número de telefone|telefoonnummers?",
    "email": r"e-?mail address(?:es)?|e-?mail-?adressen?|mailadressen?|adresses? (?:e-?mail|électroniques?|mail)"
    r"|direcci[oó]n (?:de (?:correo|e-?mail)|electrónica)|correo electrónico|indirizzo e-?mail"
    r"|endereço de e-?mail|e-?mailadres(?:sen)?",
    "web": r"web ?sites?|home ?page|url|web address(?:es)?|internetadressen?|web-?seiten?|web-?adressen?"
    r"|site (?:web|internet)|(?:página|sitio) web|sito (?:web|internet)",
    "colour": r"(?:what|which) colou?rs?|welche[nrs]? farben?|quelles? couleurs?|qué color(?:es)?|che colore"
    r"|que cor(?:es)?|welke kleur(?:en)?",
}
_ASKS = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _ASKED.items()), re.IGNORECASE)
_DOES = re.compile(  # something with it, which another sentence says: "How do I change my e-mail address?"
    r"^\W*(?:how|why|when|where|who|can|may|must|do|does|is|are|wie (?!laute|ist|heiß)|warum|wann|wo|wer|kann|darf|muss"
    r"|comment|pourquoi|quand|où|qui|peut|cómo|por qué|cuándo|dónde|quién|come|perché|quando|dove|chi|como|onde|quem"
    r"|hoe (?!luidt|is)|waarom|wanneer|waar)\b",
    re.IGNORECASE,
)
_COLOURS = (
    r"red|green|blue|yellow|orange|purple|violet|pink|brown|black|white|gr[ea]y|silver|gold(?:en)?|beige|turquoise|cyan"
    r"|magenta|crimson|scarlet|navy|maroon|ivory|cream|transparent|colou?rless"
    r"|(?:rot|grün|blau|gelb|lila|violett|rosa|braun|schwarz|weiß|grau|silber(?:n)?|golden?|türkis|farblos)(?:e[mnrs]?)?"
    r"|rouges?|verte?s?|bleue?s?|jaunes?|violette?s?|roses?|brune?s?|marrons?|noire?s?|blanch?e?s?|grise?s?|argentée?s?|dorée?s?"
    r"|(?:roj|amarill|morad|negr|blanc|platead|dorad)[oa]s?|verdes?|azul(?:es)?|naranjas?|violetas?|marr[oó]n(?:es)?|gris(?:es)?"
    r"|(?:ross|giall|ner|grigi|argentat|dorat)[oaie]|bianc[oa]|bianch[ie]|blu|arancione|viola|marrone"
    r"|(?:vermelh|amarel|rox|pret|branc|castanh)[oa]s?|laranjas?|cinzas?"
    r"|(?:roo?d|groen|blauw|gee?l|paars|bruin|zwart|wit|grij[sz])e?|oranje|roze"
)
_SAYS = {
    "phone": re.compile(r"(?<![\w.-])\+?\(?\d(?:[ ()/.-]{0,2}\d){5,}(?![\w-])"),
    "email": re.compile(r"[\w.+-]@[\w-]"),
    "web": re.compile(r"https?://|\bwww\.|(?<![\w@.])[\w-]{2,}\.[a-z]{2,}\b", re.IGNORECASE),
    "colour": re.compile(
        rf"(?<!\w)(?:(?:(?:light|dark|pale|hell|dunkel)-?)?(?:{_COLOURS})|RAL \d+)(?!\w)", re.IGNORECASE
    ),
}
_DATES = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:1\d|20)\d\d ?[–/-] ?(?:1\d|20)\d\d")
_LANGUAGES = frozenset(("en", "de", "fr", "es", "it", "pt", "nl"))
ATTRIBUTES = frozenset(_ASKED)


def attribute(question: str, language: AnswerLanguage) -> str | None:
    """Which one is asked for, if any."""
    if language.name not in _LANGUAGES or _DOES.search(question):
        return None
    found = _ASKS.search(question)
    return found.lastgroup if found else None


def without_asking(question: str) -> str:
    """A question without the words that ask for an attribute: what has it need not say what that is."""
    return _ASKS.sub(" ", question)


def has(name: str, text: str) -> bool:
    """Whether a text has such an attribute of something."""
    return _SAYS[name].search(_DATES.sub(" ", text) if name == "phone" else text) is not None
