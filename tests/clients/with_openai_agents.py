"""The OpenAI Agents SDK: an agent with its `FileSearchTool`; the argument names a store about herons."""

import asyncio
import sys

from agents import Agent, FileSearchTool, OpenAIConversationsSession, Runner, function_tool, set_tracing_disabled
from agents.items import MessageOutputItem, ToolCallItem

WHERE = "Where do herons nest?"


@function_tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"Rain in {city}."


agent = Agent(
    name="Librarian",
    model="extractive",
    instructions="Answer from the documents.",
    tools=[FileSearchTool([sys.argv[1]], max_num_results=3, include_search_results=True), weather],
)


async def main() -> None:
    whole = await Runner.run(agent, WHERE)
    assert "tall trees" in whole.final_output, whole.final_output
    [search] = [item.raw_item for item in whole.new_items if isinstance(item, ToolCallItem)]
    assert search.results[0].filename == "herons.txt", search
    [message] = [item.raw_item for item in whole.new_items if isinstance(item, MessageOutputItem)]
    assert message.content[0].annotations[0].filename == "herons.txt", message

    streamed = Runner.run_streamed(agent, WHERE)
    text = ""
    async for event in streamed.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            text += event.data.delta
    assert text == streamed.final_output == whole.final_output

    again = await Runner.run(agent, [*whole.to_input_list(), {"role": "user", "content": "What do they eat?"}])
    assert "fish and frogs" in again.final_output, again.final_output
    chained = await Runner.run(agent, "What do they eat?", previous_response_id=whole.last_response_id)
    assert "fish and frogs" in chained.final_output, chained.final_output

    session = OpenAIConversationsSession()
    await Runner.run(agent, WHERE, session=session)
    remembered = await Runner.run(agent, "What do they eat?", session=session)
    assert "fish and frogs" in remembered.final_output, remembered.final_output
    await session.clear_session()


set_tracing_disabled(True)
asyncio.run(main())
