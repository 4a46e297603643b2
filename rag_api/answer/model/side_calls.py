"""Side calls: optional calls of the language model, beside the one that answers."""

import asyncio
import logging
import re
from typing import TYPE_CHECKING

from haystack.dataclasses import ChatMessage

from rag_api.answer.errors import ModelFailed
from rag_api.http import turns

if TYPE_CHECKING:
    from rag_api.answer.model.generator import UpstreamChatGenerator

logger = logging.getLogger(__name__)

SECONDS = 15.0
_REASONING = re.compile(r"^.*?</think>", re.DOTALL)  # where the server does not separate it


async def ask(
    generator: "UpstreamChatGenerator", instructions: str, text: str, model: str, seconds: float = SECONDS
) -> str:
    """The model's reply; empty if it fails or takes too long.

    It gets no parameters, since not all models take the same ones, and a limit on tokens may leave a reasoning model
    none for its reply.
    """
    messages = [ChatMessage.from_system(instructions), ChatMessage.from_user(text)]
    try:
        async with turns.aside(), asyncio.timeout(seconds):
            outputs = await generator.run_async(messages, generation_kwargs={"model": model})
    except (ModelFailed, TimeoutError) as error:
        logger.warning(
            "the language model did not help to search: %s", str(error) or f"it took more than {seconds} seconds"
        )
        return ""
    said = "".join(reply.text or "" for reply in outputs["replies"][:1])
    return _REASONING.sub("", said).strip()
