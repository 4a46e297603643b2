"""How-to: which headings name the task that is asked for."""

import pytest

from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.how_to import task_named
from rag_api.answer.language.languages import ENGLISH


def named(question: str, heading: str) -> float:
    return task_named(heading, Asked.of(question, "", ENGLISH, []))


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How do I restore the database?", "2.3 Restoring the database"),
        ("How can I make a USB stick bootable?", "Making a USB stick for booting"),
    ],
)
def test_a_heading_names_the_task(question: str, heading: str) -> None:
    assert named(question, heading) > 0


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How do I restore the database?", "Restarting the database"),
        ("How do I confirm the order?", "Configuring the order"),
        ("How do I add a user to a group?", "Removing a user from a group"),
    ],
)
def test_another_task_with_a_word_that_begins_alike_is_not_it(question: str, heading: str) -> None:
    assert named(question, heading) == 0
