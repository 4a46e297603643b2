"""What is asked about a name, a number or a code that no passage has, is not answered with another."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.extractive.specifics import is_of_another
from rag_api.answer.language.languages import ENGLISH

PASSAGES = [
    Document(
        content="Rahul Mehta has the phone extension 4488. Rahul works in the Centre region. In 2023 the library "
        "counted 96,450 visitors; in 2022 it counted 81,200 visitors. Error E07 means that the pump is hot. "
        "ISO 9001 began to apply here in 1994. "
        "The United Methodist Church of Geelong opposes gambling; it can either oppose it or be silent.",
        score=0.9,
        meta={"filename": "staff_2023.txt"},
    )
]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the phone extension of Rahul Mehta?", "4488"),
        ("What is the phone extension of Rahul Metha?", "4488"),  # nearly right
        ("What is the phone extension of Rahul Gupta?", None),
        ("How many visitors did the library count in 2022?", "81,200"),
        ("How many visitors did the library count in 2019?", None),
        ("How many visitors did the library count in FY23?", "96,450"),
        ("How many visitors did the library count in 2022? Answer in 200 words.", "81,200"),
        ("What does error E07 mean?", "pump"),
        ("What does error E-07 mean?", "pump"),
        ("What does error E09 mean?", None),
        ("When did ISO9001 begin to apply here?", "1994"),
        ("When did ISO-9001 begin to apply here?", "1994"),
        ("When did ISO9002 begin to apply here?", None),
        ("What does the UMC of Geelong oppose?", "gambling"),
        ("What does the RSPCA of Geelong oppose?", None),
        ("What does the CEO of Geelong oppose?", None),  # though "can either oppose" begins so
    ],
)
def test_a_name_or_number_that_is_not_there_has_no_answer(question: str, said: str | None) -> None:
    found = answer(question, PASSAGES, question, 0.05)
    assert (found == ENGLISH.replies.unanswered) if said is None else said in found


def test_another_one_of_a_series_is_not_told_beside_the_one_that_is_asked_for() -> None:
    chapters = [
        Document(
            content=f"The turtle Tortuga{number} eats {number + 2} leaves a day.",
            score=score,
            meta={"filename": "t.md"},
        )
        for number, score in ((55, 0.9), (57, 0.88), (56, 0.5))
    ]
    question = "What does the turtle Tortuga57 eat?"
    assert answer(question, chapters, question, 0.05) == "The turtle Tortuga57 eats 59 leaves a day. [2]"


def test_of_two_of_a_series_that_are_asked_for_each_may_be_told_by_itself() -> None:
    asked = {("e", "07"), ("e", "09")}
    assert [is_of_another(f"Error {code} is told.", asked) for code in ("E07", "E-09", "E08")] == [False, False, True]
    assert not is_of_another("An error is told.", asked)
