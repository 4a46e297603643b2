"""The OpenAI Agents SDK: an agent that reaches the documents through MCP; the argument names a store about herons."""

import asyncio
import json
import os
import sys
from typing import Any

from agents import Agent, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from agents.models.interface import Model
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

URL = os.environ["OPENAI_BASE_URL"].removesuffix("/v1") + "/mcp/" + sys.argv[1]


class Librarian(Model):
    """Searches, and says what it found."""

    async def get_response(self, *, input: Any, tools: Any, **_: Any) -> Any:
        found = [item["output"] for item in input if item.get("type") == "function_call_output"]
        if not found:
            assert [tool.name for tool in tools] == ["search", "fetch", "add_file"], tools
            asked = json.dumps({"query": input[0]["content"]})
            call = ResponseFunctionToolCall(type="function_call", call_id="1", name="search", arguments=asked)
            return ModelResponse(output=[call], usage=Usage(), response_id=None)
        text = ResponseOutputText(type="output_text", text=str(found[0]), annotations=[])
        said = ResponseOutputMessage(id="1", type="message", role="assistant", status="completed", content=[text])
        return ModelResponse(output=[said], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


async def main() -> None:
    async with MCPServerStreamableHttp({"url": URL}) as documents:
        agent = Agent(name="Librarian", model=Librarian(), mcp_servers=[documents])
        run = await Runner.run(agent, "Where do owls nest?")
        assert "hollow trees" in run.final_output, run.final_output
        assert "/content" in run.final_output, run.final_output
        added = await documents.call_tool("add_file", {"filename": "ospreys.txt", "text": "Ospreys nest on poles."})
        file = {"id": added.structured_content["id"]}
        async with asyncio.timeout(60):  # a busy machine reads it later than the call may take
            while "on poles" not in (await documents.call_tool("fetch", file)).content[0].text:
                await asyncio.sleep(0.1)


set_tracing_disabled(True)
asyncio.run(main())
