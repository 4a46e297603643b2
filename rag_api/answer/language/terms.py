"""The terms of a text: its words without stop words, each reduced to its stem."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ingest.index.analysis import compounds
from ingest.languages import MARKS
from ingest.letters import fold, normalise
from rag_api.answer.language.code import code_sentences
from rag_api.answer.language.languages import ENGLISH, AnswerLanguage
from rag_api.answer.language.sentences import sentences
from rag_api.answer.language.words import tables

_LATIN = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f"
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
# What is as often written in one word ("e-mail") is one; so is a name with a sign ("C++").
_IN_ONE_WORD = rf"(?:[EeXx]|[Cc][Oo]|[Ww][Ii])-[{_LATIN}]+"
WORD = re.compile(  # Latin comes first, as it is the quickest to match; what begins no word is passed over at once
    rf"(?=[\w{MARKS}{_UNSPACED}])(?:{_IN_ONE_WORD}|[{_LATIN}]+(?:\+\+|#(?!\w))?|\d+(?:[.,]\d+)*|[{_UNSPACED}]+"
    rf"|(?:(?![{_LATIN}{_UNSPACED}\d_])[\w{MARKS}])+)"
)


def terms(text: str, language: AnswerLanguage) -> list[str]:
    """The stemmed content words of a text, in order; in scripts without blanks, groups of adjacent characters."""
    found: list[str] = []
    for word in WORD.findall(text):
        found += terms_of(word, language)
    return found


def terms_of(word: str, language: AnswerLanguage) -> Sequence[str]:
    """Those of one word, as `WORD` finds it."""
    if word[0] >= "\u0e00" and UNSPACED_START.match(word):
        return _groups(word, language)
    return (term,) if (term := _term(word, language)) else ()


UNSPACED_START = re.compile(f"[{_UNSPACED}]")


def _groups(run: str, language: AnswerLanguage) -> list[str]:
    parts = [run] if language.blanks else _stop_words(language).split(run)
    size = 2 if run[0] >= "\u3040" else 4  # alphabets such as Thai have fewer different characters
    return [part[i : i + size] for part in parts if part for i in range(max(1, len(part) - size + 1))]


@cache
def _stop_words(language: AnswerLanguage) -> re.Pattern[str]:
    return re.compile("|".join(sorted(language.stop_words, key=len, reverse=True)))


@lru_cache(maxsize=100_000)
def _term(word: str, language: AnswerLanguage) -> str:
    """The stem of a word, or "" for a stop word."""
    word = fold(normalise(word).lower()).replace("-", "")
    if word[:1].isdigit():
        return word.replace(",", "")
    word = _VERBS.get(language.name, {}).get(word, word)
    if not word or word in language.stop_words:  # of some marks, nothing is left
        return ""
    stem = " ".join(_analyzer(language).analyze(word))
    return stem if language is ENGLISH else stem[:_STEM]


_VERBS = {
    name: {form: verb for verb, forms in verbs.items() for form in forms.split()}
    for name, verbs in tables("irregular").items()
}
"""By language, the verb of each irregular form: "chosen" is "choose"."""

# Where endings and compounds abound, words agree in their first letters more often than in their stems: McNamee and
# Mayfield, "Character n-gram tokenization for European language text retrieval" (2004).
_STEM = 5


@cache
def _analyzer(language: AnswerLanguage) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.raw())
    if language.stemmer:
        builder = builder.filter(Filter.stemmer(language.stemmer))
    return builder.filter(Filter.ascii_fold()).build()


class Analysed(NamedTuple):
    """A sentence of a text, `text[start:end]`, and its terms."""

    start: int
    end: int
    heading: bool
    terms: list[str]
    known: frozenset[str]


@lru_cache(maxsize=256)
def analysed(text: str, language: AnswerLanguage, is_code: bool = False) -> tuple[Analysed, ...]:
    """The sentences of a passage with their terms, in code also those of the parts of names, as they are searched for;
    cached, since passages are found for several questions."""
    found = []
    for start, end, heading in code_sentences(text) if is_code else sentences(text):
        words = terms(text[start:end], language)
        if is_code:
            parts = terms(" ".join(part for _, its in compounds(text[start:end]) for part in its), language)
            words += [part for part in parts if part not in words]
        found.append(Analysed(start, end, heading, words, frozenset(words)))
    return tuple(found)
