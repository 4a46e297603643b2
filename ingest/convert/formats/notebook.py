"""Jupyter notebooks (nbformat 3 and 4): what is written, the code, and the beginning of what it printed."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats import markdown
from ingest.convert.formats.text import decode
from ingest.convert.parts.blocks import Blocks

CONVERTER = "notebook 1"

MAX_OUTPUT = 2000  # characters of what a cell printed


def convert(file: BinaryIO, filename: str) -> Extracted:
    text = decode(file.read(), filename)
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError:
        return Extracted(text, CONVERTER)
    blocks = Blocks()
    for cell in _cells(notebook):
        source = _text(cell.get("source", cell.get("input")))
        match cell.get("cell_type"):
            case "code":
                blocks.verbatim(source)
                for output in _dicts(cell.get("outputs")):
                    blocks.verbatim(_shortened(_printed(output)))
            case "heading":  # nbformat 3
                level = cell.get("level")
                blocks.heading(level if isinstance(level, int) else 1, source)
            case _:
                blocks.written(markdown.without_underlines(source))
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return Extracted(blocks.text(), CONVERTER, title=title if isinstance(title, str) else None)


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    if isinstance(notebook, dict):
        for sheet in [notebook, *_dicts(notebook.get("worksheets"))]:
            yield from _dicts(sheet.get("cells"))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Of lines, or as a whole; notebooks have both."""
    return "".join(map(_text, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _printed(output: dict[str, Any]) -> str:
    if output.get("output_type") in ("error", "pyerr"):
        return f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
    data = output.get("data", output)
    text = _text(output.get("text")) or (_text(data.get("text/plain")) if isinstance(data, dict) else "")
    return "" if text.startswith("<") and text.endswith(">") else text  # what stands for a picture


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_OUTPUT else f"{text[:MAX_OUTPUT]} ..."
