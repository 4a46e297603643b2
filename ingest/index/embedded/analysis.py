"""How text becomes the words that are indexed and searched; the same for chunks and for questions.

Words are runs of letters, marks, digits and underscores: a vowel sign stays with its letter. Scripts
written without spaces have no such runs, so each Han, Hiragana, Katakana or Hangul character is a word.
"""

import re
import unicodedata

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYSIS_VERSION = 1  # raise it with any change here: indexes made by another version are rebuilt

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_CJK}]]+|[{_CJK}]"
_LONGEST_WORD = 100  # bytes; longer runs are encoded data, not words

# Lucene's English list, then question words, auxiliaries and pronouns. "us" and "may" stay words: country, month.
_STOP_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was
will with
who whom whose what which when where why how
am were been being do does did done doing have has had having can could shall should would must might
i me my mine myself we our ours you your yours he him his she her hers its them theirs those
"""

# "what's" and "don't" are cut at the apostrophe; what follows it says nothing about a document.
_CONTRACTION = re.compile(r"(?<=\w)['\u2019](?:s|t|d|m|ll|re|ve)\b", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200d]")  # soft hyphen, zero width joiner: inside a word, not between words


def normalise(text: str) -> str:
    """One spelling for the many encodings of a word: composed accents, no ligatures, no invisible marks."""
    if text.isascii():
        return text
    # A question may hold half a surrogate pair (JSON allows it), which has no UTF-8 form.
    text = text.encode("utf-8", "ignore").decode()
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def chunk_analyser() -> TextAnalyzer:
    return _words().filter(Filter.stemmer("english")).build()


def question_analyser() -> TextAnalyzer:
    """Drops stop words before they are stemmed, lest "does" takes "doe" along."""
    return _words().filter(Filter.custom_stopword(_STOP_WORDS.split())).filter(Filter.stemmer("english")).build()


def question_terms(question: str, analyser: TextAnalyzer) -> list[str]:
    """The distinct terms to search for, in the order asked; none if the question has only stop words."""
    return list(dict.fromkeys(analyser.analyze(_CONTRACTION.sub("", normalise(question)))))


def _words() -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(Tokenizer.regex(_WORD))
        .filter(Filter.remove_long(_LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
