"""What servers send beside what OpenAI's sends: understood where it has a meaning, else refused in our own words."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from rag_api.answer.errors import ModelFailed
from rag_api.answer.model import choices, connection, values
from rag_api.answer.model.generator import UpstreamChatGenerator
from tests.scripted_upstream import Fail, Raw, ScriptedUpstream, Step

SSE = "text/event-stream"
KEY = "sk-the-key-of-this-server"
Said = tuple[str, str | None]


@pytest.fixture
def ask(scripted_upstream: ScriptedUpstream) -> Callable[..., Said]:
    """Asks the scripted server; the text, and the `finish_reason`."""

    def ask(*steps: Step, stream: bool = True, seconds: float = 20) -> Said:
        scripted_upstream.script = steps
        url = scripted_upstream.base_url
        generator = UpstreamChatGenerator(Secret.from_token(KEY), "m", api_base_url=url, max_retries=0, timeout=seconds)
        chunks: list[StreamingChunk] = []

        async def tell(chunk: StreamingChunk) -> None:
            chunks.append(chunk)

        async def asked() -> list[ChatMessage]:
            try:
                message = [ChatMessage.from_user("What do herons eat?")]
                return (await generator.run_async(message, tell if stream else None))["replies"]
            finally:
                await generator.close_async()

        replies = asyncio.run(asked())
        told = [chunk.meta["choice"] for chunk in chunks] or [reply.meta["choice"] for reply in replies]
        reasons = [choice["finish_reason"] for choice in told if choice["finish_reason"]]
        return replies[0].text or "", reasons[0] if reasons else None

    return ask


def sse(*events: Any, end: str = "\n\n", done: bool = True) -> Raw:
    lines = [f"data: {json.dumps(event)}{end}" for event in events]
    return Raw("".join([*lines, f"data: [DONE]{end}" if done else ""]).encode())


def piece(text: str | None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish, **more}]}


FROGS, END = piece("Frogs."), piece(None, "stop")


@pytest.mark.parametrize(
    "script",
    [
        sse({"choices": None, "usage": None}, FROGS, END),
        sse({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}, FROGS, END),
        sse({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}, FROGS, END),
        sse({"choices": [{"finish_reason": None}]}, FROGS, END),
        sse(None, FROGS, END),
        sse({}, FROGS, END),
        sse(FROGS, END, {"choices": [{"index": 0, "delta": None, "content_filter_offsets": {}}]}),
        sse(FROGS, END, END),
        sse(FROGS),
        sse(FROGS, END, done=False),
        sse(FROGS, END, end="\r\n\r\n"),
        sse(piece("Fro"), piece("gs.", logprobs={"content": [{"token": 1}]}), END),
        sse({"choices": [{"index": 0, "delta": {"content": [{"type": "text", "text": "Frogs."}]}}]}, END),
        sse({"choices": [{"delta": {"content": "Frogs.", "reasoning": {"effort": 1}}}], "usage": [], "model": 7}, END),
        Raw(b'{"choices": [{"message": {"content": "Frogs."}, "finish_reason": "stop"}]}', media="application/json"),
        sse(FROGS, END, end="\r\r"),
        Raw(b"\xef\xbb\xbf" + sse(FROGS, END).body),
        Raw(sse(FROGS, END).body.replace(b"data: ", b"data:").removesuffix(b"\n\n")),
        Raw(
            json.dumps(FROGS, indent=1).replace("\n", "\r\ndata: ").join(["data: ", "\r\n\r\n"]).encode()
            + sse(END).body
        ),
        Raw(b": hi\nevent: x\nid: 7\nretry: 1\n" + sse(FROGS, END).body + b"data: oops\n\n"),
        sse(FROGS, {"choices": [{"index": 1, "delta": {"content": "Fish."}}]}, END),
        sse({"choices": [{"index": 7, **FROGS["choices"][0], **{"index": 7}}]}, {"choices": [{"index": 7}]}),
        sse({"choices": [{"delta": {"content": "Frogs."}, "finish_reason": "EOS"}]}),
    ],
    ids=[
        *(
            "choices null",
            "choices empty",
            "delta null",
            "delta absent",
            "data null",
            "data empty",
            "filter at the end",
        ),
        *("finished twice", "no finish_reason", "no [DONE]", "CRLF", "bad logprobs", "content in parts", "odd extras"),
        "it does not stream",
        *("CR", "BOM", "no blanks and no end of the last line", "data in lines", "more fields, and data after [DONE]"),
        *("more choices than asked for", "the only choice is number 7", "a reason of its own"),
    ],
)
def test_an_odd_stream_is_understood(ask: Callable[..., Said], script: Raw) -> None:
    assert ask(script) == ("Frogs.", "stop")


WORDS = "is no chat completion"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"oops", b"[]", b"7", b'"text"', b"null", b"{}", b'{"choices": []}', b'{"choices": null}'),
        *(
            b'{"choices": {}}',
            b'{"choices": [null]}',
            b'{"choices": [{"index": -1}]}',
            b'{"choices": [{"index": "a"}]}',
        ),
        b'{"choices": [{"message": "Frogs."}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [{"message": {"tool_calls": {}}}]}',
        b'{"choices": [{"message": {"tool_calls": [7]}}]}',
        b'{"choices": [{"message": {"tool_calls": [{"function": {"name": 7}}]}}]}',
        b'{"choices": [{"finish_reason": {}}]}',
        b"[" * 10_000,
    ],
)
def test_what_is_no_completion_is_a_502_in_words(ask: Callable[..., Said], body: bytes) -> None:
    event = b"data: " + body.replace(b"message", b"delta") + b"\n\ndata: [DONE]\n\n"
    for stream, raw in ((False, Raw(body, media="application/json")), (True, Raw(event))):
        with pytest.raises(ModelFailed, match=WORDS) as error:
            ask(raw, stream=stream)
        assert error.value.status == 502


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("status", "told"),
    [
        *((101, 502), (204, 502), (302, 502), (307, 502), (308, 502), (401, 401), (403, 403), (400, 400), (404, 404)),
        *((405, 502), (408, 504), (418, 502), (422, 400), (429, 429), (500, 502), (503, 503), (504, 504), (599, 502)),
    ],
)
def test_an_error_is_told_in_our_own_words(
    ask: Callable[..., Said], caplog: pytest.LogCaptureFixture, status: int, told: int, stream: bool
) -> None:
    fail: Step
    if status in (101, 204):  # without a body
        fail = Raw(b"", status, headers={"upgrade": "websocket", "connection": "upgrade"} if status == 101 else {})
    else:
        fail = Fail(status, f"at 10.0.0.7 your key {KEY} is wrong", {"location": "http://127.0.0.1:9/v1"})
    with caplog.at_level(logging.WARNING), pytest.raises(ModelFailed) as error:
        ask(fail, stream=stream, seconds=2)
    assert error.value.status == told
    said = f"{error.value.message} {error.value.code} {error.value.param} {error.value.retry_after}"
    assert KEY not in said + caplog.text
    assert "10.0.0.7" not in said
    assert ("10.0.0.7" in caplog.text) == isinstance(fail, Fail)


def test_what_a_client_can_mend_keeps_its_code_and_no_other_text(ask: Callable[..., Said]) -> None:
    error = {"message": "secret", "code": "unsupported_value", "param": "model", "type": "x"}
    with pytest.raises(ModelFailed, match="'model'") as known:
        ask(Raw(json.dumps({"error": error}).encode(), 400, "application/json"))
    assert (known.value.code, known.value.param) == ("unsupported_value", "model")
    error |= {"code": "secret code", "param": "secret param"}
    with pytest.raises(ModelFailed) as unknown:
        ask(Raw(json.dumps({"error": error}).encode(), 400, "application/json"))
    assert (unknown.value.code, unknown.value.param) == (None, None)
    assert "secret" not in unknown.value.message


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "error", [{"error": {"message": "CUDA"}}, {"error": "CUDA"}, {"object": "error", "message": "CUDA", "code": 500}]
)
def test_an_error_with_status_200_is_one(
    ask: Callable[..., Said], caplog: pytest.LogCaptureFixture, error: dict[str, Any], stream: bool
) -> None:
    raw = sse(error) if stream else Raw(json.dumps(error).encode(), media="application/json")
    with pytest.raises(ModelFailed, match="failed while it answered"):
        ask(raw, stream=stream)
    assert "CUDA" in caplog.text


def test_a_reason_that_is_a_failure_is_one(ask: Callable[..., Said]) -> None:
    with pytest.raises(ModelFailed, match="failed while it answered"):
        ask(sse(FROGS, piece(None, "insufficient_system_resource")))


def test_what_comes_at_once_is_passed_on_at_once(scripted_upstream: ScriptedUpstream) -> None:
    number = 20_000
    tiny = [piece("a"), {"choices": [{"delta": {"reasoning_content": "b"}}]}] * (number // 2)
    scripted_upstream.script = (sse(*tiny, END),)
    heard: list[StreamingChunk] = []

    async def tell(chunk: StreamingChunk) -> None:
        heard.append(chunk)

    async def asked() -> None:
        generator = UpstreamChatGenerator(Secret.from_token(KEY), "m", api_base_url=scripted_upstream.base_url)
        await generator.run_async([ChatMessage.from_user("Frogs?")], tell)
        await generator.close_async()

    asyncio.run(asked())
    assert "".join(chunk.content for chunk in heard) == "a" * (number // 2)
    thoughts = (chunk.meta["choice"]["delta"].get("reasoning_content", "") for chunk in heard)
    assert "".join(thoughts) == "b" * (number // 2)
    assert len(heard) < number / 50


def test_an_error_in_a_stream_is_told_in_our_own_words(ask: Callable[..., Said]) -> None:
    with pytest.raises(ModelFailed, match="failed while it answered") as error:
        ask(sse(FROGS, {"error": {"message": f"CUDA out of memory {KEY}"}}))
    assert "CUDA" not in error.value.message


def test_no_redirect_carries_the_question_to_another_host(
    ask: Callable[..., Said], scripted_upstream: ScriptedUpstream
) -> None:
    with pytest.raises(ModelFailed, match="OPENAI_BASE_URL"):
        ask(Fail(307, "moved", {"location": f"{scripted_upstream.base_url}/chat/completions"}))
    assert len(scripted_upstream.requests) == 1


@pytest.mark.parametrize(
    ("body", "stream"),
    [
        (b": still here\n\n", True),
        (b"data: null\n\n", True),
        (b'data: {"choices": []}\n\n', True),
        (b'data: {"choices": [{"delta": {"role": "assistant", "content": ""}}]}\n\n', True),
        (b"\n", True),
        (b"\n", False),
    ],
)
def test_what_says_nothing_keeps_no_call_alive(ask: Callable[..., Said], body: bytes, stream: bool) -> None:
    with pytest.raises(ModelFailed, match="in time") as error:
        ask(Raw(body, times=100, every=0.02), stream=stream, seconds=0.2)
    assert error.value.status == 504


@pytest.mark.parametrize("stream", [True, False])
def test_bytes_that_are_none_of_the_body_keep_no_call_alive(stream: bool) -> None:
    async def endless_chunk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n1;")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        ended.set()

    async def tell(_: StreamingChunk) -> None:
        pass

    async def asked() -> None:
        server = await asyncio.start_server(endless_chunk, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        generator = UpstreamChatGenerator(Secret.from_token(KEY), "m", api_base_url=url, max_retries=0, timeout=0.2)
        try:
            async with asyncio.timeout(10):
                await generator.run_async([ChatMessage.from_user("Frogs?")], tell if stream else None)
        finally:
            await generator.close_async()
            server.close()
            await ended.wait()

    ended = asyncio.Event()
    with pytest.raises(ModelFailed, match="in time"):
        asyncio.run(asked())


@pytest.mark.parametrize(
    ("raw", "stream"),
    [
        (Raw(b"data: " + b"x" * 60_000, times=10_000, every=0.001), True),
        (Raw(b"data: null\n\n" * 5_000, times=10_000, every=0.001), True),
        (Raw(b" " * 60_000, times=10_000, every=0.001), False),
        (Raw(b'"' + b"x" * 60_000, times=10_000, every=0.001), False),
        (Raw(b"data:null\n\n" * 5_000, times=10_000, every=0.001), True),
        (Raw(sse(piece("x" * 1_000), done=False).body * 10, times=10_000, every=0.001), True),
    ],
    ids=["a line", "a stream", "blanks", "a reply", "events", "a text"],
)
def test_an_answer_without_an_end_is_ended(
    ask: Callable[..., Said],
    scripted_upstream: ScriptedUpstream,
    monkeypatch: pytest.MonkeyPatch,
    raw: Raw,
    stream: bool,
) -> None:
    monkeypatch.setattr(connection, "MAX_STREAM_BYTES", 2 << 20)
    monkeypatch.setattr(connection, "MAX_REPLY_BYTES", 1 << 20)
    monkeypatch.setattr(connection, "MAX_EVENTS", 100_000)
    monkeypatch.setattr(choices, "MAX_CHARACTERS", 100_000)
    with pytest.raises(ModelFailed, match=r"longer than|more than"):
        ask(raw, stream=stream)
    assert scripted_upstream.requests[-1].left.wait(5)


def test_a_compressed_answer_is_refused(ask: Callable[..., Said], scripted_upstream: ScriptedUpstream) -> None:
    with pytest.raises(ModelFailed, match="compressed"):
        ask(Raw(b"\x1f\x8b", headers={"content-encoding": "gzip"}))
    assert scripted_upstream.requests[-1].headers["accept-encoding"] == "identity"


def test_an_answer_of_too_many_tool_calls_is_ended(ask: Callable[..., Said]) -> None:
    def calling(first: int, number: int) -> dict[str, Any]:
        calls = [{"index": first + n, "function": {"name": "f"}} for n in range(number)]
        return {"choices": [{"index": 0, "delta": {"tool_calls": calls}}]}

    assert ask(sse(calling(0, 1000))) == ("", "tool_calls")
    for events in ([calling(0, 1100)], [calling(n, 1) for n in range(1100)]):
        with pytest.raises(ModelFailed, match="tools"):
            ask(sse(*events))


@pytest.mark.parametrize(
    "listed", [b'{"data": null}', b"[]", b"oops", b'{"data": [null, {"id": 7}]}', b"x" * 100, b'{"data": {}}']
)
def test_an_odd_list_of_models_is_an_empty_one(scripted_upstream: ScriptedUpstream, listed: bytes) -> None:
    scripted_upstream.models = Raw(listed, media="application/json")
    generator = UpstreamChatGenerator(Secret.from_token(KEY), "m", api_base_url=scripted_upstream.base_url)

    async def models() -> Sequence[object]:
        try:
            return await generator.models()
        finally:
            await generator.close_async()

    assert asyncio.run(models()) == []


BOMBS = {
    "beside the text": b'{"choices": [{"message": {"content": "Frogs.", "y": [%s[]]}}]}' % (b"[]," * 400_000),
    "of choices": b'{"choices": [%s{}]}' % (b"{}," * 400_000),
    "of a few more choices": b'{"choices": [%s{}]}' % (b"{}," * 200),
    "of models": b'{"data": [%s{}]}' % (b"{}," * 400_000),
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_reply_of_many_small_values_is_not_read(
    ask: Callable[..., Said], scripted_upstream: ScriptedUpstream, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    loads = orjson.loads

    def counted(sent: bytes) -> Any:
        read.append(len(sent))
        return loads(sent)

    monkeypatch.setattr(values, "orjson", SimpleNamespace(loads=counted, JSONDecodeError=orjson.JSONDecodeError))
    for stream in (False, True):
        with pytest.raises(ModelFailed, match=r"values at once|no chat completion"):
            ask(Raw(body, media="application/json"), stream=stream)
    with pytest.raises(ModelFailed, match=r"values at once|no chat completion"):
        ask(Raw(b"data: " + body.replace(b"message", b"delta")[-100_000:] + b"\n\n"))
    assert [size for size in read if size > 100_000] == []


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_in_single_bytes_and_one_that_takes_for_ever_are_ended(
    ask: Callable[..., Said], scripted_upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    body, media = (b"data: null\n\n", SSE) if stream else (b" ", "application/json")
    drip = Raw(body, media=media, times=1000, every=0.001)
    monkeypatch.setattr(connection, "MAX_PIECES", 20)
    with pytest.raises(ModelFailed, match="more than 20 pieces"):
        ask(drip, stream=stream)
    monkeypatch.setattr(connection, "MAX_PIECES", 2000)
    monkeypatch.setattr(connection, "MAX_SECONDS", 0.05)
    with pytest.raises(ModelFailed, match="took longer than"):
        ask(drip, stream=stream)
    assert scripted_upstream.requests[-1].left.wait(5)


def test_replies_that_come_together_are_limited(ask: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Raw(b'{"choices": [{"message": {"content": "%s"}}]}' % (b"x" * 2_000), media="application/json")
    monkeypatch.setattr(connection._replies, "bytes", connection.MAX_REPLY_BYTES_TOGETHER - 1_000)
    with pytest.raises(ModelFailed, match="at once: try again"):
        ask(reply, stream=False)
    assert connection._replies.bytes == connection.MAX_REPLY_BYTES_TOGETHER - 1_000
    monkeypatch.setattr(connection._replies, "bytes", 0)
    assert ask(reply, stream=False) == ("x" * 2_000, "stop")


def test_what_is_said_beside_the_text_counts_and_has_few_names() -> None:
    several = choices.Choices(1)
    said = [several.of({"choices": [{"delta": {f"k{n}": 1}}]}, "delta")[0] for n in range(200)]
    assert sum(bool(each["delta"]) for each in said) == choices.MAX_NAMES

    beside: dict[str, Any]
    for beside in ({"k": [{}] * 1000}, {"tool_calls": [{"index": 0, "id": "c", "k": [{}] * 1000}]}):
        several = choices.Choices(1)
        with pytest.raises(ModelFailed, match="longer than"):
            for _ in range(choices.MAX_CHARACTERS // 8_000 + 1):
                several.of({"choices": [{"delta": beside}]}, "delta")

    token = {"token": "F", "logprob": -1.0, "bytes": [70], "k": 1}
    logprobs = {"content": [{**token, "top_logprobs": [token]}]}
    [choice] = choices.Choices(1).of({"choices": [{"delta": {"content": "F"}, "logprobs": logprobs}]}, "delta")
    [told] = choice["logprobs"]["content"]
    assert told.keys() == {"token", "logprob", "bytes", "top_logprobs"}
    assert told["top_logprobs"][0].keys() == {"token", "logprob", "bytes"}
