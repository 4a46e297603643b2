"""Terms: which words of two texts are taken for the same."""

import pytest

from rag_api.answer.language.languages import ENGLISH
from rag_api.answer.language.terms import terms


@pytest.mark.parametrize(
    ("form", "verb"), [("chosen", "choosing"), ("wrote", "writes"), ("built", "build"), ("began", "begins")]
)
def test_irregular_forms_of_a_verb_are_the_same_word(form: str, verb: str) -> None:
    assert terms(form, ENGLISH) == terms(verb, ENGLISH) != []


@pytest.mark.parametrize("word", ["found", "left", "saw", "felt"])
def test_forms_that_are_words_of_their_own_stay_so(word: str) -> None:
    assert terms(word, ENGLISH) == [word]


@pytest.mark.parametrize(("one", "several"), [("rose", "roses"), ("spoke", "spokes"), ("LED", "LEDs")])
def test_what_looks_like_a_form_of_a_verb_is_the_same_in_its_plural(one: str, several: str) -> None:
    assert terms(one, ENGLISH) == terms(several, ENGLISH)


def test_the_forms_of_a_word_that_says_little_say_as_little() -> None:
    assert terms("He gave what she made.", ENGLISH) == []
