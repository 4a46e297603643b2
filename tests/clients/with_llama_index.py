"""LlamaIndex: `OpenAILike` over chat completions; the argument names a store about herons."""

import asyncio
import os
import sys

from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike

WHERE = "Where do herons nest?"
llm = OpenAILike(
    model="extractive",
    api_base=os.environ["OPENAI_BASE_URL"],
    api_key="any",
    is_chat_model=True,
    max_retries=0,
    additional_kwargs={"extra_body": {"vector_store_ids": [sys.argv[1]]}},
)
question = [ChatMessage(role="user", content=WHERE)]

whole = str(llm.chat(question).message.content)
assert "tall trees" in whole, whole
assert str(llm.complete(WHERE)) == whole
assert "".join(chunk.delta or "" for chunk in llm.stream_chat(question)) == whole
assert str(asyncio.run(llm.achat(question)).message.content) == whole

talk = SimpleChatEngine.from_defaults(llm=llm)
assert "tall trees" in str(talk.chat(WHERE))
assert "fish and frogs" in str(talk.chat("What do they eat?"))
