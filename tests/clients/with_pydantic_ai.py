"""pydantic-ai: an agent over chat and one over responses; the argument names a store about herons."""

import asyncio
import os
import sys
from typing import Any

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

WHERE = "Where do herons nest?"
PROVIDER = OpenAIProvider(base_url=os.environ["OPENAI_BASE_URL"], api_key="any")


async def main() -> None:
    agent = Agent(OpenAIChatModel("extractive", provider=PROVIDER), instructions="Answer from the documents.")
    whole = await agent.run(WHERE)
    assert "tall trees" in whole.output, whole
    async with agent.run_stream(WHERE) as stream:
        streamed = [piece async for piece in stream.stream_text(delta=True)]
    assert "".join(streamed) == whole.output, streamed
    follow_up = await agent.run("What do they eat?", message_history=whole.all_messages())
    assert "fish and frogs" in follow_up.output, follow_up
    settings: Any = {"extra_body": {"vector_store_ids": [sys.argv[1]]}}
    stored = await agent.run("Where do owls nest?", model_settings=settings)
    assert "hollow trees" in stored.output, stored

    responding = Agent(OpenAIResponsesModel("extractive", provider=PROVIDER))
    answered = await responding.run(WHERE)
    assert "tall trees" in answered.output, answered
    of_store = Agent(OpenAIResponsesModel(f"rag:{sys.argv[1]}", provider=PROVIDER))
    assert "hollow trees" in (await of_store.run("Where do owls nest?")).output


asyncio.run(main())
