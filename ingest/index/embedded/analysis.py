"""Analysis: how text becomes the terms that are indexed and searched, which are stemmed words and bigrams.

A word is a run of letters, marks, digits and underscores; so a vowel sign stays with its letter. In scripts without
spaces, each Han, Hiragana, Katakana or Hangul character is a word, and in South-East Asia each letter with its marks;
bigrams join them. A compound such as `getUserName`, `max_tokens` or `FY2018` is indexed whole and in parts.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ingest.index.embedded import hindi
from ingest.languages import Language, language_of

ANALYSIS_VERSION = 4  # raise it with any change here, so that older indexes are rebuilt

_CHARACTERS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_CLUSTERS = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = (
    rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_CHARACTERS}{_CLUSTERS}]]+|[{_CHARACTERS}]"
    rf"|[[{_CLUSTERS}]&&[\p{{L}}]][[{_CLUSTERS}]&&[\p{{M}}]]*"
)
_LONGEST_WORD = 100  # bytes; longer ones are encoded data, not words
_IN_BIGRAM = "\x1f"

# In texts of Latin, Greek and Cyrillic letters, `_WORD` is what Python takes for a word. Their words are looked up in a
# cache rather than analysed, since most have been seen before.
_ALPHABETIC = re.compile("[\\0-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u206f\u20a0-\u20bf]*")
_ALPHABETIC_WORD = re.compile(rf"\b\w{{1,{_LONGEST_WORD - 1}}}\b")
_MOST_REMEMBERED = 50_000  # words of a language, some 8 MB

# "what's" and "don't" are cut at the apostrophe; what follows it says nothing about a document.
_CONTRACTION = re.compile(r"(?<=\w)['\u2019](?:s|t|d|m|ll|re|ve)\b", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200d]")  # soft hyphen, zero width joiner: inside a word, not between words
_DEVANAGARI = frozenset(map(chr, range(0x900, 0x980)))
_ASCII_WORD = re.compile(rf"\b\w{{1,{_LONGEST_WORD - 1}}}\b", re.ASCII)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


Term = tuple[str, ...]
"""A word or bigram of a question, in each form that it has in the documents' languages."""


Value = TypeVar("Value", bound=Hashable)


class QuestionTerms(NamedTuple):
    words: Mapping[Term, int]
    """How often the question has each."""
    bigrams: tuple[Term, ...]
    word_parts: Mapping[Term, tuple[Term, ...]]
    """By compound, its parts, to be searched for as well."""
    light: frozenset[Term]
    """The light words among `words`."""
    reversed_bigrams: tuple[Term, ...]
    """The bigrams in the other order ("tax rate" for a rate of tax); none where words are single characters."""


def normalise(text: str) -> str:
    """One spelling where Unicode has several: composed accents, no ligatures, no invisible marks."""
    if text.isascii():
        return text
    # A question may hold half a surrogate pair (JSON allows it), which has no UTF-8 form.
    text = text.encode("utf-8", "ignore").decode()
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def chunk_terms(text: str, language: Language) -> tuple[list[str], list[str]]:
    """The words of a chunk, and its bigrams, which skip stop words."""
    text = normalise(text)
    if _ALPHABETIC.fullmatch(text):
        words = _terms(language.stemmer).of(_ALPHABETIC_WORD.findall(text))
    else:
        parts = " ".join(part for _, parts in _compounds(text) for part in parts)
        words = _words(language.stemmer).analyze(f"{text} {parts}")
        words = [hindi.stem(word) if word[:1] in _DEVANAGARI else word for word in words]
    stop = _stop_terms(language)
    return words, list(map(_IN_BIGRAM.join, pairwise([word for word in words if word not in stop])))


