"""Whole tables: a table that chunks were cut from, put together again from its first row to its last."""

from collections.abc import Iterator, Sequence

from ingest import cancellation
from ingest.chunk.meta import chunk_id, chunk_meta
from ingest.index.backend import ChunkStore
from ingest.search.adjacent import merge_adjacent
from ingest.search.passages import Passage

MOST = 64
"""Chunks of a table that is put together: some 1,500 rows. What reads them all takes tenths of a second."""

_AT_ONCE = 8  # chunks that are read at a time


def is_cut(passage: Passage) -> bool:
    """Whether the passage begins or ends within a table."""
    content, meta = passage.content or "", chunk_meta(passage)
    return (content.startswith("|") and meta["position"] > 0) or _goes_on(passage)


def with_whole_tables(passages: Sequence[Passage], chunks: ChunkStore, most: int) -> list[Passage]:
    """The passages, of which the first `most` that are cut have the tables that they are cut from as wholes, if these
    are not too long. Raises `StorageFailed`."""
    whole: list[Passage] = []
    for passage in passages:
        if any(_is_within(passage, other) for other in whole):
            continue
        if most and is_cut(passage):
            most -= 1
            whole.append(_completed(passage, chunks) or passage)
        else:
            whole.append(passage)
    return whole


def _is_within(passage: Passage, other: Passage) -> bool:
    here, there = chunk_meta(passage), chunk_meta(other)
    same = here["store_file_id"] == there["store_file_id"]
    return same and there["start"] <= here["start"] and here["end"] <= there["end"]


def _goes_on(passage: Passage) -> bool:
    last = (passage.content or "").rpartition("\n")[2]
    return last.startswith("|") and not chunk_meta(passage).get("table_ends")


def _completed(passage: Passage, chunks: ChunkStore) -> Passage | None:
    """None if the table is too long, or if one of its chunks is gone."""
    meta = chunk_meta(passage)
    first = meta["position"]
    found: list[Passage] = []
    for chunk in _chunks(passage, chunks, range(first, first + MOST)):
        found.append(chunk)
        if chunk_meta(chunk)["end"] >= meta["end"] and not _goes_on(chunk):
            break
    else:
        return None
    if (found[0].content or "").startswith("|"):
        for chunk in _chunks(passage, chunks, range(first - 1, -1, -1)):
            if not _goes_on(chunk):
                break
            found.insert(0, chunk)
            if len(found) > MOST:
                return None
    merged = merge_adjacent(found)
    return merged[0] if len(merged) == 1 else None


_OF_THE_SEARCH = ("attributes", "near_spellings", "score_parts", "found_at")


def _chunks(passage: Passage, chunks: ChunkStore, positions: range) -> Iterator[Passage]:
    """The chunks of the file at these positions, in their order, as passages like this one; until one is missing."""
    meta = chunk_meta(passage)
    ids = [chunk_id(meta["store_id"], meta["file_id"], meta["store_file_id"], position) for position in positions]
    for start in range(0, len(ids), _AT_ONCE):
        cancellation.check()
        some = ids[start : start + _AT_ONCE]
        by_id = {chunk.id: chunk for chunk in chunks.filter_documents({"field": "id", "operator": "in", "value": some})}
        for id in some:
            if id not in by_id:
                return
            chunk = by_id[id]
            kept = {key: passage.meta[key] for key in _OF_THE_SEARCH if key in passage.meta}
            yield Passage(chunk.id, chunk.content, meta=chunk.meta | kept, score=passage.score)
