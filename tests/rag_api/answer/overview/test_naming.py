"""Which file the words of a request mean."""

import pytest

from rag_api.answer.overview.naming import _has, names
from rag_api.answer.overview.request import read


@pytest.mark.parametrize(("word", "known"), [("ordnung", "hausordnung"), ("vertrag", "mietvertrag"), ("plan", "plan")])
def test_a_part_of_a_compound_names_it(word: str, known: str) -> None:
    assert _has(word, [known])


@pytest.mark.parametrize(("word", "known"), [("lease", "release"), ("eating", "heating"), ("rates", "pirates")])
def test_the_end_of_another_word_names_nothing(word: str, known: str) -> None:
    assert not _has(word, [known])


def test_a_section_is_named_by_its_heading_and_by_whose_it_is() -> None:
    request = read("Summarize the committee meeting of 9 March")
    assert request
    whose = "choir-minutes.md Minutes of the committee"
    assert names(request, "Meeting of 9 March 2026", whose)
    assert not names(request, "Meeting of 11 May 2026", whose)
    assert not names(request, "Finances of the committee", whose)
    assert not names(request, "Meeting of 9 March 2026", "diary.md")
