"""What the built-in model knows about languages: question words and greetings."""

import re
from dataclasses import dataclass
from functools import cached_property

from ingest import languages
from ingest.languages import MARKS, Detector
from ingest.letters import fold, normalise
from rag_api.answer.language.replies import REPLIES, Replies
from rag_api.answer.language.words import either, tables

_OTHER = "other"


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class AnswerLanguage:
    """A language of `ingest.languages`, by its name.

    Ways to ask are separated by "|"; if the script writes no blanks between words, they are looked for anywhere in the
    text.
    """

    name: str
    who: str
    when: str
    where: str
    count: str
    what: str
    greetings: str
    clock: str = ""
    other: str = ""
    """Question words that ask for something else, where others are conjunctions, too: "What happened when"."""

    @property
    def stemmer(self) -> str | None:
        return languages.BY_NAME[self.name].stemmer

    @property
    def replies(self) -> Replies:
        return REPLIES[self.name]

    @property
    def blanks(self) -> bool:
        return languages.BY_NAME[self.name].blanks

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing about a sentence, though a search may use some of them, with their letters folded."""
        language = languages.BY_NAME[self.name]
        return frozenset(map(fold, language.stop_words | language.light_words))

    def asks_for(self, question: str) -> str | None:
        """What kind of thing is asked for: "clock", "when", "where", "count", "who", "what" (a definition), or None for
        others."""
        asked = _read(question)
        found = {kind: match.start() for kind, pattern in self._kinds.items() if (match := pattern.search(asked))}
        first = min(found, key=found.__getitem__, default=_OTHER)
        return None if first == _OTHER else first

    def without_question_words(self, question: str, kind: str) -> str:
        """A question as it is compared, without the words that ask for this kind: "hoch" of "wie hoch" is no word to
        look for."""
        return self._kinds[kind].sub(" ", _read(question))

    def after_question_words(self, question: str, kind: str) -> str:
        """What follows the first of these words, as it is compared."""
        return self._kinds[kind].split(_read(question), maxsplit=1)[-1]

    @cached_property
    def _kinds(self) -> dict[str, re.Pattern[str]]:
        kinds = {"clock": self.clock, "when": self.when, "where": self.where, "count": self.count, "who": self.who}
        kinds |= {"what": self.what, _OTHER: self.other}
        return {kind: re.compile(self.whole(fold(words))) for kind, words in kinds.items() if words}

    def whole(self, words: str) -> str:
        """A pattern for words, separated by "|", where they are not parts of others. `\\b` would end a word of Hindi at
        its first vowel sign."""
        return rf"(?<![\w{MARKS}])(?:{words})(?![\w{MARKS}])" if self.blanks else f"(?:{words})"


LANGUAGES = tuple(AnswerLanguage(name, **either(words)) for name, words in tables("asking").items())
BY_NAME = {language.name: language for language in LANGUAGES}
ENGLISH = BY_NAME["en"]
_DETECTOR = Detector(
    {name: languages.BY_NAME[name].telling_words.union(each.greetings.split()) for name, each in BY_NAME.items()}
)


def language_of(text: str) -> AnswerLanguage:
    """By script, stop words and greetings; English if in doubt."""
    return BY_NAME[_DETECTOR.language_of(text).name]


def language_of_turn(turn: str, before: str, found: str = "") -> AnswerLanguage:
    """The language of a turn or, where "2019?" tells nothing, of the turns before it, or else of what was found."""
    for text in (turn, before):
        language = language_of(text)
        if language is not ENGLISH or not ENGLISH.stop_words.isdisjoint(_WORD.findall(text.lower())):
            return language
    return language_of(found) if found else ENGLISH


_WORD = re.compile(r"[^\W\d_]+")


def _read(text: str) -> str:
    return fold(normalise(text).lower())
