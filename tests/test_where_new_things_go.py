"""The README's "Where new things go" is true: what it says one touches is all that one touches."""

import shutil
from pathlib import Path

import pytest

from tests.official_client import put
from tests.server import ROOT, Server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the program, to add things to."""
    for package in ("ingest", "rag_api"):
        shutil.copytree(ROOT / package, tmp_path / "checkout" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "checkout"


def add_line(path: Path, table: str, line: str) -> None:
    text = path.read_text()
    assert text.count(table) == 1
    path.write_text(text.replace(table, f"{table}\n    {line}"))


def test_a_file_format_is_a_module_and_a_line(checkout: Path, tmp_path: Path) -> None:
    (checkout / "ingest/convert/formats/mirrored.py").write_text(
        '"""Text whose lines are written from right to left."""\n\n'
        "from typing import BinaryIO\n\n"
        "from ingest.convert import Extracted\n\n\n"
        "def convert(file: BinaryIO, filename: str) -> Extracted:\n"
        '    lines = file.read().decode().split("\\n")\n'
        '    return Extracted("\\n".join(line[::-1] for line in lines), converter="mirrored 1")\n'
    )
    line = '".mirrored": Format("ingest.convert.formats.mirrored:convert", "mirrored 1", "text/x-mirrored", "text"),'
    add_line(checkout / "ingest/convert/__init__.py", "CONVERTERS: dict[str, Format] = {", line)

    with Server(tmp_path, {"PYTHONPATH": str(checkout)}) as server:
        client = server.client()
        assert put(client, "owl.mirrored", ".ecim tae slwO").status == "completed"
        [found] = client.vector_stores.search("vs_default", query="owls").data
    assert [content.text for content in found.content] == ["Owls eat mice."]


def test_an_index_is_a_module_and_a_line(checkout: Path, tmp_path: Path) -> None:
    (checkout / "ingest/index/paper.py").write_text(
        '"""An index that says what it is asked."""\n\n'
        "from ingest.index.memory import DURABLE, MemoryDocumentStore, retriever\n\n"
        '__all__ = ["DURABLE", "open_store", "retriever"]\n\n\n'
        "class PaperStore(MemoryDocumentStore):\n"
        "    def write_documents(self, documents, *args, **kwargs):\n"
        '        print("written on paper:", len(documents), flush=True)\n'
        "        return super().write_documents(documents, *args, **kwargs)\n\n\n"
        "def open_store(settings, embedding_model, *, searched):\n"
        "    return PaperStore()\n"
    )
    line = '"paper": "ingest.index.paper",'
    add_line(checkout / "ingest/index/__init__.py", "BACKENDS = {", line)

    with Server(tmp_path, {"PYTHONPATH": str(checkout), "RAG_INDEX_BACKEND": "paper"}) as server:
        client = server.client()
        put(client, "owl.txt", "Owls eat mice.")
        [found] = client.vector_stores.search("vs_default", query="owls").data
        assert found.filename == "owl.txt"
        assert "written on paper: 1" in server.said()
