"""A compaction: what was said so far in one item, for clients that keep the history themselves."""

import base64
import zlib
from collections.abc import Sequence

import orjson
from pydantic import TypeAdapter

from ingest.ids import new_id
from rag_api.history import Item
from rag_api.http.refused import Refused
from rag_api.v1.responses.items import FunctionCall, FunctionCallOutput, Message

MAX_BYTES = 32 << 20  # an item may unpack to

_SAID: TypeAdapter[list[Message | FunctionCall | FunctionCallOutput]] = TypeAdapter(
    list[Message | FunctionCall | FunctionCallOutput]
)
SAID = ("message", "function_call", "function_call_output")


def packed(items: Sequence[Item]) -> Item:
    """What was said in these items, in one item. It is not encrypted, since its receiver knows the words; only the
    format is private."""
    said = orjson.dumps([item for item in items if item["type"] in SAID])
    content = base64.urlsafe_b64encode(zlib.compress(said)).decode()
    return {"id": new_id("cmp_"), "type": "compaction", "encrypted_content": content}


def unpacked(item: Item) -> list[Item]:
    """The items in a compaction; any other item is returned as it is. Raises `Refused` for a damaged one."""
    if item["type"] != "compaction":
        return [item]
    try:
        said = zlib.decompressobj().decompress(base64.urlsafe_b64decode(item["encrypted_content"]), MAX_BYTES)
        return [sent.item() for sent in _SAID.validate_json(said)]
    except (zlib.error, ValueError) as error:
        raise Refused(
            "Invalid 'encrypted_content': this compaction was not made by this server, or was changed since.",
            param="input",
        ) from error
