"""Analysis: how text becomes the terms that are indexed and searched, which are stemmed words and bigrams.

A word is a run of letters, marks, digits and underscores; so a vowel sign stays with its letter. In scripts without
spaces, each Han, Hiragana, Katakana or Hangul character is a word, and in South-East Asia each letter with its marks;
bigrams join them. A compound such as `getUserName`, `max_tokens` or `FY2018` is indexed whole and in parts. What is
written with a hyphen (`e-mail`) is indexed in one word, too, and so are names with a sign (`C++`, `.NET`, `R&D`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ingest.index import hindi
from ingest.languages import Language, language_of
from ingest.letters import fold, normalise

ANALYSIS_VERSION = 7  # raise it with any change here, so that older indexes are rebuilt

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
_ALPHABETIC = re.compile("[\\0-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u206f\u20a0-\u20bf\u2190-\u2bff]*")
_ALPHABETIC_WORD = re.compile(r"\w+")
_MOST_REMEMBERED = 50_000  # words of a language, some 8 MB

# "what's" and "don't" are cut at the apostrophe; what follows it says nothing about a document.
_CONTRACTION = re.compile(r"(?<=\w)['\u2019](?:s|t|d|m|ll|re|ve)\b", re.IGNORECASE)
_DEVANAGARI = frozenset(map(chr, range(0x900, 0x980)))
_ASCII_WORD = re.compile(rf"\b\w{{1,{_LONGEST_WORD - 1}}}\b", re.ASCII)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# The end of a word with a hyphen, or with a sign. Each begins with a character that is rare, since nothing else is
# searched for as fast; what comes before it is looked at afterwards.
_HYPHEN = re.compile(r"-(?<=\w-)[^\W_]+(?>(?:-[^\W_]+){0,8})(?![\w-])")
_DOMAIN = re.compile(r"\.(?:js|io|net|JS|IO|NET)\b")
_JOINED = re.compile(r"(?<![\w-])[^\W\d_]{1,30}(?:[-.][^\W_]+)+\Z")
_SIGNS = {
    "+": (re.compile(r"\+\+(?![\w+])"), re.compile(r"(?<!\w)[^\W\d_]\w{0,9}\+\+\Z")),
    "#": (re.compile(r"#(?<=\w#)(?![\w#])"), re.compile(r"(?<!\w)[^\W\d_]\w{0,9}#\Z")),
    "&": (re.compile(r"& ?[^\W_]{1,3}(?!\w)"), re.compile(r"(?<!\w)[^\W_]{1,3} ?& ?[^\W_]{1,3}\Z")),
    ".": (re.compile(r"\.(?:NET|Net|net)\b"), re.compile(r"(?<![\w.])\.net\Z", re.IGNORECASE)),
}
_REACH = 31  # characters to look back


Term = tuple[str, ...]
"""A word or bigram of a question, in each form that it has in the documents' languages."""


Value = TypeVar("Value", bound=Hashable)


class QuestionTerms(NamedTuple):
    words: Mapping[Term, int]
    """How often the question has each."""
    bigrams: tuple[Term, ...]
    word_parts: Mapping[Term, tuple[Term, ...]]
    """By compound, its parts, to be searched for as well; where no chunk has it whole, only these count."""
    light: frozenset[Term]
    """The light words among `words`."""
    reversed_bigrams: tuple[Term, ...]
    """The bigrams in the other order ("tax rate" for a rate of tax); none where words are single characters."""
    spelled: Mapping[Term, str]
    """By word, how the question spells it, letters folded."""


def chunk_terms(text: str, language: Language) -> tuple[list[str], list[str]]:
    """The words of a chunk, and its bigrams, which skip stop words."""
    text = normalise(text)
    if _ALPHABETIC.fullmatch(text):
        words = _terms(language.stemmer).of(_ALPHABETIC_WORD.findall(text))
    else:
        parts = " ".join(part for _, parts in compounds(text) for part in parts)
        words = _words(language.stemmer).analyze(fold(f"{text} {parts}"))
        words = [hindi.stem(word) if word[:1] in _DEVANAGARI else word for word in words]
    stop = _stop_terms(language)
    bigrams = list(map(_IN_BIGRAM.join, pairwise([word for word in words if word not in stop])))
    words += _terms(language.stemmer).in_one_word(_hyphenated(text))
    words += _with_signs(text)
    return words, bigrams


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

    in_one_word: dict[str, list[str]] = defaultdict(list)
    for joined, parts in chain.from_iterable(map(_in_one_word, _hyphenated(text))):
        for part in _plain(" ".join(parts)):
            in_one_word[part] += [form for word in _plain(joined) for form in forms(word)]
    words = [word for word in _plain(text) if word not in stop]
    asked = list(map(forms, words))
    bigrams = _distinct(_bigram(first, second) for first, second in pairwise(asked))
    reversed_bigrams = _distinct(_bigram(second, first) for first, second in pairwise(asked) if language.blanks)
    word_parts = {
        _distinct(forms(whole)): _distinct(_distinct(forms(word)) for part in parts for word in _plain(part))
        for word, parts in compounds(text)
        for whole in _plain(word)
    }
    known_bigrams = frozenset(bigrams)
    terms = {word: _distinct([*forms(word), *in_one_word.get(word, [])]) for word in words}
    signs = {(name,): () for name in _with_signs(text)}  # their letters are searched for anyway
    return QuestionTerms(
        words=Counter([*map(terms.__getitem__, words), *signs]),
        bigrams=bigrams,
        word_parts=word_parts | signs,
        light=frozenset(terms[word] for word in words if word in light),
        reversed_bigrams=tuple(bigram for bigram in reversed_bigrams if bigram not in known_bigrams),
        spelled={term: word for word, term in terms.items()},
    )


