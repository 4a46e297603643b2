"""A compaction: what was said so far in one item, for clients that keep the history themselves."""

import base64
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import orjson
from pydantic import Field, TypeAdapter

from ingest.ids import new_id
from ingest.json_values import count
from rag_api.history import Item
from rag_api.http import room
from rag_api.http.refused import Refused
from rag_api.v1.limits import COMPACTIONS, MESSAGES
from rag_api.v1.responses.items import FunctionCall, FunctionCallOutput, Message

MAX_BYTES = 16 << 20  # that those of a request may unpack to, pictures and files in them included
MAX_VALUES = 40 * MESSAGES

_SAID: TypeAdapter[list[Message | FunctionCall | FunctionCallOutput]] = TypeAdapter(
    Annotated[list[Message | FunctionCall | FunctionCallOutput], Field(max_length=MESSAGES, fail_fast=True)]
)
SAID = ("message", "function_call", "function_call_output")


def packed(items: Sequence[Item]) -> Item:
    """What was said in these items, in one item. It is not encrypted, since its receiver knows the words; only the
    format is private. Raises `Refused` if it could not be read again."""
    said = orjson.dumps([item for item in items if item["type"] in SAID])
    if len(said) > MAX_BYTES:
        message = f"The conversation has more than {MAX_BYTES >> 20} MB, and cannot be compacted: leave pictures out."
        raise Refused(message, param="input")
    content = base64.urlsafe_b64encode(zlib.compress(said)).decode()
    return {"id": new_id("cmp_"), "type": "compaction", "encrypted_content": content}


def unpacked(items: Iterable[Item]) -> Iterator[list[Item]]:
    """For each item, those in it if it is a compaction, else itself. Raises `Refused` for a damaged one, and for too
    many: each may unpack to far more than its own size."""
    compactions, left = 0, MAX_BYTES
    for item in items:
        if item["type"] == "compaction":
            compactions += 1
            if compactions > COMPACTIONS:
                raise Refused(f"Invalid 'input': it has at most {COMPACTIONS} compactions.", param="input")
            said = _decompressed(item["encrypted_content"], left)
            left -= len(said)
            yield _read(said)
        else:
            yield [item]


def _decompressed(content: str, most: int) -> bytes:
    try:
        stream = zlib.decompressobj()
        said = stream.decompress(base64.urlsafe_b64decode(content), most + 1)
    except (zlib.error, ValueError):
        raise _damaged() from None
    if len(said) > most:
        message = f"Invalid 'input': its compactions have more than {MAX_BYTES >> 20} MB together, unpacked."
        raise Refused(message, param="input")
    if not stream.eof:
        raise _damaged()
    room.take(len(said))
    return said


def _read(said: bytes) -> list[Item]:
    if count(said, MAX_VALUES) > MAX_VALUES:
        raise _damaged()
    try:
        return [sent.item() for sent in _SAID.validate_json(said)]
    except ValueError:
        raise _damaged() from None


def _damaged() -> Refused:
    return Refused(
        "Invalid 'encrypted_content': this compaction was not made by this server, or was changed since.",
        param="input",
    )
