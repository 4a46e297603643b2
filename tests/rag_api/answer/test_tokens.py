"""How many tokens a text has."""

import pytest

from rag_api.answer.tokens import count


@pytest.mark.parametrize("text", ["a word ", "あ", "x", " ", "\U0001f9ed"])
def test_a_text_of_any_length_is_counted(text: str) -> None:
    half, whole = count(text * 500_000), count(text * 1_000_000)
    assert 0 < half < whole <= 2.1 * half
