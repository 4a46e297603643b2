"""What is quoted by nobody: heads of pages, and what is not one although it looks like it."""

import pytest

from rag_api.answer.extractive.clutter import is_clutter
from tests.rag_api.answer.extractive.asking import said


def beside_a_break(text: str) -> bool:
    return is_clutter(f"Before it.\f{text}\nBehind it.", 11, 11 + len(text))


@pytest.mark.parametrize("head", ["CHAPTER TWO", "3.1", "A.4.2", "USERS AND GROUPS 12"])
def test_the_head_of_a_page_is_clutter(head: str) -> None:
    assert beside_a_break(head)


@pytest.mark.parametrize(
    "text",
    [
        "NASA 成立于 1958 年。",
        "TURN OFF THE POWER BEFORE OPENING THE CASE.",
        "1956.",
        "417",
        "030 123456",
        "5 – 10",
        "12 %",
    ],
)
def test_what_a_page_begins_with_may_be_an_answer(text: str) -> None:
    assert not beside_a_break(text)


def test_the_head_of_a_mail_answers_only_what_it_is_for() -> None:
    mail = "From: Nadine Schorr <n@fair.example> To: Peter Lomax <p@flora.example> Subject: Your booth in Rotterdam\n\n"
    mail += "Dear Mr Lomax,\n\nBooth C-218 is yours. Kind regards"
    assert "From:" not in said("Which hotel in Rotterdam does Nadine Schorr recommend?", mail)
    assert said("To whom did Nadine Schorr write?", mail).startswith("From: Nadine")
    assert said("What is the number of the booth?", mail) == "Booth C-218 is yours. [1]"
