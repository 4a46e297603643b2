"""The events of an answer: their order, what ends them, and what closing them ends."""

import asyncio
import gc
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from haystack import Document
from haystack.dataclasses import ChatMessage

from ingest.errors import StorageFailed
from ingest.query import Query
from ingest.search.passages import PassageRetriever
from rag_api.answer import metering
from rag_api.answer.answerer import EXTRACTIVE, Answerer
from rag_api.answer.errors import ModelFailed
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved
from rag_api.answer.question import Question
from rag_api.settings import Settings
from tests.pipelines import haystacks_own
from tests.scripted_upstream import Drop, Fail, Hang, Raw, Script, ScriptedUpstream, Text

TEXTS = ["Herons eat frogs.", "Herons sleep on one leg.", "A heron is a bird."]
SAID: Script = (Text("Herons eat "), Text("frogs [1]."))


class Birds:
    """A searcher that finds all of these texts, and store files that are all there."""

    def __init__(self) -> None:
        self.last_use = self
        self.error: Exception | None = None

    def search(self, query: Query) -> list[Document]:
        if self.error:
            raise self.error
        meta = {"store_file_id": "vsf_1", "tokens": 10, "start": 0, "end": 0}
        return [
            Document(id=str(n), content=text, meta=meta | {"position": 2 * n}, score=0.9 - 0.1 * n)
            for n, text in enumerate(TEXTS)
        ]

    def note(self, store_ids: list[str]) -> None:
        pass

    def present(self, ids: set[str]) -> dict[str, dict[str, str]]:
        return {id: {} for id in ids}


@pytest.fixture
def birds() -> Birds:
    return Birds()


@asynccontextmanager
async def answering(folder: Path, upstream: ScriptedUpstream, birds: Birds, **more: Any) -> AsyncIterator[Answerer]:
    settings = Settings(_env_file=None, data_dir=folder, openai_base_url=upstream.base_url, **more)
    answerer = Answerer(settings, PassageRetriever(birds, cast(Any, birds)))
    try:
        yield answerer
    finally:
        await answerer.close()


def question(model: str = "scripted", **more: Any) -> Question:
    return Question([ChatMessage.from_user("What do herons eat?")], ["vs_default"], model, **more)


async def kinds(events: AsyncGenerator[Event, None]) -> list[type]:
    """The kinds of the events that come, those that repeat each other once."""
    seen: list[type] = []
    async for event in events:
        if type(event) not in seen[-1:]:
            seen.append(type(event))
    return seen


async def until(happened: Any) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.005)


@pytest.mark.asyncio
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["scripted", EXTRACTIVE])
@pytest.mark.parametrize("stores", [["vs_default"], []], ids=["searched", "not searched"])
async def test_what_was_found_comes_first_and_the_model_last(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, model: str, stream: bool, stores: list[str]
) -> None:
    scripted_upstream.script = SAID
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        asked = Question([ChatMessage.from_user("What do herons eat?")], stores, model, stream=stream)
        assert await kinds(answerer.answer(asked)) == [Retrieved, Delta, Finished, Answered]


@pytest.mark.asyncio
async def test_passages_are_told_as_ranked_before_the_first_word(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds
) -> None:
    scripted_upstream.queue.extend([(Text("3, 1"),), SAID])
    async with answering(tmp_path, scripted_upstream, birds, rerank=3, passages=2) as answerer:
        events = [event async for event in answerer.answer(question(stream=True))]
    assert isinstance(events[0], Retrieved)
    assert [passage.content for passage in events[0].passages] == [TEXTS[2], TEXTS[0]]


@pytest.mark.asyncio
@pytest.mark.parametrize("last", [Retrieved, Delta])
async def test_closing_it_ends_the_call_of_the_model(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, last: type
) -> None:
    scripted_upstream.script = (Text("Herons "), Hang())
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        events = answerer.answer(question(stream=True))
        while not isinstance(await anext(events), last):
            pass
        await until(lambda: scripted_upstream.requests)  # the model is asked while the passages are told
        await events.aclose()
        assert await asyncio.to_thread(scripted_upstream.requests[0].left.wait, 5)


@pytest.mark.asyncio
@pytest.mark.parametrize("stream", [False, True])
async def test_cancelling_who_waits_for_it_ends_the_call_of_the_model(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, stream: bool
) -> None:
    scripted_upstream.script = (Hang(),)
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        waiting = asyncio.create_task(kinds(answerer.answer(question(stream=stream))))
        await until(lambda: scripted_upstream.requests)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await asyncio.to_thread(scripted_upstream.requests[0].left.wait, 5)


@pytest.mark.asyncio
@pytest.mark.parametrize("stream", [False, True])
async def test_the_generator_of_a_pipeline_from_a_file_is_stopped_as_well(
    tmp_path: Path,
    scripted_upstream: ScriptedUpstream,
    birds: Birds,
    monkeypatch: pytest.MonkeyPatch,
    stream: bool,
) -> None:
    haystacks_own(tmp_path, scripted_upstream.base_url, monkeypatch)
    scripted_upstream.script = (Text("Herons "), Hang())
    async with answering(tmp_path, scripted_upstream, birds, query_pipeline=tmp_path / "haystack.yml") as answerer:
        waiting = asyncio.create_task(kinds(answerer.answer(question(stream=stream))))
        await until(lambda: scripted_upstream.requests)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await asyncio.to_thread(scripted_upstream.requests[0].left.wait, 5)


