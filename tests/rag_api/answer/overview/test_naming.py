"""Which file the words of a request mean."""

import pytest

from rag_api.answer.overview.naming import _has


@pytest.mark.parametrize(("word", "known"), [("ordnung", "hausordnung"), ("vertrag", "mietvertrag"), ("plan", "plan")])
def test_a_part_of_a_compound_names_it(word: str, known: str) -> None:
    assert _has(word, [known])


@pytest.mark.parametrize(("word", "known"), [("lease", "release"), ("eating", "heating"), ("rates", "pirates")])
def test_the_end_of_another_word_names_nothing(word: str, known: str) -> None:
    assert not _has(word, [known])
