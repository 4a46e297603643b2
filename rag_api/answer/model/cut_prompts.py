"""Prompts that the language model's server has cut: Ollama drops without a word what goes beyond its context length,
passages or the rules for answering. It shows in how many tokens the server says that it read."""

import asyncio
import logging
from collections.abc import Iterable
from math import ceil

from haystack.dataclasses import ChatMessage

from rag_api import metrics
from rag_api.answer import tokens
from rag_api.answer.model.values import Json
from rag_api.http.seldom import Seldom

MOST_BYTES = 5  # a token, on average, in most languages: where there are more of them, the tokens are counted
LEAST_SHARE = 0.7  # of the tokens, by our count: vocabularies differ, but not by that much
LEAST_MISSING = 300  # tokens

_seldom = Seldom(logging.getLogger(__name__))


async def look_for_cut(messages: Iterable[ChatMessage], usage: Json | None) -> None:
    """Tell of a prompt that was not read as a whole, as far as its texts and the server's count show it."""
    read = (usage or {}).get("prompt_tokens", 0)
    texts = [message.text or "" for message in messages]
    if read and sum(len(text.encode()) for text in texts) > read * MOST_BYTES:
        cut = ceil(max(read + LEAST_MISSING, read / LEAST_SHARE + 1))
        sent = sum(len(text.split(None, cut)) for text in texts)  # a word is one token at least, and quickly counted
        if sent < cut:
            sent = await asyncio.to_thread(lambda: sum(map(tokens.count, texts)))
        if sent >= cut:
            metrics.cut_prompts.inc()
            _seldom.warning(
                "the language model's server read %d of %d tokens or more, without the rest of the prompt: raise its "
                "context length (OLLAMA_CONTEXT_LENGTH for Ollama), or lower RAG_CONTEXT_TOKENS and RAG_HISTORY_TOKENS",
                read,
                sent,
            )
