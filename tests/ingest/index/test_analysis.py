"""The words of a chunk, looked up or analysed: the same terms."""

import re

import pytest

from ingest.index import analysis
from ingest.index.analysis import chunk_terms, question_terms
from ingest.languages import BY_NAME, ENGLISH, LANGUAGES, Language

OTHER_SCRIPT = " 汉"  # a text that has it is analysed as a whole


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_words_that_are_looked_up_have_the_terms_of_the_analysis(language: Language) -> None:
    looked_up = [chr(point) for point in range(0x2C00) if re.fullmatch(analysis._ALPHABETIC, chr(point))]
    for start in range(0, len(looked_up), 100):
        text = "".join(f"a{c}b {c} getFoo{c}Bar x{c}{c}9 " for c in looked_up[start : start + 100])
        looked_up_words, _ = chunk_terms(text, language)
        analysed, _ = chunk_terms(text + OTHER_SCRIPT, language)
        assert looked_up_words == [word for word in analysed if word not in ("", "汉")]


def test_parts_follow_the_words_each_compound_once() -> None:
    words, _ = chunk_terms("getUserName of max_tokens, getUserName", ENGLISH)
    assert words == ["getusernam", "of", "max_token", "getusernam", "get", "user", "name", "max", "token"]


@pytest.mark.parametrize("script", ["", OTHER_SCRIPT])
def test_a_run_of_a_hundred_characters_is_no_word_and_has_no_parts(script: str) -> None:
    long, longer = "aB" * 49, "aB" * 50
    words, _ = chunk_terms(f"heron {longer} {long}{script}", ENGLISH)
    assert words[:2] == ["heron", long.lower()]
    assert len(words) == 2 + len(script.strip()) + len(re.findall("[A-Z]?[a-z]+|[A-Z]+", long))


def test_no_more_words_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_MOST_REMEMBERED", 10)
    terms = analysis._Terms(BY_NAME["en"].stemmer)
    for n in range(100):
        assert terms.of([f"herons{n}", "birds"]) == [f"herons{n}", "bird", "heron", str(n)]
        assert len(terms) <= 10


@pytest.mark.parametrize("hidden", ["\u200b", "\u200c", "\u202e", "\u2066", "\U000e0041", "\ufe01", "\u034f"])
def test_a_question_is_the_same_with_what_is_not_seen_and_without(hidden: str) -> None:
    assert question_terms(f"se{hidden}cret fee", [ENGLISH]) == question_terms("secret fee", [ENGLISH])
    assert chunk_terms(f"se{hidden}cret fee", ENGLISH) == chunk_terms("secret fee", ENGLISH)
