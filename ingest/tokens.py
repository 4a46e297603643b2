"""The tokens that OpenAI's models read texts as."""

import gzip
from binascii import a2b_base64
from functools import cache, cached_property
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

SIZES = {"o200k_base": 199_998, "cl100k_base": 100_256}
"""How many tokens an encoding has; from there on, some that no text has."""

_CONTINUED = bytes(range(0x80, 0xC0))  # UTF-8, RFC 3629: no character begins with these


class Encoding:
    """As compiled in `bpe-openai`; encoding holds up all other threads. To import that package as usual takes .6 s and
    75 MB more in each process, since it reads all its vocabularies once more, as Python's objects."""

    def __init__(self, name: str) -> None:
        package = find_spec("bpe_openai")
        assert package and package.submodule_search_locations
        compiled = PathFinder.find_spec("bpe_openai._bindings", package.submodule_search_locations)
        assert compiled and compiled.loader
        bindings = module_from_spec(compiled)
        compiled.loader.exec_module(bindings)
        self._tokenizer: Any = bindings.tokenizer_for_encoding(name)
        self._size = SIZES[name]
        self._vocabulary = Path(package.submodule_search_locations[0]) / "data" / f"{name}.tiktoken.gz"

    def encode(self, text: str) -> list[int]:
        tokens: list[int]
        try:
            tokens = self._tokenizer.encode(text)
        except UnicodeEncodeError:  # JSON can say halves of a character
            tokens = self._tokenizer.encode(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        return tokens

    def decode(self, tokens: list[int]) -> str | None:
        """None for tokens that are no text: they may end within a character, or not be of this encoding."""
        if max(tokens, default=0) >= self._size:
            return None
        try:
            text: str = self._tokenizer.decode(tokens)
        except ValueError:
            return None
        return text

    @cached_property
    def starts(self) -> bytes:
        """For each token, how many characters begin in it."""
        with gzip.open(self._vocabulary) as lines:
            return bytes(len(a2b_base64(line.partition(b" ")[0]).translate(None, _CONTINUED)) for line in lines)


@cache
def encoding(name: str = "o200k_base") -> Encoding:
    """The one of this process."""
    return Encoding(name)
