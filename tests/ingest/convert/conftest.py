"""A converter for all tests of the formats, and a way to give it a file's bytes."""

from pathlib import Path
from typing import Any

import pytest
from haystack import Document

from ingest.convert.file_converter import FileConverter
from ingest.convert.sandbox import Sandbox
from tests.ingest.convert import scans
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.scans import ENGLISH, GERMAN, MARGIN, page


@pytest.fixture(scope="session")
def converter(sandbox: Sandbox) -> FileConverter:
    # Less than the limit of a service; a processor whose other half is busy takes 8 s for the slowest of the files.
    return FileConverter(seconds=12, max_seconds=12, sandbox=sandbox)


@pytest.fixture
def convert(converter: FileConverter, tmp_path: Path) -> Convert:
    """`convert(filename, content)` is the Document; the file itself is kept under a bare hash, as uploads are."""

    def convert(filename: str, content: bytes | str) -> Document:
        path = tmp_path / "5d41402abc4b2a76"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        converted = converter.run([path], {"filename": filename})
        for failure in converted["failures"]:
            raise failure.error
        document: Document = converted["documents"][0]
        return document

    return convert


@pytest.fixture(scope="module")
def english() -> Any:
    return page((MARGIN, MARGIN, ENGLISH), font=scans.font(34, "DejaVuSerif.ttf"))


@pytest.fixture(scope="module")
def german() -> Any:
    return page((MARGIN, MARGIN, GERMAN), font=scans.font(40))
