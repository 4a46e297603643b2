import copy
import sys

import pytest
from haystack.dataclasses import ChatMessage

from ingest.query import Query
from rag_api.answer.conversation import Conversation
from rag_api.answer.query import RECENT, REMEMBERED, QueryBuilder, user_turns


def said(*turns: str) -> list[ChatMessage]:
    """A conversation: what the user said, with an answer after each turn but the last."""
    messages = [ChatMessage.from_system("Be brief.")]
    for turn in turns:
        messages += [ChatMessage.from_user(turn), ChatMessage.from_assistant(f"An answer to {turn}")]
    return messages[:-1]


def test_a_first_question_is_the_query() -> None:
    built = QueryBuilder().run(said("Who built the Saturn V rocket?"))
    question = "Who built the Saturn V rocket?"
    assert built == {"query": Query(question), "question": question}


def test_earlier_turns_count_half_as_much_each_as_the_next_where_the_last_leans_on_them() -> None:
    built = QueryBuilder().run(said("Who built the Saturn V rocket?", "How tall was it?", "And how heavy?"))
    assert built["query"].text == "And how heavy?"
    assert built["query"].context == [("How tall was it?", 0.5), ("Who built the Saturn V rocket?", 0.25)]
    assert built["question"] == "And how heavy?\nHow tall was it?\nWho built the Saturn V rocket?"


def test_a_question_that_stands_by_itself_hardly_hears_what_was_said_before() -> None:
    last = "When did the Berlin wall fall in Germany?"
    built = QueryBuilder().run(said("Who built the Saturn V rocket?", "How tall was it?", last))
    assert built["query"].context == [("How tall was it?", 0.25), ("Who built the Saturn V rocket?", 0.125)]
    assert built["question"] == last


def test_a_follow_up_does_not_reach_beyond_the_question_it_leans_on() -> None:
    built = QueryBuilder().run(said("Hello", "Who built the Saturn V rocket?", "How tall was it?"))
    assert built["question"] == "How tall was it?\nWho built the Saturn V rocket?"


REFUSED = "The documents do not contain an answer to this question."


@pytest.mark.parametrize(
    ("last", "remembered"),
    [
        ("How much is the deposit?", False),
        ("Wie hoch ist die Kaution?", False),
        ("And the deposit?", True),
        ("Und die Kaution?", True),
        ("What does it cost?", True),
        ("Why?", True),
    ],
)
@pytest.mark.parametrize("refusal", [REFUSED, "Ich bin nicht sicher, ob das die Frage beantwortet:\nJa. [1]"])
def test_a_turn_without_an_answer_is_no_context_of_a_question_of_its_own(
    last: str, remembered: bool, refusal: str
) -> None:
    turns = said("Who built the Saturn V rocket?", "Who painted the rocket?", last)
    turns[4] = ChatMessage.from_assistant(refusal)
    built = QueryBuilder().run(turns)
    context = dict(built["query"].context)
    assert ("Who painted the rocket?" in context) is remembered
    assert ("Who painted the rocket?" in built["question"]) is remembered
    assert "Who built the Saturn V rocket?" in context, "that one was answered"


def test_what_was_said_long_ago_is_forgotten() -> None:
    context = QueryBuilder().run(said(*(f"Question number {n}" for n in range(20)), "And then?"))["query"].context
    assert [text for text, _ in context] == [f"Question number {n}" for n in range(19, 19 - REMEMBERED, -1)]


def test_what_is_no_question_is_no_context() -> None:
    turns = said("Who built the Saturn V rocket?", "Thanks!", "Translate that into French", "And how tall was it?")
    built = QueryBuilder().run(turns)
    assert built["query"].context == [("Who built the Saturn V rocket?", 0.5)]
    assert built["question"] == "And how tall was it?\nWho built the Saturn V rocket?"


def test_without_a_user_turn_there_is_nothing_to_search_for() -> None:
    assert QueryBuilder().run([ChatMessage.from_system("Be brief.")])["query"].text == ""


def test_a_rewritten_query_does_not_take_the_place_of_the_users_words() -> None:
    rewritten = "How tall was the Saturn V?"
    built = QueryBuilder().run(said("Who built the Saturn V?", "How tall was it?"), rewritten)
    assert built["query"].text == built["question"] == rewritten
    assert built["query"].context == [("How tall was it?", 1.0), ("Who built the Saturn V?", 0.5)]


def test_of_a_page_that_is_pasted_in_the_beginning_and_the_end_are_searched_for() -> None:
    page = " ".join(f"word{n}" for n in range(100_000))
    for turn in (f"Who built this rocket?\n{page}", f"{page}\nWho built this rocket?"):
        built = QueryBuilder().run(said(turn, turn))
        for text in (built["query"].text, built["question"], built["query"].context[0][0]):
            assert "Who built this rocket?" in text
            assert len(text) < 10_000


def test_a_conversation_of_thousands_of_turns_is_not_copied() -> None:
    messages = Conversation(said(*["And then?"] * 5_000))
    assert copy.deepcopy(messages) is messages
    assert [len(messages[-RECENT:]), messages[0].text, len(list(reversed(messages)))] == [RECENT, "Be brief.", 10_000]


def test_the_turns_of_a_long_conversation_cost_few_calls_each() -> None:
    """They are told apart on the event loop, five thousand of them at most, while nobody else is answered."""
    messages = said(*["How tall was it?"] * 500)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        user_turns(messages)
    finally:
        sys.setprofile(None)
    assert calls < 3 * len(messages)