def _bigram(first: tuple[str, ...], second: tuple[str, ...]) -> Term:
    return _distinct(map(_IN_BIGRAM.join, zip(first, second, strict=True)))


def words_of(text: str, language: Language, terms: Collection[str]) -> list[str]:
    """The words of a text that have one of these terms, as they are written there."""
    term_of = _terms(language.stemmer)
    return [word for word in dict.fromkeys(_ALPHABETIC_WORD.findall(normalise(text))) if term_of[word] in terms]


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))


def compounds(text: str) -> Iterator[tuple[str, list[str]]]:
    """The compounds of a text, each with its parts in order."""
    for word in dict.fromkeys(_ASCII_WORD.findall(text)):
        if not (word.isdigit() or (word.isalpha() and (word.islower() or word.istitle() or word.isupper()))):
            parts = _PART.findall(word)
            if len(parts) > 1:
                yield word, parts


def _hyphenated(text: str) -> list[str]:
    """The words with a hyphen, or as `node.js`, with what stands before them."""
    ends = [*_HYPHEN.finditer(text), *_DOMAIN.finditer(text)]
    return [text[max(0, end.start() - _REACH) : end.end()].rsplit(None, 1)[-1] for end in ends]


def _in_one_word(hyphenated: str) -> list[tuple[str, list[str]]]:
    """Such a word without hyphens, and its parts: two or three of letters, or letters and a number. So no date,
    telephone number or code of a norm becomes a word."""
    if not (found := _JOINED.search(hyphenated)):
        return []
    parts = re.split("[-.]", found[0])
    if len(parts) == 2 and (parts[1].isalpha() or parts[1].isdecimal()):
        return [("".join(parts), parts)]
    if len(parts) == 3 and all(map(str.isalpha, parts)):
        return [("".join(run), run) for run in (parts, parts[:2], parts[1:])]
    return []


def _with_signs(text: str) -> list[str]:
    """`C++`, `F#`, `R&D`, `.NET`: names that their letters alone do not make."""
    found = []
    for sign, (last, whole) in _SIGNS.items():
        for end in last.finditer(text) if sign in text else ():
            if name := whole.search(text, max(0, end.start() - _REACH), end.end()):
                found.append("".join(name[0].lower().split()))
    return found


def _plain(text: str) -> list[str]:
    """The words of a text, not stemmed, stop words included."""
    return _words(None, stem=False).analyze(fold(text))


class _Terms(dict[str, str]):
    """A cache of the terms of words in one language, as `_words` makes them."""

    def __init__(self, stemmer: str | None) -> None:
        self._analyzer = _words(stemmer)
        self._compounds: dict[str, list[tuple[str, list[str]]]] = {}
        self._hyphenated: dict[str, list[str]] = {}

    def __missing__(self, word: str) -> str:
        if len(word) >= _LONGEST_WORD:
            return ""
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
            self._compounds.clear()
        if not (word.isalpha() and word.islower()) and (found := list(compounds(word))):
            self._compounds[word] = found
        term = self[word] = "".join(self._analyzer.analyze(fold(word)))  # empty for a word that is too long
        return term

    def of(self, words: list[str]) -> list[str]:
        """The terms of these words, and of the parts of compounds among them."""
        terms = list(filter(None, map(self.__getitem__, words)))
        if not self._compounds.keys().isdisjoint(words):
            compounds = filter(self._compounds.__contains__, words)
            parts = dict(each for word in compounds for each in self._compounds[word])
            terms += [self[part] for of_one in parts.values() for part in of_one]
        return terms

    def in_one_word(self, hyphenated: list[str]) -> Iterator[str]:
        """The terms of these words without their hyphens."""
        for word in hyphenated:
            if word not in self._hyphenated:
                if len(self._hyphenated) >= _MOST_REMEMBERED:
                    self._hyphenated.clear()
                joined = " ".join(joined for joined, _ in _in_one_word(word))
                self._hyphenated[word] = self._analyzer.analyze(fold(joined))
            yield from self._hyphenated[word]


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


@lru_cache(10_000)
def _stem(word: str, language: str | None) -> str:
    return hindi.stem(word) if word[0] in _DEVANAGARI else _stemmer(language).analyze(word)[0]


@cache
def _stop_terms(language: Language) -> frozenset[str]:
    return frozenset(_stem(word, language.stemmer) for word in _folded(language.stop_words))


@cache
def _folded(words: Collection[str]) -> frozenset[str]:
    """These words in the form they have after a question's analysis."""
    return frozenset(folded for word in words for folded in _plain(normalise(word)))
