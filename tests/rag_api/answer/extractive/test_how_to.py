"""How-to: which headings name the task that is asked for."""

import pytest

from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.how_to import task_named
from rag_api.answer.language.languages import ENGLISH
from tests.rag_api.answer.extractive.asking import said


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


def test_a_row_is_no_way_to_do_something() -> None:
    wines = "\n".join(
        [
            "| Dish | Wine | Serve at |",
            "| --- | --- | --- |",
            "| Trout in paper | Fendant | 10 °C |",
            "| Tart | Gamay | 9 °C |",
        ]
    )
    recipe = "# Trout in paper\n\n1. Lay each trout on baking paper.\n2. Fold the paper and bake."
    assert "1. Lay each trout" in said("How do I make trout in paper?", recipe, wines)
