"""JSON and JSON Lines: one line per value, with the keys that lead to it; records become paragraphs."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.text import decode

CONVERTER = "json 1"

LONGEST_PATH = 300  # characters of keys before a value

WORDS = {True: "true", False: "false", None: "null"}

# Numbers stay as written, since 1.10 is not 1.1; an object is a tuple of pairs, since a key may occur twice.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple, strict=False)


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    try:
        return Extracted(_written(DECODER.decode(text)), CONVERTER)
    except (json.JSONDecodeError, RecursionError):  # several documents, comments, an error, or too deep
        return Extracted(_records(text) or text, CONVERTER)


def _records(text: str) -> str:
    """If the first line is a record, all lines count as records, and a damaged one stays as it is written."""
    records: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        try:
            records.append(_written(DECODER.decode(line)))
        except (json.JSONDecodeError, RecursionError):
            if not records:
                return ""
            records.append(line)
    return "\n\n".join(records)


def _written(document: Any) -> str:
    several = isinstance(document, list) and any(isinstance(item, tuple) for item in document)
    records = document if several else [document]
    return "\n\n".join("\n".join(_lines(record)).strip("\n") for record in records)


def _lines(document: Any) -> Iterator[str]:
    """Without recursion, since documents can be nested deeper than the stack."""
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, tuple) and value:
            if path.endswith("]"):
                yield ""  # before a record
            stack.extend((_cut(f"{path}.{key}" if path else key), its) for key, its in reversed(value))
        elif isinstance(value, list) and any(isinstance(item, tuple | list) for item in value):
            stack.extend((_cut(f"{path}[{number}]"), value[number]) for number in reversed(range(len(value))))
        else:
            yield f"{path}: {_words(value)}" if path else _words(value)


def _cut(path: str) -> str:
    return path if len(path) <= LONGEST_PATH else f"...{path[-LONGEST_PATH:]}"


def _words(value: Any) -> str:
    """The words of a scalar, a list of scalars, or an empty object."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return value if isinstance(value, str) else WORDS[value]
