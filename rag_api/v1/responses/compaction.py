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
from rag_api.http.refused import Refused
from rag_api.v1.limits import COMPACTIONS, MESSAGES
from rag_api.v1.responses.items import FunctionCall, FunctionCallOutput, Message

MAX_BYTES = 16 << 20  # an item may unpack to
MAX_VALUES = 40 * MESSAGES

_SAID: TypeAdapter[list[Message | FunctionCall | FunctionCallOutput]] = TypeAdapter(
    Annotated[list[Message | FunctionCall | FunctionCallOutput], Field(max_length=MESSAGES, fail_fast=True)]
)
SAID = ("message", "function_call", "function_call_output")


def packed(items: Sequence[Item]) -> Item:
    """What was said in these items, in one item. It is not encrypted, since its receiver knows the words; only the
    format is private."""
    said = orjson.dumps([item for item in items if item["type"] in SAID])
    content = base64.urlsafe_b64encode(zlib.compress(said)).decode()
    return {"id": new_id("cmp_"), "type": "compaction", "encrypted_content": content}


def unpacked(items: Iterable[Item]) -> Iterator[list[Item]]:
    """For each item, those in it if it is a compaction, else itself. Raises `Refused` for a damaged one, and for too
    many: each may unpack to far more than its own size."""
    compactions = 0
    for item in items:
        if item["type"] == "compaction":
            compactions += 1
            if compactions > COMPACTIONS:
                raise Refused(f"Invalid 'input': it has at most {COMPACTIONS} compactions.", param="input")
            yield _unpacked(item["encrypted_content"])
        else:
            yield [item]


def _unpacked(content: str) -> list[Item]:
    try:
        stream = zlib.decompressobj()
        said = stream.decompress(base64.urlsafe_b64decode(content), MAX_BYTES)
        if stream.eof and count(said, MAX_VALUES) <= MAX_VALUES:
            return [sent.item() for sent in _SAID.validate_json(said)]
    except (zlib.error, ValueError):
        pass
    raise Refused(
        "Invalid 'encrypted_content': this compaction was not made by this server, or was changed since.",
        param="input",
    )
