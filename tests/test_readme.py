"""The programs of the README and of docs/stores.md run as they stand there, but for the address of the server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import client_scripts
from tests.server import ROOT, Server

BLOCKS = re.compile(r"^```(python|js|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def program(language: str, server: Server, document: str = "README.md") -> str:
    """The first in this language."""
    written: str = next(code for found, code in BLOCKS.findall((ROOT / document).read_text()) if found == language)
    assert "http://127.0.0.1:8001" in written
    return written.replace("http://127.0.0.1:8001", server.url)


def said_by(*command: str) -> str:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


def test_the_program_in_python_prints_an_answer_and_its_citation(server: Server) -> None:
    said = said_by(sys.executable, "-c", program("python", server))
    assert "5.1 seconds slow" in said
    assert re.search(r"^longitude\.pdf 3 When she came into Port Royal", said, re.MULTILINE)


def test_the_program_for_stores_ends_with_nothing_left(server: Server) -> None:
    said = said_by(sys.executable, "-c", program("python", server, "docs/stores.md"))
    status, found, *answer = said.splitlines()
    assert (status, found.split()[0]) == ("completed None", "longitude.pdf")
    assert "5.1 seconds slow" in "\n".join(answer)
    assert [store.id for store in server.client().vector_stores.list()] == ["vs_default"]
    assert server.client().files.list().data == []


def test_the_program_in_javascript_prints_an_answer_and_its_citation(server: Server, tmp_path: Path) -> None:
    node = client_scripts.node()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "openai").symlink_to(client_scripts.FOLDER / "node_modules" / "openai-7")
    (tmp_path / "ask.mjs").write_text(program("js", server))
    said = said_by(node, str(tmp_path / "ask.mjs"))
    assert "5.1 seconds slow" in said
    assert re.search(r"^ longitude\.pdf 3 When she came into Port Royal", said, re.MULTILINE)


def test_the_lines_for_curl_upload_ask_and_search(server: Server) -> None:
    bash = shutil.which("bash")
    if not bash or not shutil.which("curl"):
        pytest.skip("bash or curl is not installed")
    upload, rest = re.split(r"^sleep .*\n", program("sh", server), flags=re.MULTILINE)
    assert '"object":"file"' in said_by(bash, "-c", f"set -e\n{upload}").replace(" ", "")
    [file] = server.client().files.list()
    server.client().vector_stores.files.poll(file.id, vector_store_id="vs_default")
    said = said_by(bash, "-c", f"set -e\n{rest}")
    assert "5.1 seconds slow" in said and '"object":"vector_store.search_results.page"' in said.replace(" ", "")
