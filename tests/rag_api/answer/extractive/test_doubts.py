"""What the built-in model is not sure of, though much of the question is there."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.languages import ENGLISH
from rag_api.answer.language.replies import is_refusal
from tests.rag_api.answer.extractive.asking import MIN_CONFIDENCE, said


def test_of_one_word_that_is_only_spelled_alike_nothing_is_sure() -> None:
    hire = Document(
        content="## Verleih\n\nKlettergurt 3,50 €, Kletterschuhe 4,50 € je Tag.",
        score=0.3,
        meta={"near_spellings": {"kletterkurs": ["Klettergurt"]}},
    )
    assert is_refusal(answer("Wie viel kostet ein Kletterkurs?", [hire], min_confidence=MIN_CONFIDENCE))


def test_a_phone_number_is_told_and_no_other_number_for_it() -> None:
    lease = "The tenant of unit 7 is Kestrel Ltd. Two parking spaces, numbers 11 and 12, belong to the unit."
    question = "What is the phone number of the tenant of unit 7?"
    assert said(question, lease) == ENGLISH.replies.unanswered
    known = f"{lease} The tenant of unit 7 is reached at 0800 555 0170."
    assert said(question, known).startswith("The tenant of unit 7 is reached at 0800 555 0170. [1]")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the climbing hall built?", "# The climbing hall\n\nAs of 1 September 2026. Run by Rock Ltd."),
        ("Who wrote the rate limiter?", "# The rate limiter\n\nIt is a bucket of tokens for each key."),
    ],
)
def test_a_title_with_a_part_of_the_question_is_not_enough(question: str, text: str) -> None:
    assert is_refusal(said(question, text))
