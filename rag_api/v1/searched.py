"""What a reply says about its search: whether there was one, and the nearest passages where they hold no answer."""

from collections.abc import Sequence
from typing import Any

from ingest.chunk.meta import chunk_meta
from ingest.search.passages import Passage
from rag_api.answer.nearest import Near
from rag_api.answer.question import Unsearched

SEARCHED = "x-rag-searched"


def searched(unsearched: Unsearched | None) -> dict[str, str]:
    """The header: `stores`, or `none` and the reason."""
    return {SEARCHED: f"none; reason={unsearched}" if unsearched else "stores"}


def told(nearest: Sequence[Near], passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """The nearest passages, for a key of our own beside `annotations`."""
    return [_told(near, passages[near.passage]) for near in nearest]


def _told(near: Near, passage: Passage) -> dict[str, Any]:
    meta = chunk_meta(passage)
    return {
        "file_id": meta["file_id"],
        "filename": meta["filename"],
        "page": near.page,
        "score": passage.score or 0.0,
        "text": near.text,
    }
