"""Rewriting: the language model turns a follow-up into a question that can be searched for by itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from haystack.dataclasses import ChatMessage, ChatRole

from rag_api.answer.model.side_calls import ask
from rag_api.answer.query import user_turns

if TYPE_CHECKING:
    from rag_api.answer.model.generator import UpstreamChatGenerator

INSTRUCTIONS = """\
You write search queries. Below is a conversation. Write what the user's last message asks for as one question that can
be understood alone: in its language, with the names of whatever it refers to. Write this question only, on one line. Do
not answer it."""

_TURNS = 7
_LONGEST_TURN = 1000  # characters of each turn that the model sees
_LONGEST = 500  # characters; anything longer is not a query


async def rewritten(generator: "UpstreamChatGenerator", messages: Sequence[ChatMessage], model: str) -> str | None:
    """The last user turn as a query of its own; None if it is the first, or the model fails."""
    if len(user_turns(messages)) < 2:
        return None
    said = await ask(generator, INSTRUCTIONS, _conversation(messages), model)
    query = said.partition("\n")[0].strip(" \t\"'`*“”")
    return query if 0 < len(query) <= _LONGEST else None


def _conversation(messages: Sequence[ChatMessage]) -> str:
    turns = [(message.role, "\n".join(message.texts).strip()) for message in messages]
    told = [(role, text) for role, text in turns if text and role in (ChatRole.USER, ChatRole.ASSISTANT)]
    return "\n\n".join(f"{role.value.capitalize()}: {text[:_LONGEST_TURN]}" for role, text in told[-_TURNS:])
