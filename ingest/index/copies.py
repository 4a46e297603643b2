"""Copies: chunks that have the text of another."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Chunk = TypeVar("Chunk")


def told_apart(chunks: Iterable[Chunk], text: Callable[[Chunk], Hashable]) -> tuple[list[Chunk], list[Chunk]]:
    """The first chunk of each text, and the copies of these, both in the order given."""
    firsts: dict[Hashable, Chunk] = {}
    copies: list[Chunk] = []
    for chunk in chunks:
        if (known := text(chunk)) in firsts:
            copies.append(chunk)
        else:
            firsts[known] = chunk
    return list(firsts.values()), copies


def copies_last(chunks: Iterable[Chunk], text: Callable[[Chunk], Hashable]) -> list[Chunk]:
    firsts, copies = told_apart(chunks, text)
    return firsts + copies
