"""A prompt that the language model's server did not read as a whole is noticed by the server's own count."""

import asyncio
import json
import logging
from typing import Any

import pytest
from haystack.dataclasses import ChatMessage

from rag_api import metrics
from rag_api.answer import tokens
from rag_api.answer.model import cut_prompts
from rag_api.http.seldom import Seldom
from tests.official_client import MakeClient, http_of, put
from tests.scripted_upstream import Raw, ScriptedUpstream

ENGLISH = "The watch was found to be five seconds slow, once its known rate had been allowed for. " * 200
GERMAN = "Die Uhr ging nach der Überfahrt fünf Sekunden nach, wenn man ihren bekannten Gang berücksichtigte. " * 200
CODE = "    if value is None:\n        return []\n    for each in values:\n        print(each)\n" * 200


@pytest.fixture(autouse=True)
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_prompts, "_seldom", Seldom(logging.getLogger("rag_api.answer.model.cut_prompts")))


def counted() -> float:
    return float(metrics.cut_prompts._value.get())


def noticed(text: str, usage: Any) -> bool:
    before = counted()
    asyncio.run(cut_prompts.look_for_cut([ChatMessage.from_system("Answer."), ChatMessage.from_user(text)], usage))
    return counted() > before


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, CODE, "私は猫が好きです。" * 400], ids=["en", "de", "code", "ja"])
def test_a_prompt_that_was_read_by_half_is_noticed_and_one_that_another_vocabulary_counts_is_not(text: str) -> None:
    sent = tokens.count(text)
    assert noticed(text, {"prompt_tokens": sent // 2})
    assert not noticed(text, {"prompt_tokens": int(sent * 0.8)})
    assert not noticed(text, {"prompt_tokens": sent * 2})


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": 0}])
def test_a_server_that_does_not_count_is_not_suspected(usage: Any) -> None:
    assert not noticed(ENGLISH, usage)


def test_a_short_prompt_is_not_cut() -> None:
    assert not noticed("The watch was five seconds slow. " * 20, {"prompt_tokens": 10})


@pytest.mark.parametrize("stream", [False, True])
def test_the_log_says_which_setting_to_change(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    usage = {"prompt_tokens": 2048, "completion_tokens": 2, "total_tokens": 2050}
    said = {"role": "assistant", "content": "Slow."}
    choice = {"index": 0, "delta" if stream else "message": said, "finish_reason": "stop"}
    reply = json.dumps({"id": "c", "created": 1, "model": "m", "choices": [choice], "usage": usage})
    event = f"data: {reply}\n\ndata: [DONE]\n\n"
    body, media = (event, "text/event-stream") if stream else (reply, "application/json")
    scripted_upstream.script = (Raw(body.encode(), media=media),)
    client = new_client(openai_base_url=scripted_upstream.base_url, model="m")
    for number in range(10):
        put(client, f"watch{number}.txt", f"Watch {number}. {ENGLISH}".replace("five", str(number)))
    before = counted()
    asked: Any = {"model": "m", "messages": [{"role": "user", "content": "How slow was the watch?"}]}
    answer = client.chat.completions.create(**asked, stream=stream)
    if stream:
        assert [chunk for chunk in answer if getattr(chunk, "usage", None)] == []  # which was not asked for
    assert scripted_upstream.requests[-1].body.get("stream_options") == ({"include_usage": True} if stream else None)
    assert counted() == before + 1
    assert "the language model's server read 2048 of " in caplog.text
    assert "OLLAMA_CONTEXT_LENGTH for Ollama" in caplog.text
    assert "rag_cut_prompts_total" in http_of(client).get("/metrics").text
