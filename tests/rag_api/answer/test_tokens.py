"""How many tokens a text has."""

import asyncio
import threading

import pytest

from ingest import cancellation
from ingest.tokens import encoding
from rag_api.answer.tokens import count


@pytest.mark.parametrize("text", ["a word ", "あ", "x", " ", "\U0001f9ed"])
def test_a_text_of_any_length_is_counted(text: str) -> None:
    half, whole = count(text * 500_000), count(text * 1_000_000)
    assert 0 < half < whole <= 2.1 * half


def test_a_long_text_has_as_many_tokens_as_if_it_were_read_at_once() -> None:
    text = "The quick brown fox, 1957, jumps over: naïve 狐!\n\n" * 400
    assert count(text) == len(encoding().encode(text))


def test_counting_ends_when_nobody_waits_for_it() -> None:
    async def leave() -> None:
        counting = asyncio.ensure_future(cancellation.to_thread(count_until_told))
        await asyncio.to_thread(began.wait)
        counting.cancel()
        await asyncio.to_thread(ended.wait, 10)

    def count_until_told() -> None:
        began.set()
        try:
            count("many words " * 2_000_000)
        except cancellation.Cancelled:
            ended.set()

    began, ended = threading.Event(), threading.Event()
    asyncio.run(leave())
    assert ended.is_set()
