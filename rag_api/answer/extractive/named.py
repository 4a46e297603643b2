"""Named: whether a sentence names one of what is asked for, as in "Which offer was chosen?", or only speaks of it.

In English only: elsewhere, the words beside a noun say less of what it is.
"""

import re
from collections.abc import Set

from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.language.languages import ENGLISH
from rag_api.answer.language.terms import WORD, terms

_ASKS = r"^\W*(?:(?:in|of|for|at|from|by|to|on|with|under|and|so) )?which "  # elsewhere it begins no question
_WHICH = re.compile(rf"{_ASKS}(?!of\b|ones?\b)(.+)")
_WHICH_SEVERAL = re.compile(rf"{_ASKS}[^\W\d]+[^s\W]s (?:are|were|have|do|does|did|can|could|may|must|should|will)\b")
_SEVERAL = re.compile(r"[,;:|/\d]|\b(?:and|or|as well as|both)\b")
_KNOWN = re.compile(  # what stands before something that was named before, or is left open
    r"the|this|that|these|those|an?|any|all|both|each|every|some|several|many|various|most|other|no|of|what|which|its?|their|his"
    r"|her|our|your|one|two|three|four|five|six|seven|eight|nine|ten",
    re.IGNORECASE,
)
_SAYS_WHICH = re.compile(  # what may name it after its noun; "was received" says what became of it
    r" (?:of|by|with|in|on|under|called|named|(?:that|which|who)\b[^.]{1,80} (?:is|are|was|were) \w"
    r"|(?:is|are|was|were) (?:(?:an?|the) |(?!\w+(?:ed|en|ing)\b)\w{4}))"
)
_LESS, _LEAST = 0.1, 0.05  # of the question
_NEAR = 4  # sentences
_NO_NOUN = ("ing", "ed")  # of a word with the stem of one
_NAME = re.compile(r"(?<=[^.!?:…] )[A-Z][\w'’-]+|(?<!\w)\w*\d\w*|[“”\"«»`'‘][^\s“”\"«»`'’]+|(?<![\w.])[\w.]*/[\w/.]+")


def names_one(one: Candidate, asked: Asked) -> bool:
    """Also true where no noun is asked for, and of a sentence without it, since it may name one in other words."""
    noun, own = _noun(asked), asked.weights.keys()
    if one.columns or asked.several or noun.isdisjoint(one.sentence.known):
        return True
    words = list(WORD.finditer(one.text))
    stems = [frozenset(terms(word[0], ENGLISH)) for word in words]
    places = [place for place, its in enumerate(stems) if not its.isdisjoint(noun)]
    places = [place for place in places if not words[place][0].endswith(_NO_NOUN)]
    if not places or _has_name(one, asked):
        return True
    for place in places:
        first, last = place, place + 1
        while first and not stems[first - 1].isdisjoint(own):
            first -= 1
        while last < len(words) and not stems[last].isdisjoint(own):
            last += 1
        if first and not _KNOWN.fullmatch(words[first - 1][0]):
            return True
        if last < len(words) and _goes_on(one.text, words[last - 1].end(), words[last]):
            return True
    return False


def may_name_several(one: Candidate, asked: Asked) -> bool:
    """Whether a sentence has room for more than one thing, if several are asked for: "Which stages are there?" It has a
    list or numbers, or announces one."""
    if asked.language is not ENGLISH or not _WHICH_SEVERAL.search(asked.text) or one.columns:
        return True
    return one.announces or _SEVERAL.search(one.text) is not None


def speaks_of_them(one: Candidate, asked: Asked) -> bool:
    """Whether a sentence has the noun of which several are asked for, or stands below it, as an item of "Ingredients";
    also true where there is no noun."""
    noun = _noun(asked)
    return not noun or not noun.isdisjoint(one.sentence.known | one.about)


def answers_instead(one: Candidate, best: Candidate, asked: Asked) -> bool:
    """Whether a sentence near the best, which names none, does, and says as much of the question beside the noun."""
    rest = asked.weights.keys() - _noun(asked)
    least = max(asked.share(rest & best.sentence.known) - _LESS, _LEAST)
    is_near = one.passage == best.passage and abs(one.place - best.place) <= _NEAR
    return is_near and asked.share(rest & one.sentence.known) >= least and names_one(one, asked)


def _noun(asked: Asked) -> Set[str]:
    """The term of what is asked for; a second noun cannot be told from a verb: "which program partitions"."""
    found = _WHICH.search(asked.text) if asked.language is ENGLISH else None
    return frozenset(terms(found[1], ENGLISH)[:1]) if found else frozenset()


def _goes_on(text: str, end: int, word: re.Match[str]) -> bool:
    """Whether a noun is told of after it: "the offer of Miller", "the offer: 4,200 euros", "the program partman"."""
    is_apart = text[end : word.start()] != " "
    return is_apart or _SAYS_WHICH.match(text, end) is not None or len(terms(word[0], ENGLISH)) > 0


def _has_name(one: Candidate, asked: Asked) -> bool:
    """Whether there is a name in it that neither the question nor what stands above it has."""
    names = [name.strip("“”\"«»`'‘’.") for name in _NAME.findall(one.text)]
    return any(name.lower() not in asked.text and not _is_above(name, one) for name in names)


def _is_above(name: str, one: Candidate) -> bool:
    its = terms(name, ENGLISH)
    return len(its) > 0 and one.about.issuperset(its)
