"""`/v1/responses` with a language model: which settings, tools and choices reach it, and what becomes of its answer."""

import json
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from tests.rag_api.v1.responses import QUESTION, WEATHER, ask, heard, text_of
from tests.scripted_upstream import Delta, Fail, Finish, ScriptedUpstream, Text

# --- the language model


def test_the_settings_of_a_request_reach_the_model(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    schema = {"type": "object", "properties": {}}
    ask(
        modelled,
        temperature=0.2,
        top_p=0.5,
        max_output_tokens=50,
        reasoning={"effort": "low", "summary": "auto"},
        text={"format": {"type": "json_schema", "name": "n", "schema": schema, "strict": True}, "verbosity": "low"},
        tools=[WEATHER],
        parallel_tool_calls=False,
        safety_identifier="me",
        extra_body={"presence_penalty": 0.5},
    )
    body = upstream.requests[-1].body
    assert {name: value for name, value in body.items() if name != "messages"} == {
        "model": "m",
        "temperature": 0.2,
        "top_p": 0.5,
        "presence_penalty": 0.5,
        "max_completion_tokens": 50,
        "reasoning_effort": "low",
        "verbosity": "low",
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": True}},
        "tools": [
            {
                "type": "function",
                "function": {name: WEATHER[name] for name in ("name", "description", "parameters")},
            }
        ],
        "parallel_tool_calls": False,
        "safety_identifier": "me",
    }


def test_an_answer_in_json_is_parsed_by_the_clients_own_helper(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    class Meal(BaseModel):
        prey: list[str]

    upstream.script = (Text('{"prey": ["frogs [1]"]}'),)
    response = modelled.responses.parse(model="m", input=QUESTION, text_format=Meal)
    assert response.output_parsed == Meal(prey=["frogs [1]"])
    assert upstream.requests[-1].body["response_format"]["json_schema"]["name"] == "Meal"
    message: Any = response.output[0]
    [part] = message.content
    assert part.annotations == []


def test_a_function_is_called_and_its_output_answered(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
    reply = (Delta({"tool_calls": [{"index": 0, **call}]}), Finish("tool_calls"))
    upstream.queue.append(reply)
    with modelled.responses.stream(model="m", input="How is the weather in Oslo?", tools=[WEATHER]) as stream:
        first = stream.get_final_response()
    [called] = first.output
    assert called.type == "function_call"
    assert (called.call_id, called.name, json.loads(called.arguments)) == ("call_1", "weather", {"city": "Oslo"})
    upstream.queue.append((Text("It rains."),))

    output: Any = [{"type": "function_call_output", "call_id": "call_1", "output": "rain"}]
    second = ask(modelled, output, previous_response_id=first.id, tools=[WEATHER])

    assert second.output_text == "It rains."
    said = upstream.requests[-1].body["messages"][2:]
    assert said[0]["tool_calls"] == [call]
    assert said[1] == {"role": "tool", "content": "rain", "tool_call_id": "call_1"}
    [item] = modelled.responses.input_items.list(second.id).data
    assert (item.type, item.output) == ("function_call_output", "rain")  # type: ignore[union-attr]


def test_a_call_that_was_cut_is_not_told_again(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    function = {"name": "weather", "arguments": '{"city": "Os'}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    upstream.queue.append((Delta({"tool_calls": [call]}), Finish("length")))
    with modelled.responses.stream(model="m", input="Weather?", tools=[WEATHER]) as stream:
        last: Any = list(stream)[-1]
    assert last.response.output[-1].status == last.response.status == "incomplete"
    assert ask(modelled, "And?", previous_response_id=last.response.id).status == "completed"
    assert heard(upstream) == [("user", "Weather?"), ("user", "And?")]


def test_calls_and_outputs_that_the_client_kept_itself_are_one_turn_of_a_chat(
    modelled: OpenAI, upstream: ScriptedUpstream
) -> None:
    calls = [
        {"type": "function_call", "call_id": f"call_{city}", "name": "weather", "arguments": json.dumps({"city": city})}
        for city in ("Oslo", "Rome")
    ]
    outputs = [
        {"type": "function_call_output", "call_id": f"call_{city}", "output": "sun"} for city in ("Oslo", "Rome")
    ]
    ask(modelled, [{"role": "user", "content": "Weather?"}, *calls, *outputs])
    roles = [message["role"] for message in upstream.requests[-1].body["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool"]


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", None),
        ("none", "none"),
        ("required", "required"),
        ({"type": "function", "name": "weather"}, {"type": "function", "function": {"name": "weather"}}),
        ({"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "weather"}]}, "required"),
    ],
)
def test_the_choice_of_a_tool_reaches_the_model(
    modelled: OpenAI, upstream: ScriptedUpstream, choice: Any, sent: Any
) -> None:
    other = WEATHER | {"name": "other"}
    response = ask(modelled, tools=[WEATHER, other], tool_choice=choice)
    body = upstream.requests[-1].body
    assert body.get("tool_choice") == sent
    offered = [tool["function"]["name"] for tool in body["tools"]]
    assert offered == (
        ["weather"] if isinstance(choice, dict) and choice["type"] == "allowed_tools" else ["weather", "other"]
    )
    assert response.tool_choice == choice or response.tool_choice.model_dump() == choice  # type: ignore[union-attr]


def test_an_answer_that_is_cut_is_incomplete(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    upstream.script = (Text("Herons eat"), Finish("length"))
    response = ask(modelled, max_output_tokens=16)
    assert response.status == "incomplete"
    assert response.incomplete_details
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output[-1].status == "incomplete"  # type: ignore[union-attr]
    assert response.completed_at is None
    assert modelled.responses.retrieve(response.id) == response
    upstream.script = (Text(" frogs."),)
    assert ask(modelled, "Go on.", previous_response_id=response.id).status == "completed"


def test_a_model_that_fails_keeps_its_status_and_nothing_is_kept(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    upstream.script = (Fail(429, "slow down", {"retry-after": "7"}),)
    with pytest.raises(openai.RateLimitError, match="at its limit") as error:
        ask(modelled)
    assert error.value.response.headers["retry-after"] == "7"


def test_logprobs_are_told_in_the_words_of_responses(modelled: OpenAI, upstream: ScriptedUpstream) -> None:
    token = {"token": "Frogs", "logprob": -0.5, "bytes": None, "top_logprobs": []}
    upstream.script = (Delta({"content": "Frogs"}, logprobs={"content": [token]}),)
    with modelled.responses.stream(
        model="m", input=QUESTION, top_logprobs=2, include=["message.output_text.logprobs"]
    ) as stream:
        response = stream.get_final_response()
    assert upstream.requests[-1].body["top_logprobs"] == 2
    [said] = text_of(response).logprobs or []
    assert (said.token, said.logprob, bytes(said.bytes)) == ("Frogs", -0.5, b"Frogs")
