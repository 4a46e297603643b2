"""Intent: whether a request is a question to documents, told from its words alone, without a model.

Only what is surely none is told apart. All else is taken for a question, since one that is wrongly answered without the
documents does more harm than one that is refused.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from unicodedata import normalize

from haystack.dataclasses import ChatMessage, ChatRole

from ingest.languages import BY_NAME, MARKS
from rag_api.answer.client_tasks import task_of
from rag_api.answer.language.phrases import PHRASES, Phrases


class Intent(StrEnum):
    DOCUMENTS = "documents"
    CONVERSATION = "conversation"
    """To rework what was said: "translate your last answer"."""
    CLIENT_TASK = "client_task"
    """What a client asks for without being told to, as a title."""
    SMALL_TALK = "small_talk"


LONGEST = 200
"""Characters; small talk and requests to rework the conversation are short."""


def intent_of(messages: Sequence[ChatMessage], *, answered: bool = False) -> Intent:
    """The intent of the last user turn; `answered` says that there was an answer before these messages."""
    last = next((i for i in reversed(range(len(messages))) if messages[i].role == ChatRole.USER), None)
    if last is None:
        return Intent.DOCUMENTS
    if task_of(messages):
        return Intent.CLIENT_TASK
    texts = messages[last].texts
    if len(texts) != len(messages[last]):
        return Intent.DOCUMENTS  # it has pictures
    answers = [message for message in messages[:last] if message.role == ChatRole.ASSISTANT]
    intent = told_apart(" ".join(texts), answered=answered or bool(answers))[0]
    if intent is Intent.SMALL_TALK and answers and _ASKS_BACK.search((answers[-1].text or "")[-_END:]):
        return Intent.DOCUMENTS  # "yes" is what is to be looked up then
    return intent


def told_apart(text: str, *, answered: bool = False) -> tuple[Intent, str | None]:
    """The intent of a text by its words, and the name of the language that they are from, if they told it."""
    if len(text) > LONGEST:
        return Intent.DOCUMENTS, None
    text = " ".join(normalize("NFC", text).lower().replace("’", "'").split())
    if text and _BETWEEN.fullmatch(text):
        return Intent.SMALL_TALK, None  # "?", or an emoji
    for phrases in PHRASES:
        if found := _made_of(text, phrases):
            if _is_small_talk(found, text):
                return Intent.SMALL_TALK, phrases.name
            if _is_rework(found, text, answered):
                return Intent.CONVERSATION, phrases.name
    return Intent.DOCUMENTS, None


KINDS = ("said", "chat", "retort", "greeting", "alone", "manner", "rework", "digest", "form", "that", "do", "filler")


def _made_of(text: str, phrases: Phrases) -> list[str]:
    """The kinds of phrases that make up a text, in order; none if it has any other word."""
    pattern, found = _pattern(phrases), []
    at = _BETWEEN.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        if not (phrase := pattern.match(text, at)):
            return []
        found.append(phrase.lastgroup or "")
        at = phrase.end()
    return found


# Digits and letters are words, and so are the vowel signs that `\w` lacks.
_BETWEEN = re.compile(rf"(?:(?![{MARKS}])[\W_])*")


@cache
def _pattern(phrases: Phrases) -> re.Pattern[str]:
    """Matches one phrase and what follows it up to the next, in linear time: the first that fits is taken for good."""
    end = rf"(?![\w{MARKS}])" if BY_NAME[phrases.name].blanks else ""
    kinds = "|".join(f"(?P<{kind}>(?:{getattr(phrases, kind)}){end})" for kind in KINDS)
    return re.compile(rf"(?:{kinds})(?>{_BETWEEN.pattern})")


def _is_small_talk(found: list[str], text: str) -> bool:
    """Whether it is a greeting, or one of the words that say nothing alone. "Ok, and then?" is a question, though it
    has no other words."""
    said = {"greeting", "chat", "alone"}
    if not said.intersection(found) or not (said | {"filler"}).issuperset(found) or found.count("alone") > 1:
        return False
    return "chat" in found or "filler" not in found or not _ASKS.search(text)


def _is_rework(found: list[str], text: str, answered: bool) -> bool:
    """Whether it asks for what was said in another form. If it does not name what was said, there has to be an answer
    to rework, and nothing that would as well be asked of a document."""
    if "said" in found:
        return True
    if answered and "retort" in found and {"retort", "greeting", "alone", "filler"}.issuperset(found):
        return True
    if not answered or "digest" in found:
        return False
    if "form" in found:
        return "that" in found
    return "rework" in found or ("manner" in found and ("do" in found or not _ASKS.search(text)))


_ASKS = re.compile("[?？؟]")
_ASKS_BACK = re.compile("[?？؟]\\W*\\Z")
_END = 20  # characters of an answer
