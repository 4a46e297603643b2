"""What is needed to detect a language and to compare its words: script, stop words, stemmer."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from pathlib import Path

MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff"
"""Vowel signs and other combining marks, for a character class: they belong to their word, but `\\w` lacks them."""


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class Language:
    """A language that gets its own treatment; all others are treated as English.

    `stop` are words that say nothing in a question, and `light` those that say little, separated by blanks. `telling`
    are other words that the language is detected by, and `letters` those that few others have. `blanks` says whether
    the script writes blanks between words.
    """

    name: str
    stop: str
    light: str = ""
    telling: str = ""
    letters: str = ""
    stemmer: str | None = None
    script: str = "Latin"
    blanks: bool = True

    @cached_property
    def stop_words(self) -> frozenset[str]:
        return frozenset(self.stop.split())

    @cached_property
    def telling_words(self) -> frozenset[str]:
        """What the language is detected by."""
        return self.stop_words.union(self.telling.split())

    @cached_property
    def light_words(self) -> frozenset[str]:
        return frozenset(self.light.split())


_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_OTHERS = {name: (other["words"], other.get("letters", "")) for name, other in _TABLES.pop("others").items()}
"""Languages that would be taken for others: words and letters of theirs. Their texts are treated as English."""

LANGUAGES = tuple(Language(name, **table) for name, table in _TABLES.items())
BY_NAME = {language.name: language for language in LANGUAGES}
ENGLISH = BY_NAME["en"]

_SCRIPTS = (  # with the language that is meant if words and letters do not tell
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("el", re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)

_SAMPLE = 1000  # characters to detect a language from
_SAMPLES = 8  # parts of a document that they are taken from
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*")
_ENOUGH = 0.45  # evidence; a word that no other language has is 1
_INITIALS = frozenset("bcdfghjklmnpqrstvwxz")  # words of one letter that tell nothing, as they are often symbols
_LETTERS = 0.5  # the evidence of letters, at most


class Detector:
    """Tells languages apart by words and letters: the fewer languages have one, the more it tells. `telling` has the
    words, by language."""

    def __init__(self, telling: Mapping[str, Set[str]]) -> None:
        telling = {**telling, ENGLISH.name: telling[ENGLISH.name] | ENGLISH.light_words}  # others must beat it clearly
        self._words = _shared(telling, {name: words.split() for name, (words, _) in _OTHERS.items()})
        self._letters = _shared(
            {name: BY_NAME[name].letters for name in telling}, {name: letters for name, (_, letters) in _OTHERS.items()}
        )
        self._place: dict[str, dict[str, int]] = defaultdict(dict)
        """By script, its languages and the place of each."""
        for name, words in [*telling.items(), *((name, words.split()[:1]) for name, (words, _) in _OTHERS.items())]:
            of_script = self._place[_script("".join(words))]
            of_script[name] = len(of_script)

    def language_of(self, text: str) -> Language:
        """By script, words and letters; English if in doubt."""
        sample = text[:_SAMPLE].replace("İ", "i").lower()
        script = _script(sample)
        evidence: dict[str, float] = defaultdict(float)
        for letter in self._letters.keys() & set(sample):
            for name, share in self._letters[letter].items():
                evidence[name] = min(evidence[name] + share * _LETTERS, _LETTERS)
        words = Counter(_WORD.findall(sample))
        for word in words.keys() & self._words.keys():
            for name, share in self._words[word].items():
                evidence[name] += share * sqrt(words[word])
        place = self._place[script]
        likely = [name for name, its in evidence.items() if its >= _ENOUGH and name in place]
        best = min(likely, key=lambda name: (-round(evidence[name], 6), place[name]), default=script)
        return BY_NAME.get(best, ENGLISH)


def _script(sample: str) -> str:
    """The language that stands for the script of a text."""
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        for name, script in _SCRIPTS:
            if len(script.findall(sample)) * 5 > letters:
                return name
    return ENGLISH.name


def _shared(known: Mapping[str, Iterable[str]], others: Mapping[str, Iterable[str]]) -> dict[str, dict[str, float]]:
    """By word or letter, the languages that have it, with what it tells for each."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, words in [*known.items(), *others.items()]:
        for word in dict.fromkeys(words):
            if word not in _INITIALS:
                names[word].append(name)
    among_known = {word: max(1, sum(name in known for name in having)) for word, having in names.items()}
    return {word: dict.fromkeys(having, 1 / among_known[word]) for word, having in names.items()}


language_of = Detector({language.name: language.telling_words for language in LANGUAGES}).language_of


def language_of_document(text: str) -> Language:
    """The language of most of the text, whatever it begins with."""
    if len(text) <= _SAMPLE:
        return language_of(text)
    size, step = _SAMPLE // _SAMPLES, len(text) // _SAMPLES
    return language_of(" ".join(text[start : start + size] for start in range(0, step * _SAMPLES, step)))
