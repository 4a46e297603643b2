"""A request for an overview: told apart from an ordinary question by its whole wording."""

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any
from unicodedata import normalize

from ingest import languages
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.overviews import LANGUAGES, OverviewLanguage

LONGEST = 200
"""Characters of a request: what is longer says more than that."""


LAST = -1


class Kind(Enum):
    LIST = "which documents there are"
    COUNT = "how many there are"
    FIND = "which of them are about something"
    SUMMARY = "what they are about"


@dataclass(frozen=True)
class Request:
    kind: Kind
    language: OverviewLanguage
    topic: str = ""
    """What the documents are to be about."""
    names: tuple[str, ...] = ()
    """Words that may be in the name or title of the document meant, and have to be if it is not `called` one."""
    kinds: tuple[str, ...] = ()
    """Those of them that say what kind of document it is."""
    called: bool = False
    """Whether what is meant is called a document, or by the name of a file."""
    pointing: bool = False
    """Whether it is meant without a name: "this document", or nothing at all."""
    several: bool = False
    suffix: str = ""
    """Of the files meant, if they are called by it: "this PDF"."""
    place: int = 0
    """From 1, in the list that was answered before; `LAST` for the last one."""


@lru_cache(maxsize=256)
def read(question: str) -> Request | None:
    """None for an ordinary question, as nearly all are."""
    text = question.strip()
    if len(text) > LONGEST or "\n" in text:
        return None
    text = _folded(text)
    for language in _alike(text):
        if request := _Grammar.of(language).read(text):
            return request
    return None


@lru_cache(maxsize=256)
def read_going_on(question: str) -> Request | None:
    """What "And the second one?" means after a list of documents; None if it says anything else."""
    if len(question) > LONGEST:
        return None
    text = _folded(question)
    for language in _alike(text):
        if place := _Grammar.of(language).place(text):
            return Request(Kind.SUMMARY, language, place=place)
    return None


def _alike(text: str) -> list[OverviewLanguage]:
    """The languages that it may be in, the most likely one first."""
    first = language_of(_ASCII_FILE.sub("", text)).name  # a file's name is in no language
    script = languages.BY_NAME[first].script
    alike = [each for each in LANGUAGES if languages.BY_NAME[each.name].script == script]
    return sorted(alike, key=lambda each: each.name != first)


_QUOTES = re.compile("[\"“”„«»‹›`「」『』《》]|(?<!\\w)'|'(?!\\w)")
_ENDS = " \t?!.,;:…¿¡。？！，、；：؟،।"


def _folded(text: str) -> str:
    text = normalize("NFKC", text).lower().translate(_SAME)
    return " ".join(_QUOTES.sub("", text).split()).strip(_ENDS)


_SAME = str.maketrans({"’": "'", "أ": "ا", "إ": "ا", "آ": "ا", "ً": None})


