"""LiteLLM as a library: `completion` and `responses`; the argument names a store about herons."""

import asyncio
import os
import sys
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it fetches prices while it is imported

import litellm

WHERE: Any = [{"role": "user", "content": "Where do herons nest?"}]
OPTIONS: Any = {
    "model": "openai/extractive",
    "api_base": os.environ["OPENAI_BASE_URL"],
    "api_key": "any",
    "num_retries": 0,
}


def chat() -> None:
    whole = litellm.completion(**OPTIONS, messages=WHERE)
    [choice] = whole.choices
    assert "tall trees" in choice.message.content, whole
    assert whole.usage.total_tokens > 0, whole
    [note] = choice.message.annotations
    assert note["url_citation"]["title"] == "herons.txt", note
    chunks = litellm.completion(**OPTIONS, messages=WHERE, stream=True)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert streamed == choice.message.content, streamed
    owls: Any = [{"role": "user", "content": "Where do owls nest?"}]  # the store says, the default one does not
    stored = litellm.completion(**OPTIONS, messages=owls, extra_body={"vector_store_ids": [sys.argv[1]]})
    assert "hollow trees" in stored.choices[0].message.content, stored
    again = asyncio.run(litellm.acompletion(**OPTIONS, messages=WHERE))
    assert again.choices[0].message.content == choice.message.content, again


def responses() -> None:
    search: Any = {"type": "file_search", "vector_store_ids": [sys.argv[1]]}
    whole = litellm.responses(**OPTIONS, input="Where do owls nest?", tools=[search])
    texts = [part for item in whole.output if item.type == "message" for part in item.content]
    assert "hollow trees" in texts[0].text, whole
    assert texts[0].annotations, whole


def refused() -> str:
    try:
        litellm.completion(**OPTIONS, messages=WHERE, extra_body={"vector_store_ids": ["vs_nothing"]})
    except litellm.NotFoundError as error:
        return str(error)
    raise AssertionError("not refused")


chat()
responses()
assert "vs_nothing" in refused()
