"""How many tokens a text has."""

import pytest

from rag_api.answer.tokens import count


@pytest.mark.parametrize("text", ["a word ", "あ", "x", " ", "\U0001f9ed"])
def test_a_text_of_any_length_is_counted(text: str) -> None:
    once, long = count(text * 1_000), count(text * 1_000_000)
    assert 0.9 * once <= long / 1_000 <= 1.1 * once
