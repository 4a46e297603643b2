"""Checks of an index folder: which chunks each store file has, and whether the full-text index matches them.

They stream, whatever the number of chunks, and are meant for a folder that nobody writes to meanwhile.
"""

import os
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson

from ingest.counted import counted
from ingest.index.backend import StoredChunks
from ingest.index.embedded import fulltext, rows

_BLOCK = 50_000  # rows compared at a time
_READ_BYTES = 1 << 20
_FOOTER_MAGIC = 1337

_STORED = """
SELECT store_file_id, store_id, file_id, count(*), sum(length(CAST(content AS BLOB))),
    min(json_extract(meta, '$.position')) = 0 AND max(json_extract(meta, '$.position')) = count(*) - 1
    AND count(DISTINCT json_extract(meta, '$.position')) = count(*)
    AND min(store_id) = max(store_id) AND min(file_id) = max(file_id)
FROM chunks WHERE store_file_id IS NOT NULL GROUP BY store_file_id ORDER BY store_file_id
"""


def stored(folder: Path) -> Iterator[StoredChunks]:
    """The chunks of each store file, in the order of their ids."""
    with closing(sqlite3.connect(folder / rows.FILE)) as connection:
        for id, store_id, file_id, chunks, usage_bytes, gapless in connection.execute(_STORED):
            yield StoredChunks(id, store_id, file_id, chunks, usage_bytes, bool(gapless))


def faults(folder: Path, index: fulltext.FullText) -> Iterator[str]:
    """What is wrong with the full-text index, in words; it can be rebuilt from the rows."""
    for file in _segment_files(folder / fulltext.FOLDER):
        if not _is_as_written(file):
            yield f"{file.name} was changed since it was written"
    missing = unknown = 0
    with closing(sqlite3.connect(folder / rows.FILE)) as connection:
        (last,) = connection.execute("SELECT ifnull(max(row), 0) FROM chunks").fetchone()
        for first in range(1, last + 1, _BLOCK):
            block = first, first + _BLOCK - 1
            kept = {row for (row,) in connection.execute("SELECT row FROM chunks WHERE row BETWEEN ? AND ?", block)}
            indexed = set(index.rows(*block))
            missing += len(kept - indexed)
            unknown += len(indexed - kept)
    if missing or unknown:
        yield f"it lacks {counted(missing, 'chunk')}, and has {unknown:,} more than there are"


def is_intact(index: Path) -> bool:
    """Whether the files of a full-text index are unchanged since they were written."""
    try:
        return all(map(_is_as_written, _segment_files(index)))
    except (OSError, ValueError, KeyError):  # the list of segments is missing or damaged
        return False


def _segment_files(index: Path) -> list[Path]:
    """The files that are searched; a merge may have left others behind."""
    segments = {
        each["segment_id"].replace("-", "") for each in orjson.loads((index / "meta.json").read_bytes())["segments"]
    }
    return sorted(file for file in index.iterdir() if file.name.partition(".")[0] in segments)


def _is_as_written(file: Path) -> bool:
    """Compare with Tantivy's checksum: each segment file ends with JSON, its length, and a magic number."""
    try:
        with file.open("rb") as source:
            end = source.seek(-8, os.SEEK_END)
            length, magic = struct.unpack("<II", source.read(8))
            if magic != _FOOTER_MAGIC:
                return False
            left = source.seek(end - length)
            expected = orjson.loads(source.read(length))["crc"]
            source.seek(0)
            crc = 0
            while data := source.read(min(_READ_BYTES, left)):
                left -= len(data)
                crc = zlib.crc32(data, crc)
    except FileNotFoundError:  # merged meanwhile
        return True
    except (OSError, ValueError, KeyError):  # unreadable, too short, or without such an end
        return False
    return bool(crc == expected)
