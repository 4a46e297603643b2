"""Markers in long texts: found in several calls, as they would be in one."""

import re
from random import Random
from typing import Any

import pytest

from rag_api.answer import markers

PIECES = (
    "[1]",
    "[1, 2]",
    "[1, ",
    "[[2]]",
    "【3:0†report.pdf】",
    "(see Source 2)",
    "[3](there)",
    "<source>2</source>",
    "```",
    "\n```\n",
    "\n```python\n",
    "\n``` `\n",
    "`[1]`",
    "`",
    "\n",
    "\n\n  > ~~~\n",
    "Herons eat frogs. ",
    "x" * 40,
)


@pytest.mark.parametrize("at_once", [1, 7, 64])
def test_in_pieces_the_same_is_found(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(markers, "AT_ONCE", at_once)
    random = Random(14)
    for longest in (2000, 700):
        monkeypatch.setattr(markers, "LONGEST", longest)
        for _ in range(150):
            text = "".join(random.choices(PIECES, k=random.randrange(1, 150)))
            found = [match.span() for match in markers._matches(text)]
            assert found == [match.span() for match in markers._MARKER.finditer(text)]


class Counting:
    """A pattern that notes of how many characters each call is."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.calls: list[int] = []

    def search(self, text: str, start: int = 0, end: int = 1 << 62) -> re.Match[str] | None:
        self.calls.append(min(end, len(text)) - start)
        return self.pattern.search(text, start, end)

    def finditer(self, text: str) -> Any:
        self.calls.append(len(text))
        return self.pattern.finditer(text)


@pytest.mark.parametrize("piece", ["[1, ", "[[1", "(source 1, ", "x"])
def test_no_call_is_of_megabytes(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    counting = Counting(markers._MARKER)
    monkeypatch.setattr(markers, "_MARKER", counting)
    text = piece * (1_000_000 // len(piece))
    assert list(markers.markers(text)) == []
    assert max(counting.calls) <= markers.AT_ONCE + markers.LONGEST
    assert sum(counting.calls) <= 1.1 * len(text)
