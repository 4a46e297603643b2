"""What the built-in model says where nothing is searched."""

import json
from typing import Any

import pytest
from haystack.dataclasses import ChatMessage

from rag_api.answer.extractive.unsearched import without_documents
from rag_api.answer.language.languages import LANGUAGES
from rag_api.answer.language.replies import REPLIES
from rag_api.answer.question import Unsearched
from tests.rag_api.answer.test_intent import OPEN_WEBUI

TITLE = "Provide a concise, 5-word-or-less title for the conversation, in title case.\n\nConversation:\n{}"


def done(*messages: ChatMessage | str) -> str:
    """The reply to a client's task."""
    turns = [ChatMessage.from_user(message) if isinstance(message, str) else message for message in messages]
    return without_documents(Unsearched.CLIENT_TASK, turns)


def test_each_language_has_its_words() -> None:
    assert {language.name for language in LANGUAGES} == REPLIES.keys()


@pytest.mark.parametrize(
    ("said", "reason", "reply"),
    [
        ("Übersetze deine letzte Antwort", Unsearched.CONVERSATION, REPLIES["de"].no_rework),
        ("Plus court", Unsearched.CONVERSATION, REPLIES["fr"].no_rework),
        ("翻译成英语", Unsearched.CONVERSATION, REPLIES["zh"].no_rework),
        ("Wie geht es dir?", Unsearched.SMALL_TALK, "Ich antworte aus Ihren Dokumenten. Fragen Sie mich etwas dazu."),
        ("Quelle est la taxe ?", Unsearched.EMPTY, REPLIES["fr"].empty),
        ("Какова пошлина?", Unsearched.EMPTY, REPLIES["ru"].empty),
        ("Wie hoch ist die Gebühr?", Unsearched.UNREAD, REPLIES["de"].unread),
        ("Wie hoch ist die Gebühr?", Unsearched.UNREADABLE, REPLIES["de"].unreadable),
        ("What is the fee?", Unsearched.UNASKED, "I answer from your documents. Ask me something about them."),
    ],
)
def test_it_replies_in_the_language_of_the_last_turn(said: str, reason: Unsearched, reply: str) -> None:
    assert without_documents(reason, [ChatMessage.from_user(said)]) == reply


@pytest.mark.parametrize(
    ("told", "title"),
    [
        (
            "User: What is the fee for road vehicles?\nAI: 417 euros.\nUser: Since when?",
            "What is the fee for road vehicles",
        ),
        ("USER: Hello! How high is the fee?\nASSISTANT: It is high.", "How high is the fee"),
        ("- You: ¿Cuánto cuesta la entrada?\n- Assistant: Nada.", "Cuánto cuesta la entrada"),
        (
            "user: How accurate was the watch of John Harrison on the voyage to Jamaica in the year 1761?",
            "How accurate was the watch of John Harrison",
        ),
        (
            "User: " + "这座桥是什么时候建成的以及由谁负责设计并且花费了多少钱？",
            "这座桥是什么时候建成的以及由谁负责设计并且花费了多",
        ),
        ("User: Hi!\nAI: Hi.", "Hi"),
        ("```\nWhat is the fee?\n\n---------\n\n417 euros.\n```", "What is the fee"),
        ("", "New chat"),
    ],
)
def test_a_title_is_made_of_the_first_question(told: str, title: str) -> None:
    assert done(TITLE.format(told)) == title


def test_a_title_is_made_of_the_turns_before_the_task() -> None:
    turns: list[ChatMessage | str] = ["What is the fee?", ChatMessage.from_assistant("417 euros."), "Since when?"]
    assert done(*turns, "Please generate a four to five word title summarizing our conversation.") == "What is the fee"


@pytest.mark.parametrize(
    ("instructions", "told"),
    [
        (
            "You are a professional conversation summarizer. Generate a concise title.",
            "user: What is the fee?\nassistant: 417",
        ),
        (
            "Summarize the conversation into a title in English.",
            '[{"role":"user","mainText":"What is \\"the\\" fee?"}]',
        ),
        ("You are an AI conversation titles assistant.", "What is the fee?"),
    ],
)
def test_a_title_is_made_of_what_the_user_turn_tells(instructions: str, told: str) -> None:
    title = done(ChatMessage.from_system(instructions), told)
    assert title.replace('"', "") == "What is the fee"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "What is the fee"),
        ("tags", []),
        ("follow_ups", []),
        ("queries", ["What is the fee?"]),
        ("text", ""),
        ("prompt", "What is the fee?"),
    ],
)
def test_what_asks_for_json_gets_json(key: str, value: Any) -> None:
    assert json.loads(done(OPEN_WEBUI.format("Do it.", f'"{key}": ...'))) == {key: value}


def test_a_client_that_chooses_among_tools_is_told_to_call_none() -> None:
    instructions = "Available Tools: []\n\nYour task is to choose and return the correct tool(s) from the list."
    assert json.loads(done(ChatMessage.from_system(instructions), "Query: What is the fee?")) == {"tool_calls": []}


@pytest.mark.parametrize(
    "task",
    [
        "Given the following conversation and a follow up question, rephrase the follow up question to be a standalone "
        "question.\n\nChat History:\nHuman: What is the fee?\nAssistant: 417.\n\nFollow Up Input: Since when?\n"
        "Standalone question:",
        "Given a conversation (between Human and Assistant) and a follow up message from Human, rewrite the message to "
        "be a standalone question.\n\n<Chat History>\nuser: What is the fee?\n\n<Follow Up Message>\nSince when?\n\n"
        "<Standalone question>\n",
    ],
)
def test_a_question_stands_alone_as_it_is(task: str) -> None:
    assert done(task) == "Since when?"


def test_the_last_question_is_the_one_that_stands_alone() -> None:
    instructions = "Given a chat history and the latest user question, formulate a standalone question."
    turns: list[ChatMessage | str] = ["What is the fee?", ChatMessage.from_assistant("417."), "Since when?"]
    assert done(ChatMessage.from_system(instructions), *turns) == "Since when?"
    assert done(*turns, "Given the above conversation, generate a search query to look up.") == "Since when?"


def test_a_task_of_any_length_is_done() -> None:
    told = "User: What is the fee?\nAI: " + "417 euros. " * 200_000
    assert done(TITLE.format(told))
    assert json.loads(done(OPEN_WEBUI.format("Do it. " * 2, '"title": ...').replace("417", "417 " * 200_000)))
