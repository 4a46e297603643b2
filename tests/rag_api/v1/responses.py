"""Asking `/v1/responses` about herons, and reading what comes."""

from typing import Any

from openai import OpenAI
from openai.types.responses import Response, ResponseOutputMessage, ResponseOutputText

from tests.scripted_upstream import ScriptedUpstream

HERON = "Grey herons nest in colonies.\n\nThe largest colony in Europe has 1,200 nests.\n\nHerons eat frogs and fish."
SEARCH: Any = {"type": "file_search", "vector_store_ids": ["vs_default"]}
RESULTS: Any = ["file_search_call.results"]
WEATHER: Any = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": None,
}
QUESTION = "What do herons eat?"


def ask(client: OpenAI, question: Any = QUESTION, **options: Any) -> Response:
    response: Response = client.responses.create(model="m", input=question, **options)
    return response


def text_of(response: Response) -> ResponseOutputText:
    message = response.output[-1]
    assert isinstance(message, ResponseOutputMessage)
    [part] = message.content
    assert isinstance(part, ResponseOutputText)
    return part


def heard(upstream: ScriptedUpstream) -> list[tuple[str, Any]]:
    """What the language model was told last, without the sources."""
    messages = upstream.requests[-1].body["messages"]
    return [(message["role"], message.get("content")) for message in messages[1:]]