@pytest.mark.asyncio
@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_fails_is_named_after_what_was_found(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, stream: bool, caplog: pytest.LogCaptureFixture
) -> None:
    scripted_upstream.script = (Fail(429, "too many"),)
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        events = answerer.answer(question(stream=stream))
        assert isinstance(await anext(events), Retrieved)
        with pytest.raises(ModelFailed, match="at its limit") as failed:
            await anext(events)
    assert failed.value.status == 429
    assert "too many" in caplog.text


@pytest.mark.asyncio
async def test_a_failure_that_nobody_waits_for_any_more_is_no_fault_in_the_log(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, caplog: pytest.LogCaptureFixture
) -> None:
    scripted_upstream.script = (Fail(429, "too many"),)
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        events = answerer.answer(question(stream=True))
        assert isinstance(await anext(events), Retrieved)
        generating = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(generating)  # the model has failed, and the client leaves
        await events.aclose()
        del events, generating
        gc.collect()
    assert "never retrieved" not in caplog.text


@pytest.mark.asyncio
async def test_a_model_that_breaks_off_fails_after_its_words(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds
) -> None:
    scripted_upstream.script = (Text("Herons "), Drop())
    seen: list[Event] = []
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        with pytest.raises(ModelFailed, match="broke off"):
            async for event in answerer.answer(question(stream=True)):
                seen.append(event)
    assert [type(event) for event in seen] == [Retrieved, Delta]


@pytest.mark.asyncio
async def test_a_search_that_fails_says_so_and_asks_no_model(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds
) -> None:
    birds.error = StorageFailed("The index is gone.")
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        with pytest.raises(StorageFailed, match="The index is gone"):
            await kinds(answerer.answer(question()))
    assert scripted_upstream.requests == []


@pytest.mark.asyncio
async def test_who_waits_for_the_model_holds_up_no_search(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # one searches at a time
    scripted_upstream.script = (Hang(),)
    async with answering(tmp_path, scripted_upstream, birds, rerank=3) as answerer:
        ranking = asyncio.create_task(kinds(answerer.answer(question())))
        await until(lambda: scripted_upstream.requests)
        async with asyncio.timeout(10):
            assert Answered in await kinds(answerer.answer(question(EXTRACTIVE)))
        assert not ranking.done()
        ranking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ranking


@pytest.mark.asyncio
async def test_an_answer_that_nobody_reads_is_not_made(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds
) -> None:
    event = b'data: {"choices": [{"delta": {"content": "Frogs.", "x": ["%s"]}}]}\n\n' % (b"x" * 100_000)
    scripted_upstream.script = (Raw(event, times=150),)  # more than sockets hold
    async with (
        answering(tmp_path, scripted_upstream, birds) as answerer,
        aclosing(answerer.answer(question(stream=True))) as events,
    ):
        await anext(events)
        await anext(events)
        assert not await asyncio.to_thread(scripted_upstream.requests[-1].answered.wait, 1)


LONG: Script = (Text("Herons eat " + "frogs and fish " * 200), Hang())


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("script", "stream", "least"),
    [
        (LONG, True, 700),
        ((Hang(),), False, 1000),  # of which nobody has heard what was written
        ((Text("Herons eat " * 400), Fail(500)), True, 1000),
        ((Fail(500),), True, 0),
        (SAID, True, 1),
    ],
    ids=["left in the middle", "left before its end", "failed in the middle", "refused", "answered"],
)
async def test_an_answer_is_paid_for_once_however_it_ends(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, birds: Birds, script: Script, stream: bool, least: int
) -> None:
    scripted_upstream.script = script
    spent: list[int] = []
    metering.spend.set(spent.append)
    async with answering(tmp_path, scripted_upstream, birds) as answerer:
        events = answerer.answer(question(stream=stream))
        try:
            async with asyncio.timeout(2), aclosing(events):
                async for event in events:
                    if isinstance(event, Delta) and script is LONG:
                        break
        except (TimeoutError, ModelFailed):
            pass
    assert len(spent) == (least > 0)
    assert sum(spent) >= least


@pytest.mark.asyncio
async def test_the_reserve_of_a_request_is_kept_until_its_answer_in_the_background_has_ended() -> None:
    given_back: list[str] = []
    kept = metering.Reserve(lambda: given_back.append("once"))
    metering.reserve.set(kept)
    ends = asyncio.Event()

    async def made() -> None:
        await ends.wait()

    making = asyncio.create_task(made())
    metering.reserve_until_end(making)
    kept.end()
    assert given_back == []
    ends.set()
    await making
    await asyncio.sleep(0)
    assert given_back == ["once"]
