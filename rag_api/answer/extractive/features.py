"""Features: what speaks for or against a sentence as the answer, and for or against there being one.

They are named numbers, most of them from 0 to 1; one that is not named is 0. What each counts for is in
`weights.toml`, as `benchmarks.fit_extractive` fitted it.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import log

from rag_api.answer.extractive.answer_types import names_person, negates, says
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.how_to import task_named
from rag_api.answer.language.attributes import ATTRIBUTES
from rag_api.answer.language.dimensions import DIMENSIONS
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import table_words
from rag_api.answer.language.terms import WORD, terms

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """What is true of all sentences that were found for a question."""

    asked: Asked
    rarity: Mapping[str, float]
    """The weight of each asked term, 1 in all: the fewer sentences have it, the more."""
    usual: float
    """The mean length of a sentence, in terms."""
    scores: Sequence[float]
    """Of the passages."""
    best: float
    """The best of them; 1 if all are 0."""
    inflected: bool
    """Whether words have more endings than in English, so that fewer of them agree."""
    unnamed: Sequence[frozenset[str]]
    """The terms of asked names that each passage lacks."""
    sentences: Sequence[Candidate]
    """All of them, also those without a word of the question."""
    model: str = ""
    """By whose vectors sentences were compared with the question; none if they were not."""
    likeness: float = 0.0
    """In meaning, to the question: the mean of the sentences that were compared."""


def weighed(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(value * weights.get(name, 0.0) for name, value in features.items())


def of_sentence(one: Candidate, found: Found) -> Features:
    asked, known = found.asked, one.sentence.known
    wanted = asked.weights.keys()
    own = wanted & known
    about = wanted & one.about - own
    around = wanted & one.around - own - about
    covered, above, beside = asked.share(own), asked.share(about), asked.share(around)
    score = found.scores[one.passage] / found.best
    features = {
        "covered, log": log(0.05 + covered + 0.9 * above + 0.3 * beside),
        "covered by sentence": sum(map(found.rarity.__getitem__, own)),
        "covered, over length": covered / _length(one, found),
        "covered above": above,
        "covered around": beside,
        "alike": _alike(known, asked, own),
        "passage, log": log(max(score, 0.05)),
        "passage": score,
        "place": log(1 + min(one.place, 20)),
        "length": log(len(one.sentence.terms) / found.usual),
        "new": min(len(known - wanted - one.about), 6) / 6,
    }
    if one.key and one.key <= wanted and (asked.kind != "who" or names_person(one.text, asked.text)):
        features["entry"] = asked.share(one.key)
    if asked.several and one.announces and negates(one.text) == asked.negated:
        features["announces"] = 1.0
    if task := task_named(one.heading, asked):
        features["task"] = task
    if asked.names:
        features["names"] = len(asked.names & (known | one.about)) / len(asked.names)
    if asked.negated and negates(one.text):
        features["negated as asked"] = 1.0
    features |= _order(one, asked, own) | _form(one) | _kind(one, asked)
    if found.model:
        features |= {"meaning": _likeness(one, found), "meaning above": one.likeness_above}
    return features


def _likeness(one: Candidate, found: Found) -> float:
    """In meaning, to the question; the mean, where it was not compared."""
    return found.likeness if one.likeness is None else one.likeness


def _length(one: Candidate, found: Found) -> float:
    """As in BM25, more is asked of a long sentence, which has some words by chance."""
    return 0.75 + 0.25 * len(one.sentence.terms) / found.usual


def _alike(known: Set[str], asked: Asked, own: Set[str]) -> float:
    """How much of the question only begins like a word of the sentence: invent, invention."""
    beginnings = {word[:4] for word in known if len(word) >= 4}
    return asked.share({word for word in asked.weights.keys() - own if word[:4] in beginnings})


def _order(one: Candidate, asked: Asked, own: Set[str]) -> Features:
    """How the asked words stand in a sentence: one after the other, and at its beginning."""
    longest = run = 0
    for word in one.sentence.terms:
        run = run + 1 if word in own else 0
        longest = max(longest, run)
    most = max(len(asked.order), 1)
    return {"run": min(longest, most) / most, "begins": asked.share(own & set(one.sentence.terms[:3]))}


_QUESTION_MARK = ("?", "？", "؟")
_THAI = re.compile(r"[\u0e00-\u0eff]")  # has none
_PAGE = 800  # characters


def _form(one: Candidate) -> Features:
    """What is hardly a statement: a question, a scrap, a title, a page without a full stop."""
    text = one.text
    is_so = {
        "question": text.endswith(_QUESTION_MARK),
        "scrap": len(one.sentence.terms) < 3,
        "page": len(text) > _PAGE,
        "no full stop": text[-1].isalnum() and not _THAI.match(text[-1]),
    }
    return {name: 1.0 for name, so in is_so.items() if so}


_SUBJECT = 3  # terms at the beginning of a sentence
_COPULA = re.compile(
    r"\b(?:is|are|was|were|means?|refers?|ist|sind|war|sont|est|était|es|son|era|è|sono|é|são|zijn|betekent)\b"
    r"|—|это|является|هو|هي|है|हैं|是|指|とは|คือ|[은는] "
)


def _kind(one: Candidate, asked: Asked) -> Features:
    kind = asked.kind
    if kind == "what":
        if not asked.defines:
            return {}
        begins = not asked.weights.keys().isdisjoint(one.sentence.terms[:_SUBJECT])
        return {"definition": float(begins and _COPULA.search(one.text[:100].lower()) is not None)}
    if kind is None:
        return {}
    said = says(kind, timed(one, asked), asked.text)
    features = {f"{_AS.get(kind, kind)}: {'said' if said else 'not said'}": 1.0}
    if said and kind in NUMBERS:
        features[f"{_AS.get(kind, kind)}: near"] = _near(one, asked)
    if kind == "who":
        person = names_person(one.text, asked.text)
        features["who: person"] = float(person)
        if (one.text[0] == "|" or one.text[-1].isalnum()) and (not person or _DIGIT.search(one.text)):
            features["who: row"] = 1.0
    return features


_DIGIT = re.compile(r"\d")


def timed(one: Candidate, asked: Asked) -> str:
    """A sentence, with the time or heading of its entry if that is asked for, and of a row what its figures are."""
    if asked.kind in DIMENSIONS and one.columns:
        return " ".join(["|", one.text, *one.columns])
    if asked.kind == "price" and one.columns:
        return " ".join([one.text, *one.columns, "$" * bool(one.unit)])
    entry = one.entry if asked.kind in TIMES else None
    return " ".join(each.text for each in (dated(one, asked), entry, one) if each)


def dated(one: Candidate, asked: Asked) -> Candidate | None:
    """The heading with a date above a sentence, if it says what is asked for and neither the sentence nor its entry
    does."""
    if not one.dated or asked.kind not in _DATED:
        return None
    own = f"{one.entry.text} {one.text}" if one.entry else one.text
    if says(asked.kind, own, asked.text) or not says(asked.kind, one.dated.text, asked.text):
        return None
    return one.dated


KINDS = frozenset(("clock", "when", "where", "who", "count", "price", "version")) | DIMENSIONS | ATTRIBUTES
TIMES = frozenset(("clock", "when"))
SAID = frozenset(("price", "version")) | DIMENSIONS | ATTRIBUTES
"""Kinds that have to be there, whatever else is said."""
NUMBERS = frozenset(("clock", "when", "count", "price", "version")) | DIMENSIONS | ATTRIBUTES
"""Kinds of which a sentence says one or not, whatever its words are."""
_DATED = frozenset(("when", "version"))  # what the heading of an entry says: "2.3.0 (2024-11-02)"
_AS = {
    "clock": "when",
    "price": "count",
    "version": "count",
    **dict.fromkeys(DIMENSIONS | ATTRIBUTES, "count"),
}  # too rare in the judged sets for numbers of their own


def _near(one: Candidate, asked: Asked) -> float:
    """How near a number stands to a word that is asked for."""
    numbers, places = [], []
    for place, word in enumerate(one.sentence.terms):
        if word in asked.weights:
            places.append(place)
        elif word[0].isdigit():
            numbers.append(place)
    return max((1 / abs(number - place) for number in numbers for place in places), default=0.0)


def of_answer(best: Candidate, ranked: Sequence[Candidate], found: Found) -> Features:
    """What says whether the best sentence answers the question."""
    asked = found.asked
    standing_out = _standing_out(found.scores)
    here = best.sentence.known | best.about
    missing = asked.share(asked.weights.keys() - here)
    sure = max(_said(one, found) for one in ranked)
    if missing < _NEARLY_NONE and _as_asked(best) == 1:  # steps need not repeat the heading that names their task
        sure = max(sure, _ABOVE * found.scores[best.passage])
    sure *= standing_out
    kept = ("alike", "question", "page", "definition")
    features = {name: best.features[name] for name in kept if name in best.features}
    if asked.names:
        features["name missing"] = len(frozenset.intersection(*found.unnamed)) / len(asked.names)
        features["names elsewhere"] = float(found.unnamed[best.passage] == asked.names)
    if found.model:
        features |= {
            "meaning": _likeness(best, found),
            "meaning, most": max(_likeness(one, found) for one in ranked),
            "meaning, mean": found.likeness,
        }
    return features | {
        "said, log": log(max(sure, _UNSAID if found.model else 0.001)),
        "standing out, log": log(max(standing_out, 0.1)),
        "subject missing": missing,
        "inflected": float(found.inflected),
        "counted missing": float(not (here | best.around).issuperset(asked.counted) and not _abbreviates(best, asked)),
        "number missing": float(asked.kind in NUMBERS and not says_beside(best, ranked, asked)),
    }


def counted_apart(best: Candidate, asked: Asked) -> bool:
    """Whether a sentence counts something else: what is asked for stands neither soon after a number, nor before one
    that has no other noun, as in "books: 400"."""
    if best.columns or not table_words(asked.language).asks("many", asked.text) or _NONE.search(best.text):
        return False
    text = best.text
    words = list(WORD.finditer(text))
    counted = [
        place for place, word in enumerate(words) if not asked.counted.isdisjoint(terms(word[0], asked.language))
    ]
    numbers = [place for place, word in enumerate(words) if says("count", word[0], "")]
    after = any(0 <= its - number < _APART for its in counted for number in numbers)
    alone = [place for place in numbers if not _has_noun(text, words[place : place + 2], asked.language)]
    before = any(its < number for its in counted for number in alone)
    return bool(counted) and not after and not before


_APART = 4  # words
_NONE = re.compile(r"\b(?:none|no|keine?r?|aucune?|ningun[oa]|nessun[oa]?|nenhuma?|geen|нет|ни)\b", re.IGNORECASE)


def _has_noun(text: str, number: Sequence[re.Match[str]], language: AnswerLanguage) -> bool:
    """Whether the word after a number belongs to it; the two are given."""
    between = text[number[0].end() : number[1].start()] if len(number) > 1 else "."
    return not between.strip() and len(terms(number[1][0], language)) > 0


def _abbreviates(best: Candidate, asked: Asked) -> bool:
    """Whether a number of a sentence is of the unit that is asked for: "How many grams" and "250 g"."""
    units = {unit for term in asked.counted for word, unit in _UNITS.items() if term.startswith(word)}
    return not units.isdisjoint(_NUMBER_WITH_UNIT.findall(best.text))


_NUMBER_WITH_UNIT = re.compile(r"\d ?([^\W\d]{1,3}|%)(?!\w)")
_UNITS = dict(
    unit.split(":")
    for unit in (
        "kilom:km centi:cm zenti:cm met:m mile:mi mèt:m kilog:kg kilo:kg gram:g pound:lb hour:h stund:h heur:h"
        " minut:min second:s sekun:s watt:W volt:V liter:l litr:l perc:% proze:% gb:GB mb:MB"
    ).split()
)
"""Abbreviations of units, by how their names begin."""


def _said(one: Candidate, found: Found) -> float:
    """How much of the question a sentence says in its own words, by the score of its passage: less if it does not say
    what is asked for."""
    asked, own = found.asked, found.asked.weights.keys() & one.sentence.known
    said = (asked.share(own) + _ALIKE * one.features["alike"]) / _length(one, found) * found.scores[one.passage]
    return said * _as_asked(one)


def _as_asked(one: Candidate) -> float:
    return _NOT_SAID if any(name.endswith(": not said") for name in one.features) else 1.0


_ALIKE, _NOT_SAID, _ABOVE = 0.5, 0.6, 0.5
_NEARLY_NONE = 0.05  # of the question
_UNSAID = 0.03  # of a question that is answered in other words


def _standing_out(scores: Sequence[float]) -> float:
    """The best score over the mean of all, 1 if it is twice that.

    Two assumed passages at half the best score make up for what a few passages do not show. If all are as good as the
    best, the question has only words that all documents have.
    """
    best = max(scores)
    return (len(scores) + 1) * best / sum(scores) / 2 if best else 0.0


def says_beside(best: Candidate, ranked: Sequence[Candidate], asked: Asked) -> bool:
    """Whether a sentence, the one before it or the one after it says what is asked for."""
    near = [one for one in ranked if one.passage == best.passage and abs(one.place - best.place) <= 1]
    return any(says_it(one, asked) for one in near)


def says_it(one: Candidate, asked: Asked) -> bool:
    """Whether a sentence says the kind of thing that is asked for."""
    return says(str(asked.kind), timed(one, asked), asked.text)
