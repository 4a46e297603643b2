"""Adjacent chunks, which follow each other in a document, and how to put them together again."""

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar

from haystack import Document

Chunk = TypeVar("Chunk", bound=Document)


def merge_adjacent(chunks: Iterable[Chunk]) -> list[Chunk]:
    """Best first, as they are given. Adjacent chunks are merged into one, with the rank and score of the best of
    them."""
    ranked = list(enumerate(chunks))
    runs: list[list[tuple[int, Chunk]]] = []
    for rank, chunk in sorted(ranked, key=lambda each: (each[1].meta["store_file_id"], each[1].meta["position"])):
        if runs and _follows(chunk, runs[-1][-1][1]):
            runs[-1].append((rank, chunk))
        else:
            runs.append([(rank, chunk)])
    runs.sort(key=lambda run: min(rank for rank, _ in run))
    return [_merged([chunk for _, chunk in run]) for run in runs]


def continuation(before: Document, after: Document) -> str:
    """What a chunk adds to the text that ends with the one before it."""
    content = after.content or ""
    missing = after.meta["start"] - before.meta["end"]
    if missing <= 0:
        return content[-missing:]
    return str(after.meta.get("space_before") or ("\n\n" if missing > 1 else "\n")) + content


def _follows(chunk: Document, before: Document) -> bool:
    here, there = chunk.meta, before.meta
    return bool(here["store_file_id"] == there["store_file_id"] and here["position"] == there["position"] + 1)


def _merged(run: list[Chunk]) -> Chunk:
    first, last = run[0], run[-1]
    if first is last:
        return first
    content = (first.content or "") + "".join(continuation(before, after) for before, after in pairwise(run))
    meta = first.meta | {key: last.meta[key] for key in ("end", "page_end") if key in last.meta}
    meta["position_end"] = last.meta["position"]
    meta["table_ends"] = last.meta.get("table_ends", False)
    meta["tokens"] = sum(chunk.meta["tokens"] for chunk in run)
    if near := {word: its for chunk in run for word, its in chunk.meta.get("near_spellings", {}).items()}:
        meta["near_spellings"] = near
    return type(first)(first.id, content, meta=meta, score=max(chunk.score or 0.0 for chunk in run))
