"""What is quoted by nobody: heads of pages, and what is not one although it looks like it."""

import pytest

from rag_api.answer.extractive.clutter import is_clutter


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
