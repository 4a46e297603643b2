"""Files in a message: by the id of an upload, or with their bytes. They are read here, whatever model answers."""

import base64
import binascii
import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ingest import cancellation
from ingest.errors import ConversionFailed, NotFound
from ingest.search.attached import Attached, AttachedFiles
from rag_api.http import fair_threads
from rag_api.http.filenames import base_name
from rag_api.http.refused import Refused

MAX_FILES = 10  # in one request


class FilePart(NamedTuple):
    """A part of a message; `place` leads to it from the body on, and is None for what was said before."""

    place: str | None
    sent: Mapping[str, Any]


def in_chat(messages: Iterable[Mapping[str, Any]]) -> Iterator[FilePart]:
    for i, message in enumerate(messages):
        content = message.get("content")
        for j, part in enumerate(content if isinstance(content, list) and message.get("role") == "user" else ()):
            if isinstance(part, dict) and part.get("type") == "file":
                place = f"messages[{i}].content[{j}]"
                if not isinstance(part.get("file"), dict):
                    raise Refused(f"Invalid '{place}': it needs an object 'file'.", param=place)
                yield FilePart(place, part["file"])


def is_attached_to_last(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last of these messages, or items, brings a file itself: then it asks about it, whatever it says."""
    content = messages[-1].get("content") if messages else None
    kinds = [part.get("type") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    return "file" in kinds or "input_file" in kinds


def in_items(items: Iterable[Mapping[str, Any]], name: str | None) -> Iterator[FilePart]:
    """The parts of items, which stand in a body as `name`."""
    for i, item in enumerate(items):
        for j, part in enumerate(item.get("content") or ()):
            if part.get("type") == "input_file":
                yield FilePart(name and f"{name}[{i}].content[{j}]", part)


async def read_all(parts: Sequence[FilePart], files: AttachedFiles) -> list[Attached]:
    """The files, each once. Raises `Busy`, and `Refused` for one that cannot be read; of what was said
    before, it is left out."""
    if len(parts) > MAX_FILES:
        raise Refused(f"There are more than {MAX_FILES} files in the conversation.", param=parts[MAX_FILES].place)
    if not parts:
        return []
    return await fair_threads.read(partial(_read_all, parts, files))


def _read_all(parts: Sequence[FilePart], files: AttachedFiles) -> list[Attached]:
    read: dict[tuple[str, str], Attached] = {}
    for part in parts:
        try:
            attached = _read(part, files)
        except (Refused, NotFound, ConversionFailed) as error:
            if part.place is None:
                continue
            status = 404 if isinstance(error, NotFound) else 400
            message = f"Invalid '{part.place}': {error.message.removesuffix('.')}."
            raise Refused(message, param=part.place, status=status) from error
        read.setdefault((attached.file.file_id, attached.file.filename), attached)
    return list(read.values())


def _read(part: FilePart, files: AttachedFiles) -> Attached:
    file_id, data, filename = (part.sent.get(name) for name in ("file_id", "file_data", "filename"))
    if isinstance(file_id, str) and file_id:
        return files.kept(file_id, cancellation.still_wanted)
    if not isinstance(data, str) or not data:
        raise Refused("it needs a 'file_id', or the bytes in 'file_data'; no address is followed")
    head, _, encoded = data.rpartition(",")
    media_type = head.removeprefix("data:").partition(";")[0]
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("'file_data' is not valid base64") from None
    name = filename if isinstance(filename, str) and filename else f"file{_ending(media_type, content)}"
    return files.sent(content, base_name(name), cancellation.still_wanted)


def _ending(media_type: str, content: bytes) -> str:
    return mimetypes.guess_extension(media_type) or (".pdf" if content.startswith(b"%PDF") else ".txt")