def question_terms(question: str, languages: Iterable[Language]) -> QuestionTerms:
    """What to search for in chunks of these languages, in the order of the question; nothing if it has only stop
    words."""
    text = _CONTRACTION.sub("", normalise(question))
    language = language_of(text)
    stop, light = _folded(language.stop_words), _folded(language.light_words)
    stemmers = _distinct(language.stemmer or "english" for language in languages)

    @cache  # a pasted page repeats most of its words
    def forms(word: str) -> tuple[str, ...]:
        return tuple(_stem(word, stemmer) for stemmer in stemmers)

    words = [word for word in _plain(text) if word not in stop]
    asked = list(map(forms, words))
    bigrams = _distinct(_bigram(first, second) for first, second in pairwise(asked))
    reversed_bigrams = _distinct(_bigram(second, first) for first, second in pairwise(asked) if language.blanks)
    word_parts = {
        _distinct(forms(whole)): _distinct(_distinct(forms(word)) for part in parts for word in _plain(part))
        for word, parts in _compounds(text)
        for whole in _plain(word)
    }
    return QuestionTerms(
        words=Counter(map(_distinct, asked)),
        bigrams=bigrams,
        word_parts=word_parts,
        light=frozenset(_distinct(forms(word)) for word in words if word in light),
        reversed_bigrams=tuple(bigram for bigram in reversed_bigrams if bigram not in bigrams),
    )


def _bigram(first: tuple[str, ...], second: tuple[str, ...]) -> Term:
    return _distinct(map(_IN_BIGRAM.join, zip(first, second, strict=True)))


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))


def _compounds(text: str) -> Iterator[tuple[str, list[str]]]:
    """The compounds of a text, each with its parts in order."""
    for word in dict.fromkeys(_ASCII_WORD.findall(text)):
        if not (word.isdigit() or (word.isalpha() and (word.islower() or word.istitle() or word.isupper()))):
            parts = _PART.findall(word)
            if len(parts) > 1:
                yield word, parts


def _plain(text: str) -> list[str]:
    """The words of a text, not stemmed, stop words included."""
    return _words(None, stem=False).analyze(text)


class _Terms(dict[str, str]):
    """A cache of the terms of words in one language, as `_words` makes them."""

    def __init__(self, stemmer: str | None) -> None:
        self._analyzer = _words(stemmer)
        self._compounds: dict[str, list[tuple[str, list[str]]]] = {}

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
            self._compounds.clear()
        if not (word.isalpha() and word.islower()) and (compounds := list(_compounds(word))):
            self._compounds[word] = compounds
        term = self[word] = "".join(self._analyzer.analyze(word))  # empty for a word that is too long
        return term

    def of(self, words: list[str]) -> list[str]:
        """The terms of these words, and of the parts of compounds among them."""
        terms = list(filter(None, map(self.__getitem__, words)))
        if not self._compounds.keys().isdisjoint(words):
            compounds = filter(self._compounds.__contains__, words)
            parts = dict(each for word in compounds for each in self._compounds[word])
            terms += [self[part] for of_one in parts.values() for part in of_one]
        return terms


_terms = cache(_Terms)


@cache
def _words(stemmer: str | None, *, stem: bool = True) -> TextAnalyzer:
    """The analyzer of a language; without a stemmer of its own, English, as most of its words in Latin script are."""
    builder = (
        TextAnalyzerBuilder(Tokenizer.regex(_WORD))
        .filter(Filter.remove_long(_LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
    return builder.filter(Filter.stemmer(stemmer or "english")).build() if stem else builder.build()


@cache
def _stemmer(language: str | None) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(language or "english")).build()


def _stem(word: str, language: str | None) -> str:
    return hindi.stem(word) if word[0] in _DEVANAGARI else _stemmer(language).analyze(word)[0]


@cache
def _stop_terms(language: Language) -> frozenset[str]:
    return frozenset(_stem(word, language.stemmer) for word in _folded(language.stop_words))


@cache
def _folded(words: Collection[str]) -> frozenset[str]:
    """These words in the form they have after a question's analysis."""
    return frozenset(folded for word in words for folded in _plain(normalise(word)))
