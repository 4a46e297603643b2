"""The tokens of texts are those of the package whose compiled part is used."""

import pytest
from bpe_openai import get_encoding

from ingest.tokens import SIZES, encoding

TEXTS = [
    "",
    "The quick brown fox, 1957, jumps.\n\n",
    "naïve 狐 \U0001f9ed",
    "nul\0 in it",
    "\ud800half\udc00",
    "<|endoftext|>",
]


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base"])
def test_tokens_are_those_of_the_package(name: str) -> None:
    expected = get_encoding(name)
    for text in TEXTS:
        tokens = encoding(name).encode(text)
        assert tokens == expected.encode_ordinary(text)
        assert encoding(name).decode(tokens) == expected.decode(tokens)


def test_a_token_has_the_characters_that_begin_in_it() -> None:
    assert {name: len(encoding(name).starts) for name in SIZES} == SIZES
    tokens = get_encoding("o200k_base").token_byte_values()
    starts = encoding().starts
    assert list(starts) == [sum(byte & 0xC0 != 0x80 for byte in token) for token in tokens[: len(starts)]]
    assert set(tokens[len(starts) :]) <= {b"", b"<|endoftext|>", b"<|endofprompt|>"}  # no text has these


def test_half_a_character_is_no_text() -> None:
    tokens = encoding().encode("\U0001fad8")
    assert len(tokens) > 1
    assert encoding().decode(tokens[:1]) is None


@pytest.mark.parametrize("token", [199_998, 10**9])
def test_what_is_no_token_is_no_text(token: int) -> None:
    assert encoding().decode([1, token]) is None