class _Grammar:
    """The patterns of a language, compiled.

    What repeats is possessive, so that no text makes matching slow.
    """

    def __init__(self, language: OverviewLanguage) -> None:
        self._answered_in = language
        words: dict[str, Any] = {key: _folded_words(value) for key, value in vars(language).items() if key != "name"}
        self._language = replace(language, **words)
        self._blanks = languages.BY_NAME[language.name].blanks or language.name == "ko"

    @classmethod
    def of(cls, language: OverviewLanguage) -> "_Grammar":
        if language.name not in _grammars:
            _grammars[language.name] = cls(language)
        return _grammars[language.name]

    def read(self, text: str) -> Request | None:
        for said in self._without_politeness(text):
            for kind, pattern in self._patterns:
                if found := pattern.fullmatch(said):
                    request = self._request(kind, found.groupdict())
                    if request:
                        return request
        return None

    def place(self, text: str) -> int | None:
        rest = self._going_on.sub(" ", text)
        rest = self._any_noun.sub(" ", rest)
        words = [word for word in rest.split() if not self._all_determined.fullmatch(word)]
        said = " ".join(words)
        if said.isdecimal():
            return int(said)
        if re.fullmatch(self._language.last, said):
            return LAST
        return next((n for n, word in enumerate(self._language.ordinals, 1) if re.fullmatch(word, said)), None)

    def _without_politeness(self, text: str) -> list[str]:
        """What is left of the text as its politeness is taken away, that with the least first."""
        stages = [" ".join(self._please.sub("", text).split()).strip(_ENDS)]
        for _ in range(6):
            rest = self._polite.sub("", stages[-1]).strip(_ENDS)
            if rest == stages[-1] or not rest:
                break
            stages.append(" ".join(rest.split()))
        return stages[::-1]

    def _request(self, kind: Kind | None, found: dict[str, str | None]) -> Request | None:
        language = self._answered_in
        if kind is Kind.FIND:
            topic = self._determined.sub("", found["topic"] or "").strip(_ENDS)
            return Request(kind, language, topic=topic or found["topic"] or "")
        if kind in (Kind.LIST, Kind.COUNT):
            return Request(kind, language)
        meant = self._meant(found.get("x"))
        if meant is None or (kind is None and not meant.called):
            return None
        return meant

    def _meant(self, x: str | None) -> Request | None:
        """What X is; None if it is no certain document, or has no word that could name one."""
        language = self._answered_in
        if x is None:
            return Request(Kind.SUMMARY, language, pointing=True)
        if place := self.place(x):
            return Request(Kind.SUMMARY, language, called=True, place=place)
        rest = self._have.sub("", x).strip(_ENDS)
        if self._indefinite.match(rest):
            return None
        if self._these.fullmatch(rest) or self._all_determined.fullmatch(rest):
            return Request(Kind.SUMMARY, language, pointing=True)
        rest = self._determined.sub("", rest).strip(_ENDS)
        file = _FILE.search(rest)
        noun = self._noun_last.search(rest) or self._noun_first.match(rest)
        if noun:
            rest = (rest[: noun.start()] + " " + rest[noun.end() :]).strip(_ENDS + "-")
        rest = self._determined.sub("", rest)
        words = [word for word in self._words(rest) if not self._all_determined.fullmatch(word)]
        kinds = tuple(word for word in words if self._kind.fullmatch(word))
        called = noun is not None or file is not None
        several = noun is not None and re.search(self._language.several, noun[0]) is not None
        suffix = ".pdf" if noun and "pdf" in noun[0] else ""
        if not words and not called:
            return None
        if len(words) > 8 or (not called and self._asks.search(x)):
            return None
        return Request(
            Kind.SUMMARY, language, "", tuple(words), kinds, called, pointing=not words, several=several, suffix=suffix
        )

    def _words(self, text: str) -> list[str]:
        its = languages.BY_NAME[self._language.name]
        stop = its.stop_words | its.light_words
        return [word for word in _WORD.findall(text) if word not in stop]

    @cached_property
    def _patterns(self) -> list[tuple[Kind | None, re.Pattern[str]]]:
        language = self._language
        said = [
            *((Kind.LIST, pattern) for pattern in language.listing),
            *((Kind.COUNT, pattern) for pattern in language.counting),
            *((Kind.FIND, pattern) for pattern in language.finding),
            *((Kind.SUMMARY, pattern) for pattern in language.summary),
            *((None, pattern) for pattern in language.said),
        ]
        return [(kind, re.compile(self._filled(pattern))) for kind, pattern in said]

    def _filled(self, pattern: str) -> str:
        language = self._language
        between = self._between
        docs = (
            f"(?>(?:(?:{_longest_first(language.determiners)}){between})*)(?:{language.documents})"
            f"(?:{' ' if self._blanks else ''}(?:{_longest_first(language.determiners)}))*?"
        )
        values = {"DOCS": docs, "HAVE": f"(?:{language.have})", "X": "(?P<x>.+?)", "TOPIC": "(?P<topic>.+?)"}
        return re.sub("DOCS|HAVE|TOPIC|X", lambda found: values[found[0]], pattern)

    @property
    def _between(self) -> str:
        """What comes between two words."""
        return "(?: |(?<='))" if self._blanks else ""

    @cached_property
    def _polite(self) -> re.Pattern[str]:
        words = _longest_first(self._language.polite)
        if self._blanks:
            before = "" if self._language.name == "ko" else "(?<=[ ,،])"  # Korean adds it to the verb
            return re.compile(rf"^(?:{words})(?=[ ,،]|$)|{before}(?:{words})$")
        return re.compile(f"^(?:{words})|(?:{words})$")

    @cached_property
    def _going_on(self) -> re.Pattern[str]:
        words = _longest_first(self._language.going_on)
        if not self._blanks or self._language.name == "ko":
            return re.compile(words)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    @cached_property
    def _any_noun(self) -> re.Pattern[str]:
        edge = r"\b" if self._blanks else ""
        return re.compile(f"{edge}(?:{self._language.documents}|{self._language.kinds}){edge}")

    @cached_property
    def _please(self) -> re.Pattern[str]:
        """The first of the polite words, which may stand anywhere."""
        please = self._language.polite.split("|")[0]
        return re.compile(rf"(?<!\w){please}(?!\w),?" if self._blanks else please)

    @cached_property
    def _determined(self) -> re.Pattern[str]:
        """What stands before a name without being a part of it."""
        words = _longest_first(self._language.determiners)
        return re.compile(f"^(?>(?:(?:{words})(?:{self._between}|$))+)")

    @cached_property
    def _all_determined(self) -> re.Pattern[str]:
        words = _longest_first(self._language.determiners)
        return re.compile(f"(?>(?:(?:{words})(?:{self._between}|$))+)")

    @cached_property
    def _have(self) -> re.Pattern[str]:
        return re.compile(f"{' ' if self._blanks else ''}(?:that |which )?(?:{self._language.have})$")

    @cached_property
    def _indefinite(self) -> re.Pattern[str]:
        return re.compile(f"(?:{self._language.indefinite})" + (r"(?!\w)" if self._blanks else ""))

    @cached_property
    def _these(self) -> re.Pattern[str]:
        return re.compile(self._language.these)

    @cached_property
    def _noun_last(self) -> re.Pattern[str]:
        """The word for a document at the end, maybe of a compound."""
        compounds = not self._blanks or self._language.name in ("de", "nl", "ko")
        after = f"(?>(?:{' ' if self._blanks else ''}(?:{_longest_first(self._language.determiners)}))*)"
        before = r"(?<!\.)" if compounds else r"(?<![.\w])"
        return re.compile(f"{before}(?:{self._language.documents}){after}$")

    @cached_property
    def _noun_first(self) -> re.Pattern[str]:
        # In English, "the document retention policy" is no document about that.
        after = (
            r"(?= (?:about|on|called|named|titled|entitled|from|of|with|in|by)\b)"
            if self._language.name == "en"
            else ""
        )
        return re.compile(f"(?:{self._language.documents}){after}" + (r"(?!\w)" if self._blanks else ""))

    @cached_property
    def _kind(self) -> re.Pattern[str]:
        return re.compile(self._language.kinds)

    @cached_property
    def _asks(self) -> re.Pattern[str]:
        words = self._language.asks
        return re.compile(rf"(?:^|\s)(?:{words})(?:\s|$)" if self._blanks else words)


_grammars: dict[str, _Grammar] = {}


def _longest_first(words: str) -> str:
    return "|".join(sorted(words.split("|"), key=len, reverse=True)) if "(" not in words else words


def _folded_words(words: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(words, tuple):
        return tuple(normalize("NFKC", pattern).translate(_SAME) for pattern in words)
    return normalize("NFKC", words).translate(_SAME)


_LETTER = rf"[\w{languages.MARKS}\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"  # Thai marks are no letters to `re`
_WORD = re.compile(rf"{_LETTER}+(?:[.'+#-]{_LETTER}+)*")
_ENDINGS = (
    "pdf|docx?|odt|rtf|txt|md|html?|epub|tex|pptx?|odp|xlsx?|ods|csv|json|xml|ya?ml|eml|msg|py|js|ts|java|c|cpp|go|rs"
    "|ipynb|png|jpe?g|tiff?|srt|vtt|log|rst"
)
_FILE = re.compile(rf"(?<![\w.-])[\w.-]*\w\.(?:{_ENDINGS})(?![a-z0-9])")
_ASCII_FILE = re.compile(rf"(?<![a-z0-9_.-])[a-z0-9_.-]+\.(?:{_ENDINGS})(?![a-z0-9])")
